"""Where titles stand: inside the safe area whatever they say, in every shape of film; over no face; beside no logo."""

import itertools
from functools import partial

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from videofactory.domain.footage import Artifact, Aspect, Box, Frame
from videofactory.domain.timeline import COVERING, Caption, CaptionPlace, Corner, Look, Place, Title
from videofactory.media import fonts
from videofactory.media.quality.lettering import extents
from videofactory.media.titles import layout
from videofactory.media.titles.behind import Behind
from videofactory.media.titles.drawing import text_line
from videofactory.media.titles.look import HEADING_WEIGHT
from videofactory.media.titles.places import NAME, setting
from videofactory.media.titles.placing import caption_box, caption_place, covered, logo_box, logo_corner, placed
from videofactory_tests.media.cuts import timeline

KINDS = ("opening", "lower_third", "call_to_action")
ASPECTS: tuple[Aspect, ...] = ("16:9", "9:16", "1:1")
PLACES: tuple[Place | None, ...] = (
    None, "upper_left", "upper", "upper_right", "middle_left", "middle", "middle_right", "lower_left", "lower", "lower_right",
)  # fmt: skip
LANGUAGES = ("en", "de", "ja", "ar", "he", "th", "hi")
WORDS = st.text(st.sampled_from("abc WWW iii 日本語 مرحبا שלום สวัสดี नमस्ते 😀-’"), min_size=1, max_size=160)
FRAMES = st.sampled_from([Frame.of(aspect, short_side=360) for aspect in ASPECTS])
TITLES = st.builds(
    Title,
    start=st.just(0.0),
    end=st.just(2.0),
    text=WORDS,
    kind=st.sampled_from(KINDS),
    place=st.sampled_from(PLACES),
    scale=st.floats(0.2, 1),
    room=st.floats(0.2, 1),
    name=st.sampled_from(("", "Harbour Coffee")),
    emblem=st.floats(0.2, 6),
)
DARK = (("#202020",) * 4,) * 3
PORTRAIT = Behind(
    faces=(Box(x=0.3, y=0.1, width=0.25, height=0.45),), subject=Box(x=0.3, y=0.1, width=0.3, height=0.8), light=DARK, dark=DARK
)


def behind(*faces: Box, light: str = "#808080") -> Behind:
    return Behind(faces=faces, subject=Box(x=0.4, y=0.4, width=0.2, height=0.2), light=((light,) * 4,) * 3, dark=DARK)


def letters(text: str) -> str:
    """What a text says: without spaces and the hyphens of words that were parted."""
    return "".join(text.split()).replace("-", "")


def touch(first: Box, second: Box) -> bool:
    across = min(first.x + first.width, second.x + second.width) - max(first.x, second.x)
    down = min(first.y + first.height, second.y + second.height) - max(first.y, second.y)
    return across > 1e-4 and down > 1e-4


@settings(max_examples=150, deadline=None)
@given(TITLES, FRAMES, st.sampled_from(LANGUAGES))
@example(Title(start=0, end=1, text="W" * 160, kind="call_to_action", room=0.2, emblem=6, name="W"), Frame.of("9:16"), "en")
def test_all_of_any_title_is_inside_the_safe_area(title: Title, frame: Frame, language: str) -> None:
    look = Look(language=language)
    found, area = setting(title, frame=frame, look=look), layout.area(frame)
    assert found.box.left >= area.left - 0.01
    assert found.box.right <= area.right + 0.01
    assert found.box.top >= area.top - 0.01
    assert found.box.bottom <= area.bottom - 2 * layout.line_height(area.caption)
    widths = [
        fonts.width(line, family=look.heading_font, language=language, weight=HEADING_WEIGHT) * found.block.size
        for line in found.block.lines
    ]
    assert max(widths) <= found.lines.width * (1.15 if title.kind == "lower_third" else 1) + 0.01  # its box fits what is drawn
    assert found.box.left <= found.lines.left <= found.lines.right <= found.box.right + 0.01
    assert letters("".join(found.block.lines)) == letters(title.text)


