"""SRT and VTT: valid by strict readers written from the formats' rules, whatever is in the captions; Hebrew keeps its order."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videofactory.domain.timeline import Caption
from videofactory.media.captions import srt, vtt

Cue = tuple[float, float, list[str]]
CUES = (
    Caption(start=0.0004, end=1.9996, lines=("Tom & <b>Jerry</b>", "a --> b")),
    Caption(start=3661.5, end=3662.0, lines=("שלום",)),
)
TIMES = r"(\d{2,}):([0-5]\d):([0-5]\d)%s(\d{3})"


def seconds(groups: tuple[str, ...]) -> float:
    hours, minutes, whole, milli = map(int, groups)
    return hours * 3600 + minutes * 60 + whole + milli / 1000


def timing(line: str, point: str) -> tuple[float, float]:
    found = re.fullmatch(f"{TIMES % point} --> {TIMES % point}", line)
    assert found, f"not a timing line: {line!r}"
    return seconds(found.groups()[:4]), seconds(found.groups()[4:])


def read_srt(text: str) -> list[Cue]:
    """Blocks of number, times and one line of text or more, with one empty line between them; numbers count from 1."""
    assert not text.startswith("\ufeff")
    assert "\r" not in text
    cues: list[Cue] = []
    for count, block in enumerate(text.removesuffix("\n").split("\n\n") if text else [], start=1):
        number, times, *lines = block.split("\n")
        assert number == str(count)
        assert lines
        assert all(line.strip() and "-->" not in line for line in lines)
        cues.append((*timing(times, ","), lines))
    return cues


def read_vtt(text: str) -> list[Cue]:
    """W3C WebVTT 1: the magic, an empty line, cue blocks in order; cue text without raw `<` and without `&` but of escapes."""
    magic, _, body = text.partition("\n\n")
    assert magic.rstrip("\n") == "WEBVTT"
    cues: list[Cue] = []
    for block in body.removesuffix("\n").split("\n\n") if body else []:
        times, *lines = block.split("\n")
        assert lines
        assert all(line.strip() and not re.search(r"[<>]|&(?!amp;|lt;|gt;)", line) for line in lines)
        plain = [line.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") for line in lines]
        cues.append((*timing(times, "."), plain))
    starts = [start for start, _, _ in cues]
    assert starts == sorted(starts)
    return cues


@st.composite
def captions(draw: st.DrawFn) -> list[Caption]:
    line = st.text(st.sampled_from("ab<>&-> \t\n\r\u2028\x00שم1.,"), max_size=12) | st.text(max_size=8)
    made = []
    for _ in range(draw(st.integers(0, 6))):
        start = draw(st.floats(0, 400_000))
        made.append(
            Caption(start=start, end=start + draw(st.floats(0.1, 7)), lines=draw(st.tuples(line) | st.tuples(line, line)))
        )
    return made


@given(captions())
def test_any_captions_make_valid_files_that_say_the_same(made: list[Caption]) -> None:
    one, other = read_srt(srt(made)), read_vtt(vtt(made))
    srt(made).encode()
    assert len(one) == len(other)
    for (start, end, lines), (begin, stop, others) in zip(one, other, strict=True):
        assert (start, end) == (begin, stop)
        assert start < end
        assert lines == [line.replace("-->", "→") for line in others]


def test_captions_out_of_order_are_written_by_time() -> None:
    assert [start for start, _, _ in read_srt(srt(CUES[::-1]))] == [0.0, 3661.5]
    assert [start for start, _, _ in read_vtt(vtt(CUES[::-1]))] == [0.0, 3661.5]


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


@pytest.mark.parametrize("write", [srt, vtt])
@pytest.mark.parametrize(
    ("line", "marked"),
    [
        ("iPhone הוא טלפון חכם,", True),
        ("שעולה 1,299 ש״ח!", True),
        ("شكرا جزيلا.", True),
        ("שלום עולם", False),
        ("The word שלום means peace.", False),
        ("Only Latin, 100%.", False),
    ],
)
def test_lines_from_right_to_left_say_so_where_their_order_hangs_on_it(write: object, line: str, marked: bool) -> None:  # noqa: FBT001
    """Embedded (UAX 9), so that a player that takes lines for Latin ones sets words and full stop at the right ends."""
    assert callable(write)
    text = write((Caption(start=0, end=2, lines=(line,)),))
    assert (f"\u202b{line}\u202c" in text) == marked
    assert line in text
