"""Reading a file a brief names: from the folders it may name, never past them, never through a link that leads out.

Links on the web are `links`; what the bytes are is `pictures`.
"""

import os
import re
import stat
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from videofactory.studio.intake.pictures import MAX_BYTES
from videofactory.studio.intake.refusal import NotTakenIn

_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_STEP = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
"""Open without following a link, and without waiting for the other end of a pipe."""


def read_file(source: str, *, base: Path, others: Sequence[Path] = ()) -> bytes:
    """The bytes (at most one more than a picture may have) of `source`, a path below `base`.

    An absolute path, or a link, may also lead into one of `others`. Raises `NotTakenIn`.
    """
    root, inside = _placed(source, base=base, others=others)
    try:
        return _read(root, inside=inside)
    except FileNotFoundError:
        raise NotTakenIn("there is no such file; check its name, and that it lies beside the brief") from None
    except OSError as error:
        raise NotTakenIn(f"it cannot be read ({error.strerror}); hand in a plain file") from error


def _placed(source: str, *, base: Path, others: Sequence[Path]) -> tuple[Path, PurePosixPath]:
    """The folder that holds the file, and the way from there, with all links followed."""
    if _CONTROLS.search(source) or "\\" in source:
        raise NotTakenIn("its name has control characters or backslashes; give it a plain name")
    if ".." in PurePosixPath(source).parts:
        raise NotTakenIn("it leads out of the brief's folder; put the file beside the brief and name it without '..'")
    try:
        target = (base / source).resolve()
    except (OSError, RuntimeError) as error:
        raise NotTakenIn(f"it leads nowhere ({error}); put the file itself beside the brief") from error
    for root in (base.resolve(), *(other.resolve() for other in others)):
        if target != root and target.is_relative_to(root):
            return root, PurePosixPath(target.relative_to(root))
    raise NotTakenIn("it lies outside the brief's folder; put the file beside the brief")


def _read(root: Path, *, inside: PurePosixPath) -> bytes:
    """Walk from folder to folder by handle, so that nothing on the way can be swapped for a link after it was checked."""
    handle = os.open(root, _STEP | os.O_DIRECTORY)
    try:
        for part in inside.parts[:-1]:
            handle = _stepped(handle, part=part, flags=_STEP | os.O_DIRECTORY)
        handle = _stepped(handle, part=inside.name, flags=_STEP)
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise NotTakenIn("it is no file; hand in a picture")
        with os.fdopen(os.dup(handle), "rb") as file:
            return file.read(MAX_BYTES + 1)
    finally:
        os.close(handle)


def _stepped(handle: int, *, part: str, flags: int) -> int:
    following = os.open(part, flags, dir_fd=handle)
    os.close(handle)
    return following
