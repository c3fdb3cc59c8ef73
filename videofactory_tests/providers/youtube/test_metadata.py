"""Metadata: the documented limits, each at its edge."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from videofactory.providers.youtube.metadata import VideoMetadata, problems, tags_length
from videofactory_tests.providers.youtube.scenes import METADATA, changed

AT = datetime(2026, 11, 25, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"title": "x" * 100},
        {"title": "ü" * 100},
        {"description": "ü" * 2500},
        {"tags": ("x" * 500,)},
        {"tags": ("a b" + "x" * 495,)},
        {"tags": ("x" * 249, "y" * 250)},
        {"language": "pt-BR"},
        {"language": "zh-Hans"},
        {"publish_at": AT},
    ],
)
def test_what_youtube_takes_has_no_problems(facts: dict[str, Any]) -> None:
    assert problems(changed(**facts)) == ()


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"title": " "}, "title: it is empty"),
        ({"title": "x" * 101}, "title: 101 characters; at most 100"),
        ({"title": "a < b"}, "title: < and >"),
        ({"description": "ü" * 2501}, "description: 5002 bytes"),
        ({"description": "a > b"}, "description: < and >"),
        ({"tags": ("x" * 501,)}, "tags: 501 characters"),
        ({"tags": ("a b" + "x" * 496,)}, "tags: 501 characters"),
        ({"tags": ("x" * 250, "y" * 250)}, "tags: 501 characters"),
        ({"tags": ("coffee", " ")}, "tags: one is empty"),
        ({"category": "film"}, "category:"),
        ({"language": "english!"}, "language:"),
        ({"publish_at": AT, "privacy": "public"}, "publish_at: only a private video"),
        ({"publish_at": AT.replace(tzinfo=None)}, "publish_at: has no time zone"),
    ],
)
def test_what_youtube_would_refuse_is_said_before(facts: dict[str, Any], said: str) -> None:
    [problem] = problems(changed(**facts))
    assert problem.startswith(said)


def test_all_problems_are_told_at_once() -> None:
    assert len(problems(changed(title="<" * 101, description=">", category="x"))) == 4


def test_privacy_has_no_default() -> None:
    told = METADATA.model_dump(exclude={"privacy"})
    with pytest.raises(ValidationError, match="privacy"):
        VideoMetadata.model_validate(told)


def test_an_hour_in_another_zone_is_sent_in_utc() -> None:
    told = changed(publish_at=datetime.fromisoformat("2026-11-25T17:00:00+01:00")).status()
    assert told["publishAt"] == "2026-11-25T16:00:00Z"


def test_no_tags_take_no_characters() -> None:
    assert (tags_length(()), tags_length(("a",)), tags_length(("a", "b c"))) == (0, 1, 7)
