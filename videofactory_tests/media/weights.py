"""How much memory a piece of work needs: in this process by what it allocates, or in a process of its own by what it holds."""

import subprocess
import sys
import tracemalloc
from collections.abc import Callable

MEBIBYTE = 1 << 20
_TOLD = "import resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)"


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
