"""Captions: the rules hold for any words; lines and captions break where people would; files are as players read them."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videofactory.domain.footage import Word
from videofactory.domain.timeline import MAX_CAPTION_LINE, MAX_CAPTION_RATE, Caption
from videofactory.media.captions import GAP, LONGEST, SHORTEST, caption_cues, letters
from videofactory.media.titles.clock import frame_of
from videofactory.media.written_words import joined, written_words
from videofactory_tests.media.scripts import SCRIPTS, said

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


RATES = st.sampled_from([24, 25, 30, 50, 60])


@given(speeches(), st.floats(0, 100), RATES)
def test_captions_keep_every_rule(words: list[Word], offset: float, fps: int) -> None:
    limit = offset + words[-1].end + 1.2
    captions = caption_cues(words, offset=offset, limit=limit, fps=fps)
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


def frames(captions: tuple[Caption, ...], *, fps: int) -> list[tuple[int, int]]:
    return [(frame_of(caption.start, fps=fps), frame_of(caption.end, fps=fps)) for caption in captions]


@given(speeches(), st.floats(0, 100), RATES, st.floats(0.05, 3))
def test_captions_begin_and_end_with_frames_and_gaps_are_two_frames_or_none(
    words: list[Word], offset: float, fps: int, share: float
) -> None:
    """However little room there is; the files' milliseconds are the frames' to half a millisecond."""
    captions = caption_cues(words, offset=offset, limit=offset + words[-1].end * share, fps=fps)
    for caption in captions:
        for moment in (caption.start, caption.end):
            assert abs(moment - frame_of(moment, fps=fps) / fps) <= 0.0005 + 1e-9
    spans = frames(captions, fps=fps)
    assert all(start < stop for start, stop in spans)
    between = [after[0] - before[1] for before, after in pairwise(spans)]
    assert all(gap == 0 or gap >= 2 for gap in between)
    assert all(offset * fps - 1e-3 <= start and stop <= (offset + words[-1].end * share) * fps + 1e-3 for start, stop in spans)


@given(speeches(), RATES)
def test_where_there_is_no_room_gaps_go_first_and_every_caption_shrinks_alike(words: list[Word], fps: int) -> None:
    whole = caption_cues(words, offset=0, limit=words[-1].end + 30, fps=fps)
    needed = sum(max(SHORTEST, letters(caption.lines) / MAX_CAPTION_RATE) for caption in whole)
    tight = caption_cues(words, offset=0, limit=needed * 0.6, fps=fps)
    assert [caption.lines for caption in tight] == [caption.lines for caption in whole]
    assert all(after.start == before.end for before, after in pairwise(tight))
    for caption in tight:
        wanted = max(SHORTEST, letters(caption.lines) / MAX_CAPTION_RATE) * 0.6
        assert caption.end - caption.start == pytest.approx(wanted, abs=3 / fps + 0.01 * wanted + needed * 0.01 / len(tight))


NEVER_FIRST = set("、。，．！？；：」』）》】ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々・％…") | set("ะาำิีึืุู็่้๊๋์ๆฯ")  # noqa: RUF001
NEVER_LAST = set("「『（《【“‘") | set("เแโใไ")  # noqa: RUF001


@st.composite
def texts(draw: st.DrawFn) -> tuple[str, str]:
    """A language, and its sentence with some of it taken out and some of it said again."""
    language = draw(st.sampled_from(sorted(SCRIPTS)))
    words = [word.text for word in written_words(SCRIPTS[language])]
    first, stop = sorted((draw(st.integers(0, len(words))), draw(st.integers(0, len(words)))))
    return language, joined([*words, *words[first:stop], *words[stop:]])


@given(texts(), st.floats(6, 14), RATES)
def test_every_script_keeps_its_words_its_order_and_its_lines(written: tuple[str, str], rate: float, fps: int) -> None:
    language, text = written
    words = said(text, rate=rate)
    captions = caption_cues(words, offset=3, limit=3 + words[-1].end + 4, fps=fps, language=language)
    lines = [line for caption in captions for line in caption.lines]
    assert "".join("".join(lines).split()) == "".join(text.split())
    for caption in captions:
        assert "".join("".join(word.text for word in caption.words).split()) == "".join("".join(caption.lines).split())
        assert all(line in text for line in caption.lines)
        assert 1 <= len(caption.lines) <= 2
        assert SHORTEST - 0.002 <= caption.end - caption.start <= LONGEST + 0.002
        assert letters(caption.lines) / (caption.end - caption.start) <= MAX_CAPTION_RATE + 0.01
        assert all(before.end <= after.start + 0.0011 for before, after in pairwise(caption.words))
    assert all(len(line) <= (18 if language == "ja" else MAX_CAPTION_LINE) for line in lines)
    assert not [line for line in lines[1:] if line[0] in NEVER_FIRST]
    assert not [line for line in lines if line[-1] in NEVER_LAST]


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("ja", "東京タワーへ行って、写真をとる。", ["東京タワーへ", "行って、", "写真を", "とる。"]),
        ("zh", "今天天气很好，我们去喝咖啡吧。", ["今天", "天气", "很", "好，", "我们", "去", "喝", "咖啡", "吧。"]),  # noqa: RUF001
        ("zh-TW", "我們去喝咖啡。", ["我們", "去", "喝", "咖啡。"]),
        ("th", "กำลังดี น้ำแข็ง", ["กำลัง", "ดี ", "น้ำ", "แข็ง"]),
        ("km", "កាហ្វេ", ["កា", "ហ្វេ"]),
        ("ko", "오늘은 커피를", ["오늘은", "커피를"]),
    ],
)
def test_words_are_those_of_the_language_with_the_times_of_their_signs(language: str, text: str, words: list[str]) -> None:
    spoken_words = said(text, rate=8)
    (caption,) = caption_cues(spoken_words, offset=0, limit=20, language=language)
    assert [word.text for word in caption.words] == words
    starts = {round(word.start, 3) for word in spoken_words}
    assert all(word.start in starts for word in caption.words)


def test_a_pause_ends_a_word_of_a_script_without_spaces() -> None:
    words = [Word(text="東", start=0, end=0.2), Word(text="京", start=1.2, end=1.4)]
    (caption,) = caption_cues(words, offset=0, limit=5, language="ja")
    assert [word.text for word in caption.words] == ["東", "京"]


def test_a_space_in_thai_is_kept_and_ends_a_clause() -> None:
    (caption,) = caption_cues(said("สวัสดีครับ วันนี้กาแฟอร่อยมาก", rate=10), offset=0, limit=20, language="th")
    assert caption.lines == ("สวัสดีครับ วันนี้กาแฟอร่อยมาก",)


def test_a_short_gap_is_closed_to_the_usual_one_and_a_long_one_is_left() -> None:
    first, second = "Every morning begins the same way at home.", "One cup of coffee changes everything for us."
    for pause, gap in ((0.85, 3 / 30), (2.0, 1.6)):
        opening = spoken(first)
        begin = opening[-1].end + pause
        later = [Word(text=word.text, start=word.start + begin, end=word.end + begin) for word in spoken(second)]
        before, after = caption_cues([*opening, *later], offset=0, limit=20)
        assert after.start - before.end == pytest.approx(gap, abs=0.04)


def test_wide_letters_take_longer_to_read() -> None:
    words = [Word(text=letter, start=at / 20, end=(at + 1) / 20) for at, letter in enumerate("春眠不覚暁処処聞啼鳥夜来風雨声")]
    (caption,) = caption_cues(words, offset=0, limit=20)
    assert 15 / (caption.end - caption.start) <= 8.6


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


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ちょっと日々コーヒー", ["ちょっ", "と", "日々", "コー", "ヒー"]),
        ("ア・ラ「モ」", ["ア・", "ラ", "「モ」"]),
        ("แข็งโต", ["แข็", "ง", "โต"]),
        ("ວຽກໃໝ່", ["ວຽ", "ກ", "ໃໝ່"]),
        ("သောက်", ["သောက်"]),
    ],
)
def test_signs_that_begin_no_line_stay_with_the_one_before_and_leading_vowels_with_the_one_after(
    text: str, words: list[str]
) -> None:
    assert [word.text for word in written_words(text)] == words
