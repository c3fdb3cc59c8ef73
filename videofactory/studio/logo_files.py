"""A channel's logo as a file beside the channel's: checked like every picture that is handed in.

Keeping it as an artifact is `logos`.
"""

import tempfile
from functools import lru_cache
from pathlib import Path

from videofactory.domain.errors import MediaBroken
from videofactory.media import logo
from videofactory.studio.intake.folders import read_file
from videofactory.studio.intake.pictures import Picture, check_picture, type_of_suffix
from videofactory.studio.intake.refusal import NotTakenIn

SMALLEST = 64
"""Pixels of the shorter side: an end card in 1080 shows a logo at about twice that."""


def logo_problem(name: str, *, folder: Path) -> str | None:
    """Why this file of the channels' folder is no logo, with the remedy; `None` when it is one."""
    if Path(name).name != name or name in {".", ".."}:
        return "write only the name of a file, and put the file beside the channel's"
    path = folder / name
    if path.is_symlink() or not path.is_file():
        return "there is no such file beside the channel's; put it there, or correct the name"
    facts = path.stat()
    return _checked(path, facts.st_mtime_ns, facts.st_size)


@lru_cache(maxsize=256)
def _checked(path: Path, _changed: int, _size: int) -> str | None:
    """As `logo_problem`, of a file as it was at this moment: channel files are read every few seconds."""
    try:
        content = read_file(path.name, base=path.parent)
        picture = check_picture(content, declared=type_of_suffix(path.suffix))
    except NotTakenIn as error:
        return str(error)
    return _unfit(content, picture)


def _unfit(content: bytes, picture: Picture) -> str | None:
    if min(picture.width, picture.height) < SMALLEST:
        return f"it has {picture.width} x {picture.height} pixels; hand in one of at least {SMALLEST} on its shorter side"
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        try:
            logo.shape(Path(file.name))
        except MediaBroken as error:
            return f"{error.message} {error.remedy}"
    return None
