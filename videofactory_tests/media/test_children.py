"""Children die with the process that started them, and starting many from many threads never hangs."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from videofactory.media.children import bound

PARENT = """
import subprocess, sys, time
from videofactory.media.children import bound
child = subprocess.Popen(bound([sys.executable, "-c", "import time; time.sleep(60)"]), start_new_session=True)
print(child.pid, flush=True)
time.sleep(60)
"""


def _alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state not in {"Z", "X"}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_a_child_dies_with_its_killed_parent() -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE)  # noqa: S603 - our own interpreter
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    time.sleep(0.5)
    assert _alive(child)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 5
    while _alive(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _alive(child)


def test_many_threads_start_many_children() -> None:
    command = bound([sys.executable, "-S", "-c", "print('done')"])

    def run(_: int) -> bytes:
        return subprocess.run(command, capture_output=True, check=True, timeout=60).stdout.strip()  # noqa: S603 - our own interpreter

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(run, range(32))) == [b"done"] * 32


def test_the_program_keeps_its_arguments_and_its_exit_code() -> None:
    words = ["a b", "'quoted'", "ünïcode", ""]
    script = "import sys; print(sys.argv[1:]); sys.exit(3)"
    ended = subprocess.run(bound([sys.executable, "-c", script, *words]), capture_output=True, check=False, text=True)  # noqa: S603 - our own interpreter
    assert ended.returncode == 3
    assert ended.stdout.strip() == str(words)
