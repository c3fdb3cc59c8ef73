"""The `videofactory` command in processes of its own, left alone or struck down in the middle."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from videofactory.settings import load_settings
from videofactory.studio.factory import open_studio
from videofactory_tests.film.line import environment

PROGRAM = "import sys; from videofactory.cli.main import main; sys.exit(main())"
PATIENCE = 240.0
LOOK_EVERY = 0.01
LATEST_DELAY = 0.2
"""Seconds that may pass between the chosen moment and the blow, so that it does not always fall right after a file was kept."""


def start(home: Path, *command: str, **variables: str) -> "subprocess.Popen[bytes]":
    """The command on this home, its output in `command.log`."""
    own = {"VIDEOFACTORY_HOME": str(home), "TMPDIR": str(_scratch(home)), "DAGSTER_DISABLE_TELEMETRY": "1"}
    with (home.parent / "command.log").open("ab") as log:
        return subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-c", PROGRAM, *command, "--json"],
            env={**os.environ, **environment(**own, **variables)},
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
        )


def run(home: Path, *command: str, **variables: str) -> int:
    """The command to its end; its exit code."""
    return start(home, *command, **variables).wait(timeout=PATIENCE)


def _scratch(home: Path) -> Path:
    folder = home.parent / "scratch"
    folder.mkdir(exist_ok=True)
    return folder


def kept_files(home: Path) -> int:
    """How many files the store holds."""
    return sum(1 for path in (home / "store").rglob("*") if path.is_file())


def strike(home: Path, *command: str, files: int, rng: random.Random, blow: signal.Signals) -> bool:
    """Start the command and strike it a little after the store holds so many files; whether it was still at work then."""
    process = start(home, *command)
    end = time.monotonic() + PATIENCE
    while process.poll() is None and kept_files(home) < files:
        assert time.monotonic() < end, "the command does not come on"
        time.sleep(LOOK_EVERY)
    time.sleep(rng.uniform(0, LATEST_DELAY))
    running = process.poll() is None
    if running:
        process.send_signal(blow)
    process.wait(timeout=PATIENCE)
    return running


def descendants(home: Path) -> list[str]:
    """Processes alive that were started for this home: they carry its name in their environment."""
    mark = f"VIDEOFACTORY_HOME={home}\0".encode()
    return [name for process in Path("/proc").glob("[0-9]*") if (name := _carrier(process, mark))]


def _carrier(process: Path, mark: bytes) -> str:
    try:
        if process.name != str(os.getpid()) and mark in (process / "environ").read_bytes() + b"\0":
            return (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        pass  # it has ended meanwhile, or is another user's
    return ""


def soon(true: Callable[[], bool], *, seconds: float = 5.0) -> bool:
    """Whether it becomes true within these seconds."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(LOOK_EVERY)
    return True


@dataclass(frozen=True)
class Done:
    """What was finished at one moment: calls that are done, and products on the disk as they lay there."""

    calls: dict[str, tuple[int, str | None]]
    products: dict[str, tuple[int, int]]

    @classmethod
    def of(cls, home: Path) -> "Done":
        """What is finished in this home now."""
        ledger = open_studio(load_settings(environment(), home=home)).ledger
        calls = {call.fingerprint: (call.attempts, call.settled_at) for call in ledger.calls.of_project() if call.state == "done"}
        files = [path for folder in ("products", "artifacts") for path in (home / "store" / folder).rglob("*") if path.is_file()]
        return cls(calls, {path.name: (path.stat().st_mtime_ns, path.stat().st_ino) for path in files})

    def stands_in(self, later: "Done") -> bool:
        """Whether none of it was made again since."""
        return self.calls.items() <= later.calls.items() and self.products.items() <= later.products.items()
