"""Headings in lines: even, ended where a designer would end them, in every script; words too long for a line parted with care."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videofactory.media import fonts
from videofactory.media.titles import layout
from videofactory.media.titles.wrapping import pieces, wrap, wrap_parted
from videofactory.media.written_words import drawn_letters
from videofactory_tests.media.scripts import SCRIPTS


def width(text: str) -> float:
    return fonts.width(text, family="Inter")


@pytest.mark.parametrize(
    ("language", "room", "text", "lines"),
    [
        ("en", 15.0, "The very best coffee in all of the old town", ("The very best coffee", "in all of the old town")),
        ("en", 13.0, "Line one\nLine two", ("Line one", "Line two")),
        ("fr", 11.0, "« Bonjour ! » dit-elle : 10\u00a0000 € ?", ("« Bonjour ! »", "dit-elle : 10\u00a0000 € ?")),
        ("en", 3.2, "red New\u00a0York sun", ("red", "New\u00a0York", "sun")),
        ("ja", 12.0, "港の静かな朝、ゆっくり淹れるコーヒーをどうぞ", ("港の静かな朝、ゆっくり", "淹れるコーヒーをどうぞ")),
        ("th", 15.0, "สวัสดีครับวันนี้กาแฟอร่อยมากน้ำแข็งเย็น", ("สวัสดีครับวันนี้กาแฟอร่อย", "มากน้ำแข็งเย็น")),
        ("zh", 7.0, "今天天气很好我们去喝咖啡", ("今天天气很好", "我们去喝咖啡")),
    ],
)
def test_lines_are_even_and_end_well(language: str, room: float, text: str, lines: tuple[str, ...]) -> None:
    assert wrap(text, room=room, measure=width, language=language) == lines


@pytest.mark.parametrize(
    ("room", "word", "lines"),
    [
        (16.0, "DONAUDAMPFSCHIFFFAHRTSGESELLSCHAFTSKAPITÄN", ("DONAUDAMPFSCHIFFFAHRTS-", "GESELLSCHAFTSKAPITÄN")),
        (11.0, "https://www.harbour-coffee.example/spring", ("https://www.harbour-", "coffee.example/spring")),
        (4.0, "12345678901234", ("123456", "789012", "34")),
    ],
)
def test_a_word_too_long_for_a_line_is_parted_before_a_syllable_or_behind_a_mark(
    room: float, word: str, lines: tuple[str, ...]
) -> None:
    assert wrap_parted(word, room=room, measure=width) == lines


@given(
    st.text(alphabet=st.sampled_from("क्षि😀\u200d👧é\u0301ไที่\u0627日W-/. \u00a0\n"), max_size=40)
    | st.sampled_from(sorted(SCRIPTS.values())),
    st.floats(0.5, 20),
)
def test_nothing_is_lost_and_no_letter_is_torn_from_its_marks(text: str, room: float) -> None:
    lines = wrap_parted(text, room=room, measure=width)
    assert "".join("".join(lines).split()).replace("-", "") == "".join(text.split()).replace("-", "")
    letters = {letter.strip() for part in text.splitlines() for letter in drawn_letters(part)}
    assert all(letter.strip() in letters | {"-"} for line in lines for letter in drawn_letters(line))
    assert all(width(line) <= room + 1e-6 or len(drawn_letters(line.rstrip("-"))) == 1 for line in lines)


@given(st.text(max_size=30), st.sampled_from(["", "ja", "zh-TW", "th"]))
def test_pieces_give_the_text_back(text: str, language: str) -> None:
    assert "".join(pieces(text, language=language)) == text


def test_a_heading_says_that_words_were_parted() -> None:
    found = [layout.fit(text, size=50, room=300, lines=3, measure=width) for text in ("Slow mornings", "Mornings" * 6)]
    assert [block.parted for block in found] == [False, True]
