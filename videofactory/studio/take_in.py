"""Taking briefs in: from a file or the inbox to a project in the ledger, exactly once; bad briefs are put aside with a note.

Local pictures are checked and stored here, so that a bad one is told to its writer at once; pictures by URL are fetched by the
`brief` station. Reading and checking the brief itself is `studio.briefs`.
"""

import time
from collections.abc import Mapping
from pathlib import Path

from videofactory.domain.brief import Brief
from videofactory.domain.channel import Channel
from videofactory.domain.errors import FactoryError, InvalidInput, Problem
from videofactory.domain.footage import Artifact
from videofactory.domain.value import Value
from videofactory.ledger.projects import Project
from videofactory.studio.briefs import read_brief, rejection_note
from videofactory.studio.factory import Studio
from videofactory.studio.intake.images import pull_images

BRIEF_ENDINGS = frozenset({".yaml", ".yml", ".json"})
SETTLED = 1.0
"""Seconds a file in the inbox must have been left alone before it is read: it may still be being copied."""


class Request(Value):
    """What a project's row holds: the brief, and its local pictures (source as written → artifact)."""

    brief: Brief
    local: dict[str, Artifact]


def take_in_file(studio: Studio, path: Path, *, who: str = "cli", channels: Mapping[str, Channel] | None = None) -> Project:
    """Take one brief in. The same file again is the same project. Raises `InvalidInput` with all problems."""
    if _shown(path) != path.name:
        remedy = "give the file a name in UTF-8 (or plain letters)"
        raise InvalidInput([Problem(file=_shown(path), field="(file name)", value=_shown(path), remedy=remedy)])
    brief = read_brief(path, channels=studio.channels if channels is None else channels)
    sources = [source for source in pictures_of(brief) if not is_url(source)]
    pulled = pull_images(
        sources,
        base=path.resolve().parent,
        inbox=studio.settings.inbox,
        trusted_hosts=studio.settings.trusted_hosts,
        place=(path.name, "images"),
    )
    local = {source: studio.artifacts.put(picture.content, media_type=picture.media_type) for source, picture in pulled}
    return studio.ledger.projects.take_in(
        channel=brief.channel,
        title=brief.title,
        source_kind="file",
        source_id=path.name,
        brief=Request(brief=brief, local=local).model_dump_json(exclude_none=True),
        who=who,
    )


def sweep_inbox(studio: Studio) -> tuple[list[Project], list[str]]:
    """Take every brief of the inbox in: the projects, and the names of the briefs put aside. One bad brief stops no other.

    Raises `InvalidInput` when a channel file is wrong: no brief is judged by half of the channels.
    """
    channels = studio.channels
    taken: list[Project] = []
    rejected: list[str] = []
    for path in waiting_briefs(studio):
        try:
            taken.append(take_in_file(studio, path, who="inbox", channels=channels))
        except InvalidInput as error:
            _put_aside(studio, path, error)
            rejected.append(_shown(path))
        except FactoryError as error:
            studio.ledger.audit.note("brief left in the inbox", who="inbox", why=str(error), detail={"file": path.name})
        else:
            _move(path, studio.settings.inbox / "taken")
    return taken, rejected


def waiting_briefs(studio: Studio) -> list[Path]:
    """The briefs in the inbox that nobody is writing any more, oldest first; a time in the future is only a wrong clock."""
    now = time.time()
    files = [path for path in studio.settings.inbox.iterdir() if path.suffix.lower() in BRIEF_ENDINGS and path.is_file()]
    settled = [path for path in files if abs(now - path.stat().st_mtime) >= SETTLED]
    return sorted(settled, key=lambda path: (path.stat().st_mtime, path.name))


def pictures_of(brief: Brief) -> list[str]:
    """Every picture a brief names, of brand and characters, each once."""
    sources = [*brief.images, *(image for character in brief.characters for image in character.images)]
    return list(dict.fromkeys(sources))


def is_url(source: str) -> bool:
    """Whether a picture is named by a URL."""
    return "://" in source


def _put_aside(studio: Studio, path: Path, error: InvalidInput) -> None:
    folder = studio.settings.inbox / "rejected"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{path.name}.txt").write_text(rejection_note(error, brief=_shown(path)), encoding="utf-8")
    _move(path, folder)
    studio.ledger.audit.note("brief rejected", who="inbox", why=str(error), detail={"file": _shown(path)})


def _shown(path: Path) -> str:
    """The file's name as text; bytes that are no text are shown as question marks."""
    return path.name.encode(errors="replace").decode()


def _move(path: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path.replace(folder / path.name)
