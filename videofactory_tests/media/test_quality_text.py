"""Burnt-in text is looked for where it is really drawn, and held against the part its platform leaves free."""

import pytest

from videofactory.domain.footage import Artifact, Frame
from videofactory.domain.timeline import Caption, Look, Shot, Timeline, Title
from videofactory.media.quality import lettering
from videofactory.media.quality.lettering import Extent, text_findings
from videofactory.media.quality.limits import limits, platform_of
from videofactory_tests.media.test_quality_pieces import Kept

WIDE, TALL, SQUARE = Frame(width=1920, height=1080), Frame(width=1080, height=1920), Frame(width=1080, height=1080)
LONG = "We open at six, and the very first cup of"
CLIP = Artifact(sha256="0" * 64, media_type="video/mp4", size=1)


def told(frame: Frame, *, burn_in: str = "line", text: str = LONG) -> Timeline:
    shot = Shot(scene="scene-01", clip=CLIP, clip_frames=300, start=0, frames=300)
    return Timeline(
        project="test",
        title="Test",
        frame=frame,
        shots=(shot,),
        captions=(
            Caption(start=1, end=3, lines=(text, "the day is for the baker from next door.")),
            Caption(start=4, end=5, lines=("Hi",)),
        ),
        titles=(
            Title(start=0, end=2, text="The first cup", kind="opening"),
            Title(start=3, end=4, text="Harbour Coffee, since 1921", kind="lower_third"),
            Title(start=6, end=9, text="Come in", kind="call_to_action"),
        ),
        look=Look.model_validate({"burn_in": burn_in}),
    )


@pytest.mark.parametrize("frame", [WIDE, TALL, SQUARE], ids=["wide", "tall", "square"])
def test_our_own_text_stands_inside_its_platforms_safe_area(frame: Frame) -> None:
    film = told(frame)
    assert list(text_findings(film)) == []
    extents = lettering.extents(film, [*film.captions, *film.titles])
    assert all(extent is not None for extent in extents)
    assert len({extent for extent in extents if extent}) == 5


def test_grounds_may_reach_the_edges_where_words_may_not() -> None:
    document = "Dialogue: 0,0:00,0:09,A,,0,0,0,,{\\an7\\p1}m 0 0 l 1920 0\nDialogue: 1,0:00,0:09,A,,0,0,0,,{\\pos(1,2)}Six\n"
    assert lettering._words_alone(f"[Events]\n{document}").splitlines() == ["[Events]", document.splitlines()[1]]


def kept_extent(film: Timeline, extent: Extent) -> Kept:
    """A shelf that says all text of a film stands there."""
    kept = Kept()
    list(text_findings(film, shelf=kept))
    (key,) = kept
    kept[key] = str([list(extent)] * 5).encode()
    return kept


@pytest.mark.parametrize(
    ("frame", "extent", "edge"),
    [
        (WIDE, Extent(0.03, 0.97, 0.7, 0.9), "left"),
        (WIDE, Extent(0.3, 0.97, 0.7, 0.9), "right"),
        (WIDE, Extent(0.3, 0.7, 0.7, 0.97), "bottom"),
        (WIDE, Extent(0.3, 0.7, 0.02, 0.2), "top"),
        (TALL, Extent(0.3, 0.7, 0.7, 0.9), "bottom"),
    ],
)
def test_text_outside_the_safe_area_is_found(frame: Frame, extent: Extent, edge: str) -> None:
    film = told(frame)
    found = list(text_findings(film, shelf=kept_extent(film, extent)))
    assert [finding.check for finding in found] == ["text_place"] * 5
    assert found[0].at == 1.0
    assert f"from the {edge} edge" in found[0].words
    assert found[0].limit == platform_of(frame).safe_area.model_dump()[edge]


def test_what_is_drawn_is_what_is_measured() -> None:
    """The same caption stands elsewhere in another shape of frame: extents come from drawing, not from what was asked."""
    wide, tall = (lettering.extents(told(frame), told(frame).captions)[0] for frame in (WIDE, TALL))
    assert wide is not None
    assert tall is not None
    assert wide.bottom > tall.bottom
    assert 0.4 < wide.left + (wide.right - wide.left) / 2 < 0.6
    assert wide.right - wide.left > 0.3


def test_text_that_is_not_burnt_in_stands_nowhere_and_kept_text_is_not_drawn_again() -> None:
    film = told(WIDE, burn_in="off").model_copy(update={"titles": ()})
    assert list(text_findings(film)) == []
    kept = Kept()
    list(text_findings(told(WIDE), shelf=kept))
    list(text_findings(told(WIDE), shelf=kept))
    assert len(kept) == 1
    list(text_findings(told(WIDE, text="Other words"), shelf=kept))
    assert len(kept) == 2


def test_every_shape_has_one_platform() -> None:
    assert sorted(platform.shape for platform in limits().platform.values()) == ["square", "tall", "wide"]
    assert platform_of(TALL) == limits().platform["shorts"]
