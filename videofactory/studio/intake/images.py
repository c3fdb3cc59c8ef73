"""Taking pictures in: by path from the brief's folder or by link, checked whole, with every reason when refused.

What may be read is `folders`, what may be fetched is `links`, what a picture must be is `pictures`. Storing is the caller's.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from videofactory.domain.errors import InvalidInput, Problem
from videofactory.studio.intake.folders import read_file
from videofactory.studio.intake.links import Fetched, fetch, shown_link
from videofactory.studio.intake.names import clean_name
from videofactory.studio.intake.pictures import check_picture, type_of_suffix
from videofactory.studio.intake.refusal import NotTakenIn
from videofactory.studio.problems import shown

_LINK = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:/")


@dataclass(frozen=True)
class PulledImage:
    """A checked picture: its bytes as they came, media type, width and height in pixels, and a harmless name for people."""

    content: bytes = field(repr=False)
    media_type: str
    width: int
    height: int
    name: str


def pull_image(
    source: str,
    *,
    base: Path,
    trusted_hosts: Collection[str] = (),
    inbox: Path | None = None,
    online: bool = True,
    place: tuple[str, str] = ("brief", "images"),
) -> PulledImage:
    """Take in one picture: a path below `base` (or in `inbox`), or an http(s) link unless `online` is false.

    `place` is the file and field it was named in. Raises `InvalidInput` with the reason, and `Passing` when a link's host is
    down, busy or slow.
    """
    try:
        found = _found(source, base=base, trusted_hosts=trusted_hosts, inbox=inbox, online=online)
        picture = check_picture(found.content, declared=found.declared)
    except NotTakenIn as error:
        written = shown_link(source) if _LINK.match(source) else source
        raise InvalidInput([Problem(file=place[0], field=place[1], value=shown(written), remedy=str(error))]) from error
    return PulledImage(found.content, picture.media_type, picture.width, picture.height, clean_name(found.name))


def pull_images(
    sources: Iterable[str],
    *,
    base: Path,
    trusted_hosts: Collection[str] = (),
    inbox: Path | None = None,
    online: bool = True,
    place: tuple[str, str] = ("brief", "images"),
) -> Iterator[tuple[str, PulledImage]]:
    """Each different source with its picture, one at a time, as `pull_image` takes it in.

    Goes on after a refusal, and at the end raises one `InvalidInput` with the reasons of all that were refused.
    """
    file, field_name = place
    problems: list[Problem] = []
    for number, source in enumerate(dict.fromkeys(sources), start=1):
        where = (file, f"{field_name}[{number}]")
        try:
            pulled = pull_image(source, base=base, trusted_hosts=trusted_hosts, inbox=inbox, online=online, place=where)
        except InvalidInput as error:
            problems += error.problems
        else:
            yield source, pulled
    if problems:
        raise InvalidInput(problems)


def _found(source: str, *, base: Path, trusted_hosts: Collection[str], inbox: Path | None, online: bool) -> Fetched:
    if _LINK.match(source):
        if not online:
            raise NotTakenIn("nothing is fetched in deterministic mode; put the file beside the brief")
        return fetch(source, trusted_hosts=trusted_hosts)
    content = read_file(source, base=base, others=[inbox] if inbox else [])
    path = PurePosixPath(source)
    return Fetched(content, type_of_suffix(path.suffix), path.name)
