"""What was found on a film stands on its check: when, measure, limit, words and small pictures, in a row that stays small."""

from pathlib import Path

import pytest
from dagster import MarkdownMetadataValue, TextMetadataValue

from videofactory.defs.display import evidence
from videofactory.domain.footage import Artifact
from videofactory.media.quality import Finding
from videofactory.studio.factory import Studio
from videofactory.studio.material import Exhibit, FinalCut, Master
from videofactory_tests.studio.home import studio_in


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return studio_in(tmp_path / "home")


def cut(studio: Studio, *exhibits: Exhibit, findings: tuple[str, ...] = ()) -> FinalCut:
    text = studio.artifacts.put(b"text", media_type="text/vtt")
    words = findings or tuple(exhibit.finding.words for exhibit in exhibits)
    master = Master(aspect="16:9", film=text, seconds=90, findings=words, measures={}, exhibits=exhibits)
    return FinalCut(masters=(master,), srt=text, vtt=text, thumbnail=text, sheet=text, entries=0)


def exhibit(words: str, *, at: float | None = 61.5, picture: Artifact | None = None) -> Exhibit:
    return Exhibit(finding=Finding(check="black", at=at, measure=0.8, limit=0.5, words=words), picture=picture)


def test_a_finding_is_a_row_with_time_measure_limit_words_and_picture(studio: Studio) -> None:
    picture = studio.artifacts.put(b"small picture", media_type="image/jpeg")
    shown = evidence(studio, cut(studio, exhibit("It is black.", picture=picture), exhibit("Too loud.", at=None)))
    assert isinstance(shown, MarkdownMetadataValue)
    assert shown.value is not None
    head, rule, first, second = shown.value.splitlines()
    assert (head.count("|"), rule.count("|")) == (6, 6)
    assert first.startswith("| 1:01.500 | 0.8 | 0.5 | It is black. | ![black](data:image/jpeg;base64,")
    assert second == "| all of it | 0.8 | 0.5 | Too loud. |  |"


def test_the_row_stays_small_whatever_was_found(studio: Studio) -> None:
    pictures = [studio.artifacts.put(bytes([number]) * 8_000, media_type="image/jpeg") for number in range(12)]
    many = [exhibit("words " * 50, picture=picture) for picture in pictures] * 20
    shown = evidence(studio, cut(studio, *many))
    assert shown.value is not None
    assert len(str(shown.value)) <= 60_000
    assert str(shown.value).count("data:image") == 5
    assert len(str(shown.value).splitlines()) > 2 + 5, "words stand where there is no room for pictures any more"


def test_words_draw_nothing_but_themselves(studio: Studio) -> None:
    shown = evidence(studio, cut(studio, exhibit("Caption “a|b](http://x) <img src=x> **c**\nd” stands aside.")))
    assert shown.value is not None
    row = str(shown.value).splitlines()[2]
    assert row.replace("\\|", "").count("|") == 6
    assert "\\<img" in row
    assert "](" not in row.replace("\\](", "")


def test_a_film_without_findings_says_so_and_one_of_an_older_version_its_words(studio: Studio) -> None:
    assert evidence(studio, cut(studio)) == TextMetadataValue("none")
    assert evidence(studio, cut(studio, findings=("too loud",))) == TextMetadataValue("16:9: too loud")
