"""Large blocks go back to the system, whatever small ones were taken between them."""

import subprocess
import sys

import pytest

PROGRAM = """
import sys
import numpy as np
from videofactory.media.memory import give_back_large_blocks
if sys.argv[1] == "given":
    give_back_large_blocks()
np.full(24 << 20, 1, np.uint8)
large, small = [], []
for _ in range(40):
    large.append(np.full(4 << 20, 1, np.uint8))
    small.append(np.full(100 << 10, 1, np.uint8))
del large
print(sum(int(line.split()[1]) for line in open("/proc/self/smaps_rollup") if line.startswith("Rss:")) // 1024)
"""


def held(how: str) -> int:
    """MiB held by a process that has freed 160 of them."""
    found = subprocess.run([sys.executable, "-c", PROGRAM, how], capture_output=True, check=True, text=True)  # noqa: S603
    return int(found.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux how much memory is held")
def test_what_is_freed_is_given_back() -> None:
    assert held("given") < held("kept") - 100
