"""Cleaning text: what goes, and what must stay for other scripts and emoji."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videofactory.studio.intake.text import clean_line, clean_text

ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("a\x00b\x07c\x1b[31m", "abc[31m"),
        ("one\r\ntwo\rthree\u2028four\x0bfive", "one\ntwo\nthree\nfour\nfive"),
        ("a\tb", "a b"),
        ("cafe\u0301", "caf\u00e9"),
        ("pay\u202egnp.exe\u202c", "paygnp.exe"),
        ("\u2066a\u2069\u200b\ufeff\u2060\u00ad", "a"),
        ("a\ud800b", "ab"),
        ("hi\U000e0068\U000e0069", "hi"),
        ("  \n a \n ", "a"),
    ],
)
def test_what_goes(dirty: str, clean: str) -> None:
    assert clean_text(dirty) == clean


@pytest.mark.parametrize(
    "text",
    ["مرحبا \u200fabc\u200e", "می\u200cکنم", "\U0001f468\u200d\U0001f373", "☕\ufe0f", ENGLAND, "क्\u200dष", "日本語", "a\nb"],
)
def test_what_stays(text: str) -> None:
    assert clean_text(text) == text


def test_a_line_is_one_line() -> None:
    assert clean_line(" The\nfirst \u00a0 cup\r\n") == "The first cup"


@given(st.text(st.characters(codec=None)))
def test_cleaning_twice_changes_nothing_and_all_text_can_be_written(text: str) -> None:
    clean = clean_text(text)
    assert clean_text(clean) == clean
    clean.encode("utf-8")
