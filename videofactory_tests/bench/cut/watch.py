"""A command watched from outside: wall time, processor time and the memory of all its processes together."""

import os
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

_EVERY = 0.1
"""Seconds between two looks at the memory."""


_NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"
"""Where it is set every start compiles the whole program anew: 5 s instead of 1.5, which nobody who installed it waits for."""


class Cost(NamedTuple):
    """Seconds by the clock, seconds of all processors, and the most memory held at once (MB; libraries counted whole)."""

    wall: float
    cpu: float
    peak: float


def watched(command: Sequence[str | Path], *, cwd: Path | None = None, bare: bool = False) -> Cost:
    """Run a command to its end; `bare` without the path on which this Python finds its modules.

    Raises `CalledProcessError` with what it said when it fails.
    """
    hidden = {_NO_BYTECODE, "PYTHONPATH"} if bare else {_NO_BYTECODE}
    environ = {name: value for name, value in os.environ.items() if name not in hidden}
    begun = time.monotonic()
    process = subprocess.Popen(  # noqa: S603 - our own commands
        list(map(str, command)), cwd=cwd, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    said: list[bytes] = []
    reader = threading.Thread(target=lambda: said.append(process.stderr.read() if process.stderr else b""), daemon=True)
    reader.start()
    peak = [0.0]
    over = threading.Event()
    looker = threading.Thread(target=_look, args=(process.pid, peak, over), daemon=True)
    looker.start()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - begun
    over.set()
    looker.join()
    reader.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, list(map(str, command)), stderr=b"".join(said)[-2000:])
    return Cost(wall, usage.ru_utime + usage.ru_stime, peak[0])


def _look(pid: int, peak: list[float], over: threading.Event) -> None:
    while not over.wait(_EVERY):
        peak[0] = max(peak[0], sum(map(_held, _family(pid))))


def _family(pid: int) -> list[int]:
    """A process and all below it, but those that are still their parent's image: what they hold is the parent's."""
    found, words = [pid], _read(f"/proc/{pid}/cmdline")
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        children = map(int, _read(str(task)).split())
        found += [one for child in children if _read(f"/proc/{child}/cmdline") != words for one in _family(child)]
    return found


def _held(pid: int) -> float:
    """MB of a process in memory, its programs and libraries counted whole: who else uses them must not change the figure."""
    pages = _read(f"/proc/{pid}/statm").split()
    return int(pages[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6 if pages else 0.0


def _read(path: str) -> str:
    """What the kernel tells; nothing of a process that has ended."""
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
