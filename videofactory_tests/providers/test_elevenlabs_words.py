"""From times of characters to times of words: whatever is written and however it is said, in order and inside the sound."""

from collections.abc import Mapping
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videofactory.domain.footage import Word
from videofactory.media.written_words import joined, written_words
from videofactory.providers.elevenlabs_words import Character, characters, word_times
from videofactory.providers.embedded.spoken_text import speakable, spoken

SIGN = 0.1
NAMES = {"Acme Corp": "ack-mee corporation", "IQ": "eye queue"}


def heard(text: str) -> list[Character]:
    return [Character(sign, index * SIGN, (index + 1) * SIGN) for index, sign in enumerate(text)]


def times(
    written: str, *, text: str | None = None, seconds: float | None = None, names: Mapping[str, str] | None = None
) -> list[Word]:
    said = spoken(written, pronunciation=names or {})
    signs = heard(said.text if text is None else text)
    return word_times(written, said=said, heard=signs, seconds=len(signs) * SIGN if seconds is None else seconds)


def assert_sound(words: list[Word], *, written: str, seconds: float) -> None:
    assert [word.text for word in words] == [word.text for word in written_words(written)]
    assert all(0 <= word.start <= word.end <= seconds + 0.001 for word in words)
    assert all(before.end <= after.start for before, after in pairwise(words))


def test_a_word_lasts_from_its_first_letter_to_its_last() -> None:
    assert times("Hi, you.") == [Word(text="Hi,", start=0.0, end=0.2), Word(text="you.", start=0.4, end=0.7)]


def test_a_word_of_punctuation_alone_has_its_own_time() -> None:
    assert times("a — b")[1] == Word(text="—", start=0.2, end=0.3)


@pytest.mark.parametrize(
    "written",
    [
        "你好，世界。今天天气很好",  # noqa: RUF001 - a Chinese comma
        "こんにちは、せかい。コーヒーです",
        "สวัสดีครับ",
        "नमस्ते दुनिया",
        "שלום עולם",
        "Grüße für 3,50 € — isn’t it?",
        "smile 😀 👩‍🍳 done",
        "  two  spaces\n\nand lines ",
        "𠮷野家 へ",
    ],
)
def test_every_script_keeps_its_words_in_order(written: str) -> None:
    words = times(written)
    assert_sound(words, written=written, seconds=len(written) * SIGN)
    assert joined([word.text for word in words]) == joined([word.text for word in written_words(written)])
    spoken_words = [word for word in words if speakable(word.text) and "😀" not in word.text]
    assert all(word.end > word.start for word in spoken_words)


def test_a_name_said_otherwise_keeps_its_spelling_and_shares_its_time() -> None:
    words = times("By Acme Corp now", names=NAMES)
    assert [word.text for word in words] == ["By", "Acme", "Corp", "now"]
    assert words[1].start == pytest.approx(0.3)
    assert words[1].end == words[2].start < words[2].end
    assert words[3].start == pytest.approx(SIGN * len("By ack-mee corporation "))


def test_a_longer_saying_takes_the_time_of_the_one_word_it_stands_for() -> None:
    words = times("High IQ wins", names=NAMES)
    assert [words[1].start, words[1].end] == pytest.approx([0.5, 1.4])


@pytest.mark.parametrize("text", ["We open at six", "we open, at six.", "We  open at 6", "open at six."])
def test_characters_the_service_changed_are_matched_around(text: str) -> None:
    words = times("We open at six.", text=text)
    assert_sound(words, written="We open at six.", seconds=len(text) * SIGN)
    opened = next(word for word in words if word.text == "open")
    assert opened.start == pytest.approx(text.index("open") * SIGN)


def test_several_letters_in_one_character_are_taken_apart() -> None:
    alignment = {
        "characters": ["ab", " ", "c"],
        "character_start_times_seconds": [0, 1, 2],
        "character_end_times_seconds": [1, 2, 3],
    }
    said = spoken("ab c", pronunciation={})
    words = word_times("ab c", said=said, heard=characters(alignment), seconds=3)
    assert [(word.start, word.end) for word in words] == [(0, 1), (2, 3)]


def test_times_that_go_back_or_beyond_the_sound_are_held_in_order() -> None:
    said = spoken("a b c d", pronunciation={})
    wild = [5.0, 0.1, 0.3, 0.1, 0.2, 0.1, 99.0]
    signs = [Character(sign, start, start + 0.5) for sign, start in zip("a b c d", wild, strict=True)]
    assert_sound(word_times("a b c d", said=said, heard=signs, seconds=6.0), written="a b c d", seconds=6.0)


@given(st.text(min_size=1, max_size=40), st.text(max_size=40))
def test_whatever_is_written_and_heard_the_words_are_all_there_and_in_order(written: str, text: str) -> None:
    said = spoken(written, pronunciation=NAMES)
    signs = heard(f"{said.text}{text}")
    if not written.strip():
        return
    seconds = len(signs) * SIGN
    assert_sound(word_times(written, said=said, heard=signs, seconds=seconds), written=written, seconds=seconds)


@pytest.mark.parametrize(
    "alignment",
    [
        None,
        {},
        [],
        {"characters": [], "character_start_times_seconds": [], "character_end_times_seconds": []},
        {"characters": ["a"], "character_start_times_seconds": [0], "character_end_times_seconds": []},
        {"characters": ["a"], "character_start_times_seconds": [None], "character_end_times_seconds": [1]},
        {"characters": ["a"], "character_start_times_seconds": ["x"], "character_end_times_seconds": [1]},
        {"characters": ["a"], "character_start_times_seconds": [float("nan")], "character_end_times_seconds": [1]},
    ],
)
def test_no_times_are_never_made_up(alignment: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        characters(alignment)


def test_the_times_of_another_text_are_no_times() -> None:
    with pytest.raises(ValueError, match="none of its characters"):
        times("abc", text="xyz")
