"""Sentences and clauses: parted where people would part them, and never a word lost."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from videofactory.domain.script_checks import spoken_words
from videofactory.providers.embedded.director.sentences import LONGEST_CLAUSE, clauses, clean, joined, sentences


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "en",
            "We open at 6 a.m. The rest, e.g. Mr. Hill, comes at 3.5 hours!",
            ["We open at 6 a.m.", "The rest, e.g. Mr. Hill, comes at 3.5 hours!"],
        ),
        ("en", "“Is it warm?” he asked. “Yes.” Good.", ["“Is it warm?” he asked.", "“Yes.”", "Good."]),
        ("en", "Our promise:\n- Fresh bread\n2) Real coffee", ["Our promise: Fresh bread.", "Real coffee."]),
        (
            "en",
            "a line that was wrapped by an editor at about\nseventy characters. Next.",
            ["a line that was wrapped by an editor at about seventy characters.", "Next."],
        ),
        ("en", "<p>One</p><p>5 < 6 & so on</p>", ["One.", "5 < 6 & so on."]),
        ("de", "Am 3. Oktober, z.B. um 6. Die Tür ist offen.", ["Am 3. Oktober, z.B. um 6.", "Die Tür ist offen."]),
        ("ja", "「はい。」と言った。朝だ\uff01行こう", ["「はい。」と言った。", "朝だ\uff01", "行こう。"]),
        ("ar", "هل نفتح؟ نعم، كل يوم.", ["هل نفتح؟", "نعم، كل يوم."]),
        ("hi", "हम छह बजे खोलते हैं। आइए", ["हम छह बजे खोलते हैं।", "आइए।"]),
    ],
)
def test_sentences_end_where_people_end_them(language: str, text: str, expected: list[str]) -> None:
    assert list(sentences(text, language=language)) == expected


def _letters(text: str) -> str:
    return "".join(re.findall(r"[^\W_]", text))


@settings(max_examples=200, deadline=None)
@given(text=st.text(alphabet=st.characters(exclude_characters="<&)", exclude_categories=["Cs", "Nd"]), max_size=300))
def test_no_letter_is_lost(text: str) -> None:
    assert _letters("".join(sentences(text, language="en"))) == _letters(clean(text))


def test_clauses_give_the_sentence_back() -> None:
    sentence = "Our bread rises for two days, bakes at dawn in a wood-fired oven, and is sold by noon."
    pieces = clauses(sentence, language="en")
    assert len(pieces) == 3
    assert joined(list(pieces)) == sentence


def test_a_run_on_sentence_is_parted_into_breaths() -> None:
    sentence = "we grind and we brew and we pour and we smile " * 20
    pieces = clauses(sentence, language="en")
    assert joined(list(pieces)) == sentence.strip()
    assert all(spoken_words(piece) <= LONGEST_CLAUSE for piece in pieces)
