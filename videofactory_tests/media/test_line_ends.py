"""Where lines and captions end: as an editor would end them, in several languages."""

import pytest

from videofactory.domain.footage import Word
from videofactory.media.captions import caption_cues
from videofactory.media.line_ends import CLAUSE, INSIDE, JOINT, LEANING, TORN, end_price, ends_sentence
from videofactory_tests.media.scripts import said


@pytest.mark.parametrize(
    ("language", "before", "after", "price"),
    [
        ("en", "home.", "One", 0.0),
        ("en", "done!”", "We", 0.0),
        ("en", "kitchen,", "and", CLAUSE),
        ("en", "“Stop!”", "he", CLAUSE),
        ("en", "well…", "maybe", CLAUSE),
        ("en", "coffee", "and", JOINT),
        ("en", "red", "cup", INSIDE),
        ("en", "the", "cup", LEANING),
        ("en", "3", "cups", LEANING),
        ("en", "Dr.", "Smith", LEANING),
        ("en", "J.", "K.", LEANING),
        ("de", "z.", "B.", LEANING),
        ("de", "am", "3.", LEANING),
        ("de", "3.", "Mai", LEANING),
        ("en", "3.", "We", 0.0),
        ("de", "für", "alle", LEANING),
        ("ja", "コーヒーを", "ゆっくり", INSIDE),
        ("fr", "dit", "!", TORN),
        ("fr", "«", "Bonjour", TORN),
        ("fr", "20", "°C", LEANING),
        ("fr", "10", "€", TORN),
        ("th", "ดี ", "น้ำ", CLAUSE),
        ("hi", "हैं।", "क्षत्रिय", 0.0),
    ],
)
def test_what_an_end_costs(language: str, before: str, after: str, price: float) -> None:
    assert end_price(before, after, language=language) == price


def test_a_sentence_goes_on_with_a_small_letter() -> None:
    assert not ends_sentence("etc.", "and", language="en")
    assert ends_sentence("etc.", "We", language="en")


def said_in_captions(text: str, *, language: str) -> list[tuple[str, ...]]:
    spoken: list[Word] = said(text, rate=14)
    return [caption.lines for caption in caption_cues(spoken, offset=0, limit=60, language=language)]


@pytest.mark.parametrize(
    ("language", "text", "captions"),
    [
        (
            "en",
            "By Dr. Smith and Mr. Jones, who came from the U.S. to see the harbour and its cranes at 6 a.m. They stayed 3 days.",
            [
                ("By Dr. Smith and Mr. Jones,",),
                ("who came from the U.S. to see", "the harbour and its cranes at 6 a.m."),
                ("They stayed 3 days.",),
            ],
        ),
        (
            "en",
            "We think that the people who come here in the morning are the ones that need it most of all, and we are glad.",
            [
                ("We think that the people",),
                ("who come here in the morning are the ones", "that need it most of all, and we are glad."),
            ],
        ),
        (
            "fr",
            "Quel temps fait-il ? Il fait 20 °C : c'est parfait pour une promenade au bord de la mer !",
            [("Quel temps fait-il ?",), ("Il fait 20 °C : c'est parfait", "pour une promenade au bord de la mer !")],
        ),
    ],
)
def test_captions_break_where_an_editor_would_break_them(language: str, text: str, captions: list[tuple[str, ...]]) -> None:
    assert said_in_captions(text, language=language) == captions