@pytest.mark.parametrize("aspect", ASPECTS)
def test_what_is_drawn_stands_where_it_was_set(aspect: Aspect) -> None:
    frame = Frame.of(aspect, short_side=360)
    texts = ("Slow mornings at the harbour", "เช้าวันใหม่ที่ท่าเรือ", "صباح هادئ في الميناء", "港の静かな朝")
    shown = [
        Title(start=at, end=at + 1, text=text, kind="opening" if at % 2 else "lower_third", place=place, scale=0.9, room=0.7)
        for at, (text, place) in enumerate(itertools.product(texts, ("upper_right", "lower_left")))
    ]
    film = timeline([Artifact(sha256="0" * 64, media_type="video/mp4", size=1)], titles=tuple(shown))
    film = film.model_copy(update={"frame": frame})
    for title, extent in zip(shown, extents(film, shown), strict=True):
        found = setting(title, frame=frame, look=film.look)
        high = found.block.size * 0.3  # Arabic goes as deep below its line, Thai as high above
        assert extent is not None
        assert extent.left * frame.width >= found.box.left - 4
        assert extent.right * frame.width <= found.box.right + 4
        assert extent.top * frame.height >= found.box.top - high
        assert extent.bottom * frame.height <= found.box.bottom + high


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(KINDS),
    FRAMES,
    st.floats(0, 0.75),
    st.floats(0, 0.7),
    st.floats(0.08, 0.5),
    st.text(st.sampled_from("abc WWW iii 日本"), min_size=1, max_size=60).filter(lambda text: bool(text.strip())),
)
def test_no_title_covers_a_face(kind: str, frame: Frame, x: float, y: float, width: float, text: str) -> None:
    height = width * frame.width / frame.height * 1.3
    face = Box(x=x, y=y, width=min(width, 1 - x), height=min(height, 0.6, 1 - y))
    title = Title.model_validate({"start": 0, "end": 2, "text": text, "kind": kind, "name": "Harbour"})
    found = placed(title, behind=behind(face), frame=frame, look=Look())
    assert not touch(covered(found, frame=frame, look=Look()), face), (found, face)


def test_it_stays_in_its_usual_place_and_size_where_nothing_is_in_the_way() -> None:
    for kind, place in (("opening", "middle_left"), ("lower_third", "lower_left"), ("call_to_action", "middle")):
        title = Title.model_validate({"start": 0, "end": 2, "text": "Slow mornings", "kind": kind})
        away = behind().model_copy(update={"subject": Box(x=0.8, y=0.1, width=0.1, height=0.1)})
        found = placed(title, behind=away, frame=Frame.of("16:9"), look=Look())
        assert (found.place, found.scale, found.room) == (place, 1.0, 0.86)


def test_a_smaller_title_is_better_than_a_parted_word() -> None:
    right = behind(Box(x=0.5, y=0.05, width=0.45, height=0.9))
    title = Title(start=0, end=2, text="Hafenrundfahrtsgesellschaft", kind="opening")
    frame, look = Frame.of("16:9", short_side=360), Look(language="de")
    found = setting(placed(title, behind=right, frame=frame, look=look), frame=frame, look=look)
    assert found.block.lines == ("Hafenrundfahrtsgesellschaft",)


def test_a_hebrew_title_that_begins_with_a_latin_name_reads_from_the_right() -> None:
    write = partial(text_line, "iPhone הוא", size=30, align=7, place=None)
    assert "}\u200f" in write(look=Look(language="he"))
    assert "\u200f" not in write(look=Look(language="en"))


def test_languages_written_from_the_right_begin_at_the_right() -> None:
    title = Title(start=0, end=2, text="صباح هادئ", kind="lower_third")
    found = placed(title, behind=behind(), frame=Frame.of("16:9"), look=Look(language="ar"))
    assert found.place == "lower_right"


def test_a_face_that_fills_the_frame_gets_the_smallest_title_at_its_edge() -> None:
    face = Box(x=0.02, y=0.02, width=0.96, height=0.96)
    found = placed(Title(start=0, end=2, text="Slow mornings", kind="opening"), behind=behind(face), frame=Frame(), look=Look())
    assert found.scale < 0.5


def test_between_faces_above_and_below_a_lower_third_stands_in_the_middle() -> None:
    wide = [Box(x=0.05, y=row, width=0.9, height=height) for row, height in ((0.1, 0.32), (0.52, 0.4))]
    frame = Frame.of("9:16", short_side=360)
    found = placed(Title(start=0, end=2, text="Three ways"), behind=behind(*wide), frame=frame, look=Look())
    assert (found.place, found.scale) == ("middle_left", 1.0)


@pytest.mark.parametrize("kind", KINDS)
def test_no_title_is_too_small_to_be_read(kind: str) -> None:
    everywhere = behind(*(Box(x=0.02, y=row, width=0.96, height=0.3) for row in (0.02, 0.34, 0.66)))
    title = Title.model_validate({"start": 0, "end": 2, "text": "Three ways to brew", "kind": kind, "name": "Harbour"})
    for aspect in ASPECTS:
        frame = Frame.of(aspect)
        found = setting(placed(title, behind=everywhere, frame=frame, look=Look()), frame=frame, look=Look())
        smallest = found.block.size * (NAME if kind == "call_to_action" else 1)
        assert smallest >= 0.0195 * min(frame.width, frame.height)


def test_the_opening_and_the_logo_do_not_meet() -> None:
    frame = Frame.of("1:1")
    left = behind(Box(x=0.05, y=0.3, width=0.6, height=0.6))
    for corner in ("upper_right", "upper_left"):
        box = logo_box(3.0, corner, frame=frame)
        found = placed(
            Title(start=0, end=2, text="Slow mornings at the harbour", kind="opening"),
            behind=left,
            taken=[box],
            frame=frame,
            look=Look(),
        )
        assert not touch(covered(found, frame=frame, look=Look()), box)


