"""Who holds what: a process is known to be gone at once, and never taken for a later one of the same number."""

import os
import subprocess
import sys
import time
from pathlib import Path

from videofactory.ledger.ownership import lives, me
from videofactory_tests.processes import child

GONE = 2**22 + 1
"""A process id above what Linux gives out."""


def _say_who(said: Path) -> None:
    part = said.with_suffix(".part")
    part.write_text(me())
    part.replace(said)
    time.sleep(600)


def test_this_process_lives() -> None:
    assert lives(me())
    assert me().split("/")[-2] == str(os.getpid())


def test_a_living_process_lives_and_a_killed_one_does_not(tmp_path: Path) -> None:
    with child(_say_who, tmp_path / "who", until=tmp_path / "who") as process:
        owner = (tmp_path / "who").read_text()
        assert owner.split("/")[-2] == str(process)
        assert lives(owner)
    assert not lives(owner)


def test_a_dead_process_nobody_has_buried_yet_is_dead() -> None:
    process = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    start = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[19]
    owner = f"{me().rsplit('/', 2)[0]}/{process.pid}/{start}"
    assert lives(owner)
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert not lives(owner)
    process.communicate()


def test_a_process_that_was_given_the_same_number_later_is_another_one() -> None:
    host, process, started = me().rsplit("/", 2)
    assert not lives(f"{host}/{process}/{int(started) - 1}")
    assert not lives(f"{host}/{GONE}/{started}")


def test_a_holder_on_another_machine_counts_as_alive() -> None:
    assert lives(f"elsewhere/{GONE}/1")
