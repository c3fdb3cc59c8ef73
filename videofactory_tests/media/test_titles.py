"""Burnt-in text: any text, in its frames, inside the safe area, readable, in fonts that have its letters."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from videofactory.domain.errors import NotFound
from videofactory.domain.footage import Artifact, Frame, Word
from videofactory.domain.timeline import Caption, Look, Timeline, Title
from videofactory.media import fonts, titles
from videofactory.media.cut import encode_stretch, stretches
from videofactory.media.cut.plan import Stretch
from videofactory.media.titles import ass, colours, layout
from videofactory.media.titles.look import accent_colour, backdrop, box_colour
from videofactory_tests.media.cuts import FRAME, Shelf, planes, timeline

HEX = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
NASTY = (
    "quote ' colon : comma , semi ; 100% \\N \\h {\\b1} [x] =",
    "C:\\new\\folder \\{ \\} 'a'b\"c\" $HOME `id` %{n} %d",
    "😀🎉 👩‍🚀 ❤️ مرحبا بالعالم",
    "שלום עולם 日本語 한국어 สวัสดี नमस्ते",
)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    return Shelf(tmp_path_factory.mktemp("shelf"))


@pytest.fixture(scope="module")
def grey(shelf: Shelf) -> Artifact:
    return shelf.clip("color=c=gray", frames=30)


def drawn(film: Timeline, shelf: Shelf, folder: Path) -> list[np.ndarray]:
    """Luma of every picture of a film of one stretch."""
    (part,) = stretches(film)
    out = folder / "it’s: a [stretch], \\100%.mp4"
    encode_stretch(film, part, shelf=shelf, out=out)
    return [picture[: film.frame.height].astype(int) for picture in planes(out)]


def marks(picture: np.ndarray) -> tuple[int, int, int, int] | None:
    """Top, bottom, left and right of what differs clearly from the grey clip."""
    rows, columns = np.nonzero(np.abs(picture - np.median(picture)) > 30)
    return (rows.min(), rows.max(), columns.min(), columns.max()) if rows.size else None


def test_text_is_seen_in_its_frames_only_and_inside_the_safe_area(shelf: Shelf, grey: Artifact, tmp_path: Path) -> None:
    said = Caption(start=10 / 30, end=20 / 30, lines=("Hello", "world"))
    pictures = drawn(timeline([grey], captions=(said,)), shelf, tmp_path)
    assert [at for at, picture in enumerate(pictures) if marks(picture)] == list(range(10, 20))
    top, bottom, left, right = marks(pictures[15]) or (0, 0, 0, 0)
    assert top > FRAME.height / 2
    assert bottom <= FRAME.height * 0.92 + 2
    assert left >= FRAME.width * 0.05
    assert right <= FRAME.width * 0.95


@pytest.mark.parametrize("text", NASTY)
def test_any_text_is_burnt_in(shelf: Shelf, grey: Artifact, tmp_path: Path, text: str) -> None:
    look = Look(burn_in="word")
    words = tuple(Word(text=word, start=at / 10, end=(at + 1) / 10) for at, word in enumerate(text.split()))
    said = Caption(start=0, end=1, lines=(text[:26], text[26:] or "x"), words=words)
    film = timeline([grey], captions=(said,), titles=(Title(start=0, end=1, text=text, kind="opening"),), look=look)
    assert marks(drawn(film, shelf, tmp_path)[15])


def test_burn_in_off_leaves_the_picture_alone(shelf: Shelf, grey: Artifact, tmp_path: Path) -> None:
    said = Caption(start=0, end=1, lines=("Hello",))
    assert not any(map(marks, drawn(timeline([grey], captions=(said,), look=Look(burn_in="off")), shelf, tmp_path)))


def test_the_spoken_word_is_marked_while_it_is_spoken() -> None:
    words = tuple(Word(text=text, start=at, end=at + 0.2) for text, at in (("one", 0.0), ("two", 0.5)))
    said = Caption(start=0, end=1, lines=("one two",), words=words)
    film = timeline([Artifact(sha256="0" * 64, media_type="video/mp4", size=1)], captions=(said,), look=Look(burn_in="word"))
    text = titles.document(film, start=0, stop=30)
    assert text is not None
    events = [line for line in text.splitlines() if line.startswith("Dialogue")]
    assert len(events) == 2
    accent = f"\\c{ass.colour(accent_colour(Look()))}&}}"
    assert [event.partition(accent)[2].partition("{\\c")[0][-3:] for event in events] == ["one", "two"]


def test_lower_thirds_stand_above_captions(shelf: Shelf, grey: Artifact, tmp_path: Path) -> None:
    said = Caption(start=0, end=1, lines=("Hello there", "world"))
    name = Title(start=0, end=1, text="Anna Berg", kind="lower_third")
    above = marks(drawn(timeline([grey], titles=(name,)), shelf, tmp_path)[15])
    below = marks(drawn(timeline([grey], captions=(said,)), shelf, tmp_path)[15])
    assert above is not None
    assert below is not None
    assert above[1] < below[0]


def test_a_text_split_by_a_border_is_the_same_picture(shelf: Shelf, grey: Artifact, tmp_path: Path) -> None:
    title = Title(start=0, end=1, text="Slow mornings", kind="opening")
    film = timeline([grey], titles=(title,))
    whole = drawn(film, shelf, tmp_path)
    out = tmp_path / "half.mp4"
    encode_stretch(film, Stretch(4, 30, ""), shelf=shelf, out=out)
    half = [picture[: FRAME.height].astype(int) for picture in planes(out)]
    assert all(np.abs(one - other).mean() < 2 for one, other in zip(whole[4:], half, strict=True))


@given(HEX, HEX)
def test_text_can_be_read_in_every_look(primary: str, accent: str) -> None:
    look = Look(primary=primary, accent=accent)
    assert colours.contrast(colours.WHITE, backdrop(look)) >= colours.READABLE
    assert colours.contrast(colours.WHITE, box_colour(look)) >= colours.READABLE
    assert colours.contrast(accent_colour(look), backdrop(look)) >= colours.READABLE


@given(st.text(st.sampled_from("abc defghij WWW 日本"), min_size=1, max_size=200), st.integers(1, 3))
def test_titles_are_wrapped_whole_and_fit_their_width(text: str, lines: int) -> None:
    block = layout.fit(text, size=50, room=600, lines=lines, measure=lambda line: fonts.width(line, family="Inter"))
    assert "".join("".join(block.lines).split()).replace("-", "") == "".join(text.split())
    assert all(fonts.width(line, family="Inter") * block.size <= 600.01 for line in block.lines)


def test_short_titles_stay_large_and_long_ones_shrink() -> None:
    def size(text: str) -> float:
        return layout.fit(text, size=50, room=600, lines=2, measure=lambda line: fonts.width(line, family="Inter")).size

    assert size("Slow mornings") == 50
    assert size("A very long title that must not stand outside of the picture at all") < 50


@pytest.mark.parametrize("frame", [Frame.of(aspect) for aspect in ("16:9", "9:16", "1:1")])
def test_two_full_caption_lines_fit_every_format(frame: Frame) -> None:
    area = layout.area(frame)
    line = "x" * 42
    block = layout.shrink((line,), size=area.caption, room=area.width, measure=lambda text: fonts.width(text, family="Inter"))
    assert fonts.width(line, family="Inter") * block.size <= area.width + 0.01
    assert block.size >= area.caption * 0.8


def test_every_letter_has_a_font_that_draws_it() -> None:
    for text in NASTY:
        for run in fonts.runs(text, family="Inter"):
            visible = [
                letter for letter in run.text if letter.isprintable() and not letter.isspace() and letter not in "\u200d\ufe0f"
            ]
            assert all(ord(letter) in fonts.letters_of(run.source) for letter in visible), run


def test_signs_that_no_font_has_are_named_once_and_only_those() -> None:
    assert fonts.undrawn("ᏣᎳ Ꮳ 10\u00a0€ 👩🏽\u200d🚀 ❤\ufe0f שָׁלוֹם", family="Inter") == "ᏣᎳ"
    assert [fonts.undrawn(text, family="Inter") for text in NASTY] == [""] * len(NASTY)


def test_a_fancy_letter_that_no_font_has_is_drawn_as_the_plain_one() -> None:
    assert "".join(run.text for run in fonts.runs("\U0001d5d5\U0001d5fc ½", family="Inter")) == "Bo ½"


@pytest.mark.parametrize("space", ["\u00a0", "\u202f", "\u2009", "\u3000", "\t"])
def test_every_kind_of_space_is_seen_and_as_wide_as_a_plain_one(space: str) -> None:
    (run,) = fonts.runs(f"10{space}000", family="Inter")
    assert ass.escape(run.text) == "10 000"
    if space != "\t":
        assert fonts.width(f"10{space}000", family="Inter") == fonts.width("10 000", family="Inter")


def test_han_letters_take_the_forms_of_the_language() -> None:
    found = {language: fonts.runs("直", family="Inter", language=language)[0].source.family for language in ("ja", "zh", "ko")}
    assert found == {"ja": "Noto Sans CJK ja", "zh": "Noto Sans CJK zh", "ko": "Noto Sans CJK ko"}


def test_fonts_are_static_small_and_the_same_every_time(tmp_path: Path) -> None:
    (run,) = fonts.runs("Hello", family="Inter")
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        fonts.write(tmp_path / name, needs=[fonts.Need(run.source, 700, "Hello")])
        fonts.static.cache_clear()
    one, two = (tmp_path / name / "00.otf" for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()
    assert b"fvar" not in one.read_bytes()[:400]
    assert one.stat().st_size < 100_000


def test_a_family_that_is_not_installed_is_named_with_its_wheel() -> None:
    with pytest.raises(NotFound, match="pip install fontpkg-comic-grotesk"):
        fonts.find("Comic Grotesk")
