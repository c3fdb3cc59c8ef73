"""What a video says about itself on YouTube, and the documented limits it is held to before anything is sent."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from videofactory.domain.errors import EngineFailed
from videofactory.domain.value import Value
from videofactory.providers.youtube.answers import Described

TITLE_CHARACTERS = 100
DESCRIPTION_BYTES = 5000
TAGS_CHARACTERS = 500
"""All tags together; the commas between them count, and a tag with a space counts as if it stood in quotes."""
_FORBIDDEN = re.compile(r"[<>]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


Privacy = Literal["private", "unlisted", "public"]


class VideoMetadata(Value):
    """All that is told about a video. `category` is YouTube's number as text ("22"), `language` a BCP-47 tag ("de", "pt-BR").

    `privacy` is always sent: YouTube would make a video public otherwise. `publish_at` (aware) makes a private video public
    then; `None`: it stays as `privacy` says. `synthetic_media` is the disclosure of AI or altered content.
    """

    title: str
    description: str = ""
    tags: tuple[str, ...] = ()
    category: str
    language: str
    privacy: Privacy
    publish_at: datetime | None = None
    made_for_kids: bool = False
    synthetic_media: bool = True

    def snippet(self) -> dict[str, Any]:
        """The `snippet` part of YouTube's video resource."""
        return {
            "title": self.title,
            "description": self.description,
            "tags": list(self.tags),
            "categoryId": self.category,
            "defaultLanguage": self.language,
            "defaultAudioLanguage": self.language,
        }

    def status(self) -> dict[str, Any]:
        """The `status` part of YouTube's video resource."""
        declared = {"selfDeclaredMadeForKids": self.made_for_kids, "containsSyntheticMedia": self.synthetic_media}
        return opening(self.privacy, self.publish_at) | declared


def opening(privacy: Privacy, publish_at: datetime | None) -> dict[str, Any]:
    """The words of the part `status` that say who may watch a video, and when (aware) YouTube opens it."""
    at = {"publishAt": publish_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")} if publish_at is not None else {}
    return {"privacyStatus": privacy, **at}


def described(video: Mapping[str, Any]) -> Described:
    """The parts `snippet` and `status` of a video resource. Raises `EngineFailed` for anything else."""
    try:
        snippet, status = video["snippet"], video["status"]
        return Described(
            title=snippet["title"],
            description=snippet.get("description", ""),
            tags=tuple(snippet.get("tags", ())),
            category=snippet["categoryId"],
            language=snippet.get("defaultLanguage", ""),
            privacy=status["privacyStatus"],
            publish_at=datetime.fromisoformat(status["publishAt"]) if status.get("publishAt") else None,
            made_for_kids=status.get("selfDeclaredMadeForKids", False),
            synthetic_media=status.get("containsSyntheticMedia", False),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise EngineFailed(f"YouTube told of a video what nobody understands: {error}") from error


def problems(metadata: VideoMetadata) -> tuple[str, ...]:
    """What YouTube would not take, each in words a person can act on; empty when all is well."""
    found = (*_text_problems(metadata), *_publishing_problems(metadata))
    return tuple(problem for problem in found if problem)


def tags_length(tags: tuple[str, ...]) -> int:
    """How many of the 500 characters these tags take."""
    return sum(len(tag) + 2 * (" " in tag) for tag in tags) + max(0, len(tags) - 1)


def _text_problems(metadata: VideoMetadata) -> tuple[str, ...]:
    title, size, tags = metadata.title, len(metadata.description.encode()), tags_length(metadata.tags)
    return (
        "" if title.strip() else "title: it is empty; write one",
        "" if len(title) <= TITLE_CHARACTERS else f"title: {len(title)} characters; at most {TITLE_CHARACTERS}",
        "title: < and > are not allowed; leave them out" if _FORBIDDEN.search(title) else "",
        "" if size <= DESCRIPTION_BYTES else f"description: {size} bytes in UTF-8; at most {DESCRIPTION_BYTES}",
        "description: < and > are not allowed; leave them out" if _FORBIDDEN.search(metadata.description) else "",
        "" if tags <= TAGS_CHARACTERS else f"tags: {tags} characters with commas and quotes; at most {TAGS_CHARACTERS}",
        "" if all(tag.strip() for tag in metadata.tags) else "tags: one is empty; leave it out",
    )


def _publishing_problems(metadata: VideoMetadata) -> tuple[str, ...]:
    at = metadata.publish_at
    return (
        "" if metadata.category.isascii() and metadata.category.isdigit() else "category: write YouTube's number, such as 22",
        ""
        if _LANGUAGE.fullmatch(metadata.language)
        else f"language: {metadata.language!r} is no BCP-47 tag, such as en or pt-BR",
        "publish_at: has no time zone; give one" if at is not None and at.utcoffset() is None else "",
        "publish_at: only a private video can be scheduled; set privacy to private"
        if at is not None and metadata.privacy != "private"
        else "",
    )
