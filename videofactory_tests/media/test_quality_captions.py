"""Captions: inside the film, one at a time, two short lines, slow enough to read."""

import pytest

from videofactory.domain.timeline import Caption
from videofactory.media.quality.captions import caption_findings, caption_measures, characters, rate


def found(*captions: Caption, seconds: float = 10.0) -> list[str]:
    return [finding.check for finding in caption_findings(captions, seconds=seconds)]


def caption(start: float, end: float, *lines: str) -> Caption:
    return Caption(start=start, end=end, lines=lines or ("We open at six.",))


def test_good_captions_pass_however_they_are_ordered() -> None:
    assert found(caption(2.0, 4.0), caption(0.0, 2.0), caption(8.0, 10.0)) == []


def test_captions_at_the_limits_pass() -> None:
    assert found(caption(0.0, 2.0, "x" * 40)) == []
    assert found(caption(0.0, 9.0, "x" * 42, "y" * 42)) == []


@pytest.mark.parametrize(
    ("captions", "check"),
    [
        ((caption(8.5, 10.1),), "captions_inside"),
        ((caption(0.0, 2.1), caption(2.0, 4.0)), "captions_overlap"),
        ((caption(0.0, 1.0, "x" * 21),), "captions_rate"),
        ((caption(3.0, 3.0, "now"),), "captions_rate"),
        ((caption(0.0, 4.0, "one\ntwo", "three"),), "captions_lines"),
        ((caption(0.0, 4.0, "x" * 43),), "captions_width"),
    ],
)
def test_each_fault_is_found_alone(captions: tuple[Caption, ...], check: str) -> None:
    assert found(*captions) == [check]


def test_accents_and_line_breaks_are_not_read() -> None:
    assert characters("cafe\u0301\n") == 4
    assert rate(caption(0.0, 2.0, "ab", "cd")) == 2.0


def test_measures_tell_the_worst() -> None:
    measures = caption_measures((caption(0.0, 1.0, "x" * 12), caption(1.0, 2.0, "y" * 5, "z" * 15)))
    assert measures == {
        "captions": 2.0,
        "fastest_caption_characters_per_second": 20.0,
        "longest_caption_line_characters": 15.0,
    }
