"""The real processes: `videofactory up` with Dagster's daemon and web server, killed workers, commands that are stopped."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest

from videofactory.ledger.runs import Worker
from videofactory_tests.homes import PROJECT, command, done, put_brief, studio_of, variables

PATIENCE = 200.0
"""Seconds for a whole small film on a busy machine, daemon and run workers started from nothing."""
LOOK_EVERY = 0.5
AnswerT = TypeVar("AnswerT")


def until(look: Callable[[], AnswerT | None], *, what: str, seconds: float = PATIENCE) -> AnswerT:
    """The first answer that is something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = look()
        if answer:
            return answer
        time.sleep(LOOK_EVERY)
    raise TimeoutError(f"no {what} after {seconds:.0f} s")


def in_state(home: Path, state: str) -> dict[str, Any]:
    """The project as `status` tells it, once it is in this state."""

    def look() -> dict[str, Any] | None:
        project: dict[str, Any] | None
        (project,) = done(home, "status") or [None]
        if project is None or project["state"] == state:
            return project
        assert project["state"] not in {"failed", "flagged"}, project["problem"]
        return None

    try:
        return until(look, what=state)
    except TimeoutError as error:
        raise TimeoutError(f"{error}\n{last_words(home)}") from error


def last_words(home: Path) -> str:
    """The end of every log of the home: why something never came."""
    logs = [*sorted((home / "logs").glob("*.log")), home / "command.log"]
    told = [f"--- {log.name}\n{log.read_text(encoding='utf-8', errors='replace')[-4000:]}" for log in logs if log.exists()]
    return "\n".join([*told, f"--- status\n{command(home, 'status').out}"])


def started(home: Path, *words: str) -> "subprocess.Popen[bytes]":
    """The command in a process of its own, below the home's folder."""
    with (home / "command.log").open("ab") as log:
        return subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", RUN, *words],
            env=variables(home),
            cwd=home,
            stdout=log,
            stderr=log,
        )


RUN = "import sys; from videofactory.cli.main import main; main(sys.argv[1:])"


def children(parent: int) -> list[int]:
    """Processes started by this one."""
    return [int(word) for word in Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="utf-8").split()]


def alive(process: int) -> bool:
    """Whether a process still runs."""
    stat = Path(f"/proc/{process}/stat")
    return stat.exists() and stat.read_text(encoding="utf-8").rpartition(")")[2].split()[0] not in {"Z", "X"}


@contextmanager
def factory_up(home: Path) -> Iterator[int]:
    """`videofactory up` on a free port; stopped as by Ctrl-C at the end, and both its children with it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = started(home, "up", "--port", str(port))
    try:
        until(lambda: len(children(process.pid)) == 2, what="web server and daemon")
        ours = children(process.pid)
        yield port
        assert process.poll() is None, last_words(home)
        process.send_signal(signal.SIGINT)
        assert process.wait(40) == 0
        assert [child for child in ours if alive(child)] == []
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def worker(home: Path, job: str) -> Worker:
    """The process that works on this job, once there is one."""
    studio = studio_of(home)
    return until(
        lambda: next((one for one in studio.ledger.runs.alive(PROJECT) if one.job == job), None), what=f"worker of {job}"
    )


def quiet_logs(home: Path) -> None:
    """No log speaks of what will be removed from Dagster."""
    for log in [*(home / "logs").glob("*.log"), home / "command.log"]:
        bad = [line for line in log.read_text(encoding="utf-8").splitlines() if "eprecat" in line or "superseded" in line.lower()]
        assert bad == [], log.name


@pytest.mark.timeout(600)
def test_a_brief_dropped_into_the_inbox_becomes_a_film(home: Path) -> None:
    with factory_up(home) as port:
        put_brief(home / "inbox")
        in_state(home, "in_review")
        until(lambda: httpx.get(f"http://127.0.0.1:{port}/server_info").status_code == httpx.codes.OK, what="web server")
        assert done(home, "review", PROJECT, "--green", "all")["state"] == "producing"
        film = in_state(home, "final_review")["film"]
        assert Path(film["path"]).is_file()
        assert done(home, "draft", PROJECT)["state"] == "final_review"
    quiet_logs(home)


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_a_killed_worker_is_noticed_and_the_film_appears_all_the_same(drafted_copy: Path) -> None:
    with factory_up(drafted_copy):
        done(drafted_copy, "review", PROJECT, "--green", "all")
        first = worker(drafted_copy, "produce")
        os.kill(int(first.owner.rsplit("/", 2)[1]), signal.SIGKILL)
        assert in_state(drafted_copy, "final_review")["problem"] is None
    milestones = studio_of(drafted_copy).ledger.runs.milestones(PROJECT)
    assert milestones["final_cut"].run_id != first.run_id
    quiet_logs(drafted_copy)


def test_a_draft_that_is_stopped_goes_on_where_it_was(home: Path, tmp_path: Path) -> None:
    done(home, "new", str(put_brief(tmp_path / "briefs")))
    process = started(home, "draft", PROJECT)
    until(lambda: studio_of(home).ledger.runs.milestones(PROJECT).get("brand_analysis"), what="brand analysis")
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 1
    said = (home / "command.log").read_text(encoding="utf-8")
    assert "Stopped. What is done is kept; the same command goes on from there." in said
    assert "Traceback" not in said
    answer = command(home, "draft", PROJECT, "--json")
    assert answer.code == 0, answer.err
    assert answer.value["state"] == "in_review"
    assert len({call["fingerprint"] for call in done(home, "calls")}) == len(done(home, "calls"))


def test_as_a_program_the_last_line_is_one_json_value(finished: Path) -> None:
    words = [str(Path(sys.executable).with_name("videofactory")), "status", PROJECT, "--json"]
    ran = subprocess.run(words, env=variables(finished), cwd="/", capture_output=True, text=True, check=True)  # noqa: S603 - our own program
    assert json.loads(ran.stdout.splitlines()[-1])["state"] == "final_review"
    assert ran.stderr == ""
