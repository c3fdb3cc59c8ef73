"""How much memory a piece of work needs: in this process by what it allocates, or in a process of its own by what it holds."""

import resource
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path

MEBIBYTE = 1 << 20
_TOLD = "from videofactory_tests.media.weights import most_held; print(most_held())"


def most_held() -> int:
    """The most bytes this process had in memory. Not `ru_maxrss` on Linux, which begins with what the parent held."""
    status = Path("/proc/self/status")
    if status.exists():
        told = dict(line.split(":", maxsplit=1) for line in status.read_text().splitlines())
        return int(told["VmHWM"].split()[0]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def allocated(work: Callable[[], object]) -> int:
    """The most bytes that Python and NumPy held at once for this work, beyond what they held before."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def held_by(program: str) -> int:
    """The most bytes a fresh process had in memory that ran this program, with all its libraries."""
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", f"{program}\n{_TOLD}"], check=True, capture_output=True, text=True
    )
    return int(done.stdout.split()[-1])