def test_the_logo_leaves_a_corner_with_a_face_or_captions_in_it() -> None:
    frame = Frame.of("16:9")
    corners: list[Corner | None] = [
        logo_corner(2.0, "upper_right", behind=behind(*faces), captions="lower", frame=frame)
        for faces in ((), (Box(x=0.8, y=0, width=0.2, height=0.4),), (Box(x=0, y=0, width=1, height=0.4),))
    ]
    assert corners == ["upper_right", "upper_left", None]
    tried: tuple[tuple[CaptionPlace | None, Corner, Corner], ...] = (
        ("lower", "lower_left", "upper_right"), (None, "lower_left", "lower_left"), ("upper", "upper_left", "lower_right"),
        ("middle", "upper_left", "upper_left"), ("upper", "lower_left", "lower_left"),
    )  # fmt: skip
    for captions, wanted, found in tried:
        assert logo_corner(2.0, wanted, behind=behind(), captions=captions, frame=frame) == found


SAID = (
    Caption(start=0, end=1, lines=("The first cup is for the", "baker next door.")),
    Caption(start=1, end=2, lines=("She needs it.",)),
)


@pytest.mark.parametrize("aspect", ASPECTS)
@pytest.mark.parametrize("place", ["lower", "upper", "middle"])
def test_captions_stand_where_they_are_said_to_stand_and_inside_the_safe_area(aspect: Aspect, place: CaptionPlace) -> None:
    frame = Frame.of(aspect, short_side=360)
    said = [caption.model_copy(update={"place": place}) for caption in SAID]
    film = timeline([Artifact(sha256="0" * 64, media_type="video/mp4", size=1)], captions=tuple(said))
    film = film.model_copy(update={"frame": frame})
    box, area = caption_box(SAID, place=place, frame=frame, look=film.look), layout.area(frame)
    for extent in extents(film, said):
        assert extent is not None
        assert box.x - 0.004 <= extent.left <= extent.right <= box.x + box.width + 0.004
        assert box.y - 0.004 <= extent.top <= extent.bottom <= box.y + box.height + 0.004
        assert area.top - 2 <= extent.top * frame.height <= extent.bottom * frame.height <= area.bottom + 2


def face_at(*rows: float) -> list[Box]:
    return [Box(x=0.35, y=row, width=0.3, height=0.15) for row in rows]


@pytest.mark.parametrize(
    ("aspect", "faces", "place"),
    [
        ("9:16", [], "lower"),
        ("9:16", face_at(0.3), "lower"),
        ("9:16", face_at(0.7), "upper"),
        ("9:16", face_at(0.585), "lower"),  # its air alone is touched
        ("9:16", face_at(0.15, 0.7), "middle"),
        ("16:9", face_at(0.8), "upper"),
        ("16:9", [Box(x=0, y=0.8, width=0.1, height=0.2)], "lower"),
        ("1:1", [Box(x=0, y=0, width=1, height=1)], "lower"),
    ],
)
def test_captions_of_a_scene_take_the_first_place_without_a_face(aspect: Aspect, faces: list[Box], place: CaptionPlace) -> None:
    frame, look = Frame.of(aspect), Look()
    assert caption_place(SAID, behind=behind(*faces), frame=frame, look=look) == place
    unseen = behind(*faces).model_copy(update={"faces": (), "looked": False})
    assert caption_place(SAID, behind=unseen, frame=frame, look=look) == "lower"


@pytest.mark.parametrize("aspect", ASPECTS)
@pytest.mark.parametrize("shape", [0.3, 1.0, 3.0, 12.0])
def test_the_logo_is_small_and_inside_the_safe_area(aspect: Aspect, shape: float) -> None:
    frame = Frame.of(aspect)
    for corner in ("upper_left", "upper_right", "lower_left", "lower_right"):
        box = logo_box(shape, corner, frame=frame)
        assert box.height * frame.height <= 0.0701 * min(frame.width, frame.height)
        assert 0.05 <= box.x <= box.x + box.width <= 0.9501
        assert box.y >= (0.08 if aspect == "9:16" else 0.05)
        assert box.y + box.height <= (0.82 if aspect == "9:16" else 0.95)


def test_the_ground_is_only_as_strong_as_the_picture_asks() -> None:
    title = Title(start=0, end=2, text="Slow mornings", kind="opening")
    shades = [
        placed(title, behind=behind(light=light), frame=Frame(), look=Look()).shade for light in ("#101010", "#b0b0b0", "#ffffff")
    ]
    assert shades[0] <= shades[1] < shades[2] <= COVERING


def test_a_machine_that_sees_no_faces_keeps_off_the_subject() -> None:
    blind = behind().model_copy(update={"looked": False, "subject": Box(x=0.0, y=0.3, width=0.5, height=0.6)})
    found = placed(Title(start=0, end=2, text="Slow mornings", kind="opening"), behind=blind, frame=Frame(), look=Look())
    assert not touch(covered(found, frame=Frame(), look=Look()), blind.subject)


def test_equal_surroundings_give_equal_titles() -> None:
    title = Title(start=0, end=2, text="Slow mornings", kind="opening")
    assert len({placed(title, behind=PORTRAIT, frame=Frame(), look=Look()).model_dump_json() for _ in range(3)}) == 1
