"""The `films/` folder: finished films under names for people. Only what passed every check is put there."""

import filecmp
import os
import shutil
from pathlib import Path

from videofactory.studio.factory import Studio
from videofactory.studio.material import FinalCut

OURS = frozenset({".mp4", ".srt", ".vtt", ".jpg", ".part"})
"""What this module puts into a project's folder; anything else there is a person's."""
LONGEST_NAME = 160
"""Bytes of a file name's stem: file systems allow 255 for the whole name, endings and marks need some."""


def deliver(studio: Studio, project: str, cut: FinalCut, *, title: str) -> Path:
    """Put the film, captions and thumbnail under `films/<project>/` with names for people; an older cut is replaced."""
    folder = studio.settings.films / project
    folder.mkdir(parents=True, exist_ok=True)
    name = _file_name(title)
    wanted = {f"{name}.srt": cut.srt, f"{name}.vtt": cut.vtt, f"{name}.jpg": cut.thumbnail}
    for index, master in enumerate(cut.masters):
        suffix = "" if index == 0 else f" ({master.aspect.replace(':', 'x')})"
        wanted[f"{name}{suffix}.mp4"] = master.film
    for file_name, artifact in wanted.items():
        _place(studio.artifacts.path(artifact), folder / file_name)
    for path in folder.iterdir():
        if path.name not in wanted and path.suffix in OURS and not path.is_dir():
            path.unlink()
    return folder / f"{name}.mp4"


def film_path(studio: Studio, project: str, *, title: str) -> Path:
    """Where the main film of a project is, or will be."""
    return studio.settings.films / project / f"{_file_name(title)}.mp4"


def _place(source: Path, target: Path) -> None:
    """A copy, in place in one step; left alone when it is there already."""
    if target.exists() and filecmp.cmp(source, target, shallow=False):
        return
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    part.unlink(missing_ok=True)
    shutil.copy2(source, part)
    part.replace(target)


def _file_name(title: str) -> str:
    """The title as a file name on any system: no separators, no control characters, no dots at the ends."""
    kept = "".join(character if character.isprintable() and character not in '/\\:*?"<>|' else " " for character in title)
    while len(kept.encode()) > LONGEST_NAME:
        kept = kept[:-1]
    return " ".join(kept.split()).strip(". ") or "film"
