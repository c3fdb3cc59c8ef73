"""Other processes for tests: several at once, and ones that are killed in the middle. Forked from a clean server, so cheap."""

import multiprocessing
import multiprocessing.connection
import multiprocessing.process
import multiprocessing.synchronize
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from videofactory.domain.errors import FactoryError

_SPAWN = multiprocessing.get_context("forkserver")
_SPAWN.set_forkserver_preload(
    [
        "pytest.__main__",
        "alembic.autogenerate",
        "videofactory_tests.conftest",
        "videofactory_tests.stand_ins",
        "videofactory_tests.money.shop",
        "videofactory_tests.publishing.storm",
    ]
)
PATIENCE = 60.0


def at_once(count: int, work: Callable[..., Any], *args: object) -> list[Any]:
    """What `work(*args, number)` gave in each of `count` processes that began together; an error is given as itself."""
    start = _SPAWN.Barrier(count)
    pipes, children = [], []
    for number in range(count):
        ours, theirs = _SPAWN.Pipe()
        child = _SPAWN.Process(target=_run, args=(start, theirs, work, (*args, number)))
        child.start()
        theirs.close()
        pipes.append(ours)
        children.append(child)
    answers = [pipe.recv() if pipe.poll(PATIENCE) else TimeoutError("no answer from a child") for pipe in pipes]
    for child in children:
        child.join(PATIENCE)
    return answers


def _run(
    start: multiprocessing.synchronize.Barrier,
    pipe: "multiprocessing.connection.Connection[Any, Any]",
    work: Callable[..., Any],
    args: tuple[Any, ...],
) -> None:
    start.wait(PATIENCE)
    try:
        pipe.send(work(*args))
    except Exception as error:  # noqa: BLE001 - the test judges every error a child meets
        words = error.message if isinstance(error, FactoryError) else str(error)
        pipe.send(f"{type(error).__name__}: {words}")


@contextmanager
def child(work: Callable[..., Any], *args: object, until: Path) -> Iterator[int]:
    """A process that does `work(*args)` and has made the file `until`; its id. Killed with SIGKILL at the end of the block."""
    process = _SPAWN.Process(target=work, args=args)
    process.start()
    try:
        wait_for(until)
        assert process.pid is not None
        yield process.pid
    finally:
        process.kill()
        process.join(PATIENCE)


def started(work: Callable[..., Any], *args: object) -> multiprocessing.process.BaseProcess:
    """A process that does `work(*args)` from now on; who asks for it ends it, or waits until it has ended."""
    process = _SPAWN.Process(target=work, args=args)
    process.start()
    return process


def ended(work: Callable[..., Any], *args: object) -> int:
    """The exit code of a process that did `work(*args)`: 0, or minus the signal that killed it."""
    process = started(work, *args)
    process.join(PATIENCE)
    assert process.exitcode is not None, f"{work} never ended"
    return process.exitcode


def kill_when(work: Callable[..., Any], *args: object, until: Path) -> None:
    """Start `work(*args)` in a process and kill it as soon as the file is there."""
    with child(work, *args, until=until) as process:
        os.kill(process, signal.SIGKILL)


def wait_for(path: Path) -> None:
    """Until the file is there."""
    end = time.monotonic() + PATIENCE
    while not path.exists():
        if time.monotonic() > end:
            raise TimeoutError(f"{path} never came")
        time.sleep(0.005)
