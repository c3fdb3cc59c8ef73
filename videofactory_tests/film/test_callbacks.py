"""A lost answer is found by the engine's own report: the job's name is all that is believed of it."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from videofactory.board.app import receiver
from videofactory.domain.errors import CallParked
from videofactory.ledger.call import Call, CallState
from videofactory_tests.film.line import Line, put_channel
from videofactory_tests.serving import served
from videofactory_tests.twin.leading import environment
from videofactory_tests.twin.server import Twin

SCENE = ({"narration": "We open.", "seconds": 3, "sound": "", "transition": "cut"},)
VIDEO = {"video": {"default": "gemini", "allowed": ["gemini"]}}
PUBLIC = "https://hooks.example.org/engines"


@pytest.fixture
def twin() -> Iterator[Twin]:
    """The outside world of this test."""
    with Twin().running() as world:
        yield world


@pytest.fixture
def line(tmp_path: Path, twin: Twin) -> Line:
    """A home whose clips are bought from an engine that can only be found by its own report."""
    home = tmp_path / "home"
    put_channel(home, plan="studio", engines=VIDEO)
    return Line.at(home, **environment(twin), VIDEOFACTORY_CALLBACK_URL=PUBLIC)


@pytest.fixture
def project(line: Line, twin: Twin) -> str:
    """A project whose one clip was ordered, and the answer lost."""
    key = line.take_in(script=list(SCENE))
    line.develop(key)
    line.green(key)
    twin.misbehave("gemini.submit", "cut_after")
    with pytest.raises(CallParked):
        line.produce(key)
    return key


@pytest.fixture
def report(line: Line) -> Iterator[httpx.Client]:
    """What an engine reports to, as `videofactory callbacks` listens."""
    with served(receiver(line.studio)) as client:
        yield client


def clip_call(line: Line) -> Call:
    """The one call of a clip."""
    [call] = [call for call in line.studio.ledger.calls.of_project() if call.role == "video"]
    return call


def test_a_parked_clip_goes_on_when_the_engine_reports_its_job(
    line: Line, twin: Twin, project: str, report: httpx.Client
) -> None:
    call = clip_call(line)
    assert (call.state, call.external_id) == (CallState.PARKED, None)
    [job] = [job.id for job in twin.world.jobs.values() if job.provider == "gemini"]
    said = {"type": "video.generated", "data": {"id": job}}
    answers = [report.post("/gemini", params={"token": call.token}, json=said).status_code for _ in range(2)]
    assert answers == [204, 404]
    assert (clip_call(line).state, clip_call(line).external_id) == (CallState.PENDING, job)
    line.produce(project)
    assert clip_call(line).state is CallState.DONE
    assert twin.paid("gemini") == 1
    assert "call reported" in [entry.what for entry in line.studio.ledger.audit.lines(project)]


@pytest.mark.usefixtures("project")
def test_a_report_of_a_stranger_or_without_a_job_changes_nothing(line: Line, report: httpx.Client) -> None:
    before = clip_call(line)
    token = {"token": before.token}
    strange = [
        report.post("/gemini", params={"token": "0" * 32}, json={"data": {"id": "job"}}),
        report.post("/gemini", json={"data": {"id": "job"}}),
        report.post("/gemini", params=token, json={"type": "video.generated"}),
        report.post("/gemini", params=token, json=["data"]),
        report.post("/gemini", params=token, content=b"{"),
        report.post("/gemini", params=token, content=b" " * (1 << 20) + b" {}"),
        report.post("/gemini", params=token, content=b"[" * 100_000),
        report.get("/gemini", params=token),
        report.get("/"),
    ]
    assert [answer.status_code for answer in strange] == [404] * len(strange)
    assert clip_call(line) == before
