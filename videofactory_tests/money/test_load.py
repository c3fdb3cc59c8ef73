"""Two hundred jobs wait at an engine in one process: few threads, little memory, each bought once."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from videofactory.studio.steps import Steps, weave
from videofactory.studio.terms import Bought
from videofactory_tests.money.books import balanced
from videofactory_tests.money.hurry import Hurry
from videofactory_tests.money.shop import Item, Place, found, open_shop
from videofactory_tests.processes import PATIENCE, started
from videofactory_tests.twin.server import Twin

JOBS = 200
WORKERS = 4
MOST_MEGABYTES = 300
MOST_THREADS = 16
"""Those of the weave, the heartbeat, and room for the libraries' own."""
LOOKS_EVERY = 2.0
"""Seconds between two questions about a job: ten times what the engine wishes would be fifty a second here."""


def _buy_all(place: Place) -> None:
    shop = open_shop(place)
    _, errors = weave({str(number): _patiently(shop.buying(Item(number, "luma"))) for number in range(JOBS)}, workers=WORKERS)
    assert not errors, errors


def _patiently(steps: Steps[Bought]) -> Steps[Bought]:
    """The same work, with waits of one length."""
    try:
        while True:
            next(steps)
            yield LOOKS_EVERY
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]  # the generator's return type
    finally:
        steps.close()


def _told(process: int, name: str) -> int:
    """A figure of a process's status: `VmHWM` (its peak of memory in kB), `Threads`."""
    lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def _soon(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 2 * PATIENCE
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)


@pytest.mark.soak
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_two_hundred_jobs_wait_in_one_small_process(ledger_url: str, tmp_path: Path) -> None:
    with Twin(render_seconds=3600).running() as twin:
        place = found(ledger_url, tmp_path / "store", twin.url, clock=Hurry(time.time()))
        worker = started(_buy_all, place)
        assert worker.pid is not None
        _soon(lambda: twin.paid() == JOBS or not worker.is_alive())
        before = len(twin.world.asked)
        time.sleep(2 * LOOKS_EVERY)
        waiting = _told(worker.pid, "VmHWM") / 1024, _told(worker.pid, "Threads")
        assert len(twin.world.asked) - before >= JOBS / 2, "the jobs are not asked about"
        with twin.world.lock:
            for job in twin.world.jobs.values():
                job.render_seconds = 0.0
        peak = waiting[0]
        while worker.is_alive():
            peak = max(peak, _peak(worker.pid))
            worker.join(0.2)
        assert worker.exitcode == 0
        print(f"{JOBS} jobs waited in {waiting[0]:.0f} MB with {waiting[1]} threads; {peak:.0f} MB at most")  # noqa: T201 - figures
        assert balanced(open_shop(place), twin).done == JOBS
    assert peak < MOST_MEGABYTES
    assert waiting[1] <= MOST_THREADS


def _peak(process: int) -> float:
    try:
        return _told(process, "VmHWM") / 1024
    except (OSError, StopIteration):  # it has just ended
        return 0.0
