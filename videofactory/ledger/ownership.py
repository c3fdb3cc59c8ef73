"""Who holds a piece of work: a process, named so that another process can tell at once whether it still lives.

On one machine the process id and its start time answer exactly. A holder on another machine is known by its heartbeats alone: it
lives as long as its lease has not run out.
"""

import os
import socket
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

LEASE = timedelta(seconds=90)
"""How long a process elsewhere is believed alive after its last heartbeat."""
BEAT_EVERY = 20.0
"""Seconds between two heartbeats: several fit into a lease."""


@cache
def _host() -> str:
    return socket.gethostname()


def me() -> str:
    """This process: `host/pid/start`."""
    return f"{_host()}/{os.getpid()}/{_started(os.getpid())}"


def lives(owner: str, *, beat_at: str | None = None) -> bool:
    """Whether the process that named itself `owner` still lives; elsewhere: whether it gave a sign of life within its lease.

    `beat_at` is the time of its last heartbeat (ISO 8601); without one a process elsewhere counts as alive.
    """
    host, process, started = owner.rsplit("/", 2)
    if host == _host():
        return _started(int(process)) == started
    return beat_at is None or datetime.now(UTC) - datetime.fromisoformat(beat_at) < LEASE


def is_here(process: int) -> bool:
    """Whether this machine has a living process with this id."""
    return _started(process) != ""


def _started(process: int) -> str:
    """Start time of a process in ticks since boot; where there is no /proc, a bare word for alive; empty when it is gone."""
    try:
        state, _, rest = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].strip().partition(" ")
        return "" if state in {"Z", "X"} else rest.split()[18]
    except FileNotFoundError:
        return "" if Path("/proc/self/stat").exists() else _exists(process)
    except ProcessLookupError:
        return ""


def _exists(process: int) -> str:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return ""
    except PermissionError:
        return "alive"
    return "alive"
