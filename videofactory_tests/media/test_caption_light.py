"""Burnt-in captions by their pixels: the word that is said is the one that is lit, in every script, and no letter moves."""

from functools import cache
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from numpy.typing import NDArray

from videofactory.domain.footage import Artifact, Frame, Word
from videofactory.domain.timeline import Caption, Look, Timeline
from videofactory.media import ffmpeg, fonts, graph, titles
from videofactory.media.captions import caption_cues
from videofactory.media.titles import layout
from videofactory_tests.media.cuts import timeline
from videofactory_tests.media.scripts import SCRIPTS, said

WIDE, TALL = Frame(width=640, height=360, fps=30), Frame(width=360, height=640, fps=30)
BACKWARDS = {"ar", "he", "fa"}
Picture = NDArray[np.int16]


def burnt(film: Timeline, at: int) -> Picture:
    """One film frame's text on black, in RGB."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "fonts").mkdir()
        (folder / "text.ass").write_text(titles.document(film, start=at, stop=at + 1) or "", encoding="utf-8")
        titles.write_fonts(film, folder=folder / "fonts")
        size = f"{film.frame.width}x{film.frame.height}"
        plain = graph.source(f"color=c=0x101010:s={size}:r=30:d=0.04,format=gbrp", options={"f": "lavfi"})
        drawn = titles.burn_in(plain["v:0"]).filter("format", pix_fmts="rgb24")
        once: graph.Options = {"f": "rawvideo", "frames:v": 1, "fps_mode": "passthrough"}
        log = ffmpeg.run_graph(graph.output(drawn, to="out.rgb", options=once), purpose="draw", cwd=folder)
        assert "glyph" not in log.lower(), log
        pixels = np.fromfile(folder / "out.rgb", np.uint8)
    return pixels[: film.frame.width * film.frame.height * 3].reshape(film.frame.height, film.frame.width, 3).astype(np.int16)


def written(picture: Picture) -> NDArray[np.bool_]:
    """Where letters are, lit or not."""
    return np.asarray(picture.max(axis=2) > 130)


def lit(picture: Picture) -> NDArray[np.bool_]:
    """Where the accent colour (#f59e0b, made readable) is."""
    return np.asarray((picture[..., 0] - picture[..., 2] > 70) & (picture[..., 0] > 130))


def place(found: NDArray[np.bool_]) -> tuple[float, float]:
    """The middle of what is found: row, column."""
    rows, columns = np.nonzero(found)
    return float(rows.mean()), float((columns.min() + columns.max()) / 2)


def film_of(captions: tuple[Caption, ...], *, language: str, frame: Frame = WIDE, **look_of: str) -> Timeline:
    look = Look.model_validate({"burn_in": "word", "language": "en" if language == "xx" else language, **look_of})
    some = Artifact(sha256="0" * 64, media_type="video/mp4", size=1)
    return timeline([some], captions=captions, look=look).model_copy(update={"frame": frame})


@cache
def spoken(language: str) -> tuple[Caption, ...]:
    words = said(SCRIPTS[language], rate=9)
    return caption_cues(words, offset=0, limit=words[-1].end + 3, fps=30, language=language)


def moments(caption: Caption) -> list[tuple[Word, int]]:
    """Words, and a film frame in the middle of each."""
    return [(word, round((word.start + word.end) / 2 * 30)) for word in caption.words]


@pytest.mark.parametrize("language", sorted(SCRIPTS))
def test_the_lit_word_walks_through_the_lines_as_they_are_read_and_no_letter_moves(language: str) -> None:
    caption = spoken(language)[-1]
    film = film_of((caption,), language=language)
    pictures = [burnt(film, at) for word, at in moments(caption) if any(letter.isalnum() for letter in word.text)]
    letters = [written(picture) for picture in pictures]
    for other in letters:  # edges of lit letters are a little darker
        assert (letters[0] ^ other).sum() < 0.08 * letters[0].sum()
        assert all(abs(np.ptp(np.nonzero(other)[axis]) - np.ptp(np.nonzero(letters[0])[axis])) <= 1 for axis in (0, 1))
    assert all(lit(picture).any() for picture in pictures)
    assert not any((lit(one) & lit(other)).sum() > 0.1 * lit(one).sum() for one, other in pairwise(pictures))
    walk = [place(lit(picture)) for picture in pictures]
    line = layout.line_height(layout.area(WIDE).caption)
    for (row, column), (next_row, next_column) in pairwise(walk):
        if next_row - row > line / 2:
            continue  # the next line
        if language not in {"he", "ar"}:  # Latin names and figures run against the line there
            assert (next_column < column) == (language in BACKWARDS)
    assert sum(int(lit(picture).sum()) for picture in pictures) > 0.6 * letters[0].sum()


@pytest.mark.parametrize("language", sorted(SCRIPTS))
def test_letters_keep_the_shapes_they_have_unlit(language: str) -> None:
    """Ligatures, conjuncts and marks: a caption drawn word by word has the shapes of one drawn whole."""
    caption = spoken(language)[0]
    at = round((caption.start + caption.end) / 2 * 30)
    films = (film_of((caption,), language=language, burn_in=how, accent="#ffffff") for how in ("word", "line"))
    word, line = (written(burnt(film, at)) for film in films)
    assert abs(int(word.sum()) - int(line.sum())) <= 0.04 * line.sum()  # letters stand on other parts of pixels
    widths = [np.flatnonzero(found.any(axis=0)) for found in (word, line)]
    assert abs(np.ptp(widths[0]) - np.ptp(widths[1])) <= 5


def test_a_hebrew_line_that_begins_with_a_latin_name_begins_at_the_right() -> None:
    words = (Word(text="iPhone", start=0, end=0.4), Word(text="הוא", start=0.5, end=0.9), Word(text="חכם,", start=0.9, end=1.2))
    film = film_of((Caption(start=0, end=2, lines=("iPhone הוא חכם,",), words=words),), language="he")
    places = [place(lit(burnt(film, at)))[1] for _, at in moments(film.captions[0])]
    assert places == sorted(places, reverse=True)


def test_numbers_and_the_last_stop_of_an_arabic_line_stand_at_its_left() -> None:
    words = tuple(Word(text=text, start=at, end=at + 0.4) for at, text in enumerate(("سعر", "350", "!")))
    film = film_of((Caption(start=0, end=4, lines=("سعر 350 !",), words=words),), language="ar")
    columns = np.flatnonzero(written(burnt(film, 6)).any(axis=0))
    first, number = (place(lit(burnt(film, at)))[1] for at in (6, 36))
    assert columns.min() < number < first
    assert number - columns.min() > 20  # the mark is beyond the number


def test_a_word_that_an_editor_took_out_is_not_found_inside_another() -> None:
    words = tuple(Word(text=text, start=at, end=at + 0.5) for at, text in enumerate(("an", "a")))
    film = film_of((Caption(start=0, end=2, lines=("banana a",), words=words),), language="en")
    assert not lit(burnt(film, 6)).any()
    letters = np.nonzero(written(burnt(film, 36)))[1]
    assert place(lit(burnt(film, 36)))[1] > letters.max() - 12


def test_a_dash_is_not_lit() -> None:
    words = tuple(Word(text=text, start=at, end=at + 0.5) for at, text in enumerate(("gone", "cat", "—", "a", "end")))
    film = film_of((Caption(start=0, end=5, lines=("cat — a end",), words=words),), language="en")
    before, dash, single, last = (lit(burnt(film, at)) for at in (36, 66, 96, 126))
    assert np.array_equal(before, dash)
    assert place(before)[1] < place(single)[1] < place(last)[1]
    assert single.sum() < before.sum() / 2


@pytest.mark.parametrize("frame", [WIDE, TALL], ids=["16:9", "9:16"])
@pytest.mark.parametrize("language", sorted(SCRIPTS))
def test_captions_of_every_script_stay_in_the_safe_area(language: str, frame: Frame) -> None:
    for caption in spoken(language):
        picture = burnt(film_of((caption,), language=language, frame=frame), round(caption.start * 30) + 1)
        found = np.nonzero(np.ptp(picture, axis=2) > 4)
        area = layout.area(frame)
        assert found[1].min() >= area.left - 1
        assert found[1].max() <= area.right + 1
        assert found[0].max() <= area.bottom + 1
        assert found[0].min() >= area.top


def test_fonts_hold_the_parts_that_shaping_takes_letters_apart_into() -> None:
    for text, parts in (("น้ำ", "\u0e4d\u0e32"), ("ນ້ຳ", "\u0ecd\u0eb2"), ("கொ", "\u0bc6\u0bbe")):
        (run,) = fonts.runs(text, family="Inter")
        assert fonts.static(fonts.Need(run.source, 600, text)) == fonts.static(fonts.Need(run.source, 600, text + parts))
