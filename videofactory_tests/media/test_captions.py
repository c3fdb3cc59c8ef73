"""Captions: the rules hold for any words; lines and captions break where people would; files are as players read them."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videofactory.domain.footage import Word
from videofactory.domain.timeline import MAX_CAPTION_LINE, MAX_CAPTION_RATE, Caption
from videofactory.media.captions import GAP, LONGEST, SHORTEST, caption_cues, letters, srt, vtt

WRITING = st.text(st.sampled_from("abcdefgxyz,.!?’äß"), min_size=1, max_size=14) | st.sampled_from(
    ["朝", "の", "مرحبا", "שלום،", "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk", "😀", "a-b", "100%", "{x}"]
)


@st.composite
def speeches(draw: st.DrawFn) -> list[Word]:
    """Words at up to 16 letters a second, with pauses: a rate that leaves room for every rule."""
    clock = draw(st.floats(0, 2))
    words = []
    for text in draw(st.lists(WRITING, min_size=1, max_size=40)):
        length = max(0.25, (len(text) + 1) / draw(st.floats(8, 16)))
        words.append(Word(text=text, start=clock, end=clock + length))
        clock += length + draw(st.sampled_from([0, 0.05, 0.9]))
    return words


def spoken(text: str, *, rate: float = 15.0) -> list[Word]:
    clock, words = 0.0, []
    for token in text.split():
        words.append(Word(text=token, start=clock, end=clock + len(token) / rate))
        clock += (len(token) + 1) / rate
    return words


@given(speeches(), st.floats(0, 100))
def test_captions_keep_every_rule(words: list[Word], offset: float) -> None:
    limit = offset + words[-1].end + 1.2
    captions = caption_cues(words, offset=offset, limit=limit)
    for caption in captions:
        length = caption.end - caption.start
        assert len(caption.lines) <= 2
        assert all(line and len(line) <= MAX_CAPTION_LINE for line in caption.lines)
        assert SHORTEST - 0.002 <= length <= LONGEST + 0.002
        assert letters(caption.lines) / length <= MAX_CAPTION_RATE + 0.01
        assert caption.end <= limit + 0.001
        assert caption.start >= offset - 0.001
    for before, after in pairwise(captions):
        assert after.start - before.end >= GAP - 0.002
    shown = "".join(line for caption in captions for line in caption.lines)
    assert re.sub(r"\s", "", shown) == re.sub(r"\s", "", "".join(word.text for word in words))


@given(st.lists(st.tuples(WRITING, st.floats(0, 30), st.floats(0, 30)), max_size=30), st.floats(0.05, 20))
def test_any_word_times_give_ordered_captions_inside_the_limit(rows: list[tuple[str, float, float]], room: float) -> None:
    words = [Word(text=text, start=start, end=end) for text, start, end in rows]
    captions = caption_cues(words, offset=1.0, limit=1.0 + room)
    times = [moment for caption in captions for moment in (caption.start, caption.end)]
    assert times == sorted(times)
    assert all(0 <= moment <= 1.001 + room for moment in times)


def test_lines_break_at_the_clause() -> None:
    text = "The kettle hums in the kitchen, and the light comes in slowly."
    (caption,) = caption_cues(spoken(text), offset=0, limit=10)
    assert caption.lines == ("The kettle hums in the kitchen,", "and the light comes in slowly.")


def test_captions_end_with_sentences() -> None:
    first = "Every morning begins the same way at home."
    second = "One cup of coffee changes everything for us."
    captions = caption_cues(spoken(f"{first} {second}"), offset=0, limit=20)
    assert [" ".join(caption.lines) for caption in captions] == [first, second]


def test_wide_letters_fill_a_line_with_eighteen() -> None:
    words = [Word(text=letter, start=at / 5, end=(at + 1) / 5) for at, letter in enumerate("朝" * 30)]
    captions = caption_cues(words, offset=0, limit=20)
    assert max(len(line) for caption in captions for line in caption.lines) <= 18
    assert not any(" " in line for caption in captions for line in caption.lines)


def test_fast_speech_is_given_the_time_that_follows() -> None:
    words = spoken("this is said so fast that nobody can read along", rate=40)
    (caption,) = caption_cues(words, offset=2, limit=10)
    assert words[-1].end < 1.3
    assert caption.end - caption.start >= letters(caption.lines) / MAX_CAPTION_RATE


def test_word_times_become_those_of_the_film() -> None:
    (caption,) = caption_cues(spoken("one two"), offset=5, limit=9)
    assert [round(word.start, 2) for word in caption.words] == [5.0, 5.27]


def test_no_words_and_no_room_give_no_captions() -> None:
    assert caption_cues([], offset=0, limit=5) == ()
    assert caption_cues(spoken("one"), offset=5, limit=5) == ()


CUES = (
    Caption(start=0.0004, end=1.9996, lines=("Tom & <b>Jerry</b>", "a --> b")),
    Caption(start=3661.5, end=3662.0, lines=("שלום",)),
)


def test_srt_is_as_players_read_it() -> None:
    expected = "1\n00:00:00,000 --> 00:00:02,000\nTom & <b>Jerry</b>\na → b\n\n2\n01:01:01,500 --> 01:01:02,000\nשלום\n"  # noqa: RUF001 - Hebrew
    assert srt(CUES) == expected


def test_vtt_is_escaped() -> None:
    text = vtt(CUES)
    assert text.startswith("WEBVTT\n\n00:00:00.000 --> 00:00:02.000\nTom &amp; &lt;b&gt;Jerry&lt;/b&gt;\na --&gt; b\n\n")
    assert text.endswith("01:01:01.500 --> 01:01:02.000\nשלום\n")  # noqa: RUF001 - Hebrew


@pytest.mark.parametrize("write", [srt, vtt])
def test_files_hold_one_block_for_each_caption(write: object) -> None:
    assert callable(write)
    assert len(re.findall(r"^\d\d:\d\d:\d\d[.,]\d{3} --> \d\d:\d\d:\d\d[.,]\d{3}$", write(CUES), re.MULTILINE)) == 2
