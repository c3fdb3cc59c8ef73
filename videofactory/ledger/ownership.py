"""Who holds a piece of work: a process, named so that another process can tell at once whether it still lives.

On one machine the process id and its start time answer exactly. For a holder on another machine nothing can be known from here:
it counts as alive (several machines come with heartbeats).
"""

import os
import socket
from functools import cache
from pathlib import Path


@cache
def _host() -> str:
    return socket.gethostname()


def me() -> str:
    """This process: `host/pid/start`."""
    return f"{_host()}/{os.getpid()}/{_started(os.getpid())}"


def lives(owner: str) -> bool:
    """Whether the process that named itself `owner` still lives."""
    host, process, started = owner.rsplit("/", 2)
    return host != _host() or _started(int(process)) == started


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
