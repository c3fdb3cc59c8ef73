"""A job is asked for only where it was sent: other addresses or keys in the settings are told, and never asked."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from videofactory.domain.errors import Lasting
from videofactory.ledger.call import Call, CallState
from videofactory.providers.roles import VideoEngine, VideoRequest
from videofactory.studio.buying import buy
from videofactory.studio.terms import Bought
from videofactory_tests.film.line import CHANNEL, Line, put_channel
from videofactory_tests.processes import started
from videofactory_tests.twin import media
from videofactory_tests.twin.leading import environment
from videofactory_tests.twin.server import Twin

Variables = dict[str, str]


@pytest.fixture
def twins() -> Iterator[tuple[Twin, Twin]]:
    """The service the job is sent to, and another one."""
    with Twin(render_seconds=3600).running() as first, Twin().running() as other:
        yield first, other


def _buy(home: Path, variables: Variables, project: str) -> Bought:
    """Buy the one clip, as a process with these settings does."""
    studio = Line.at(home, **variables).studio
    frame = studio.artifacts.put(media.picture(width=640, height=360), media_type="image/png")
    request = VideoRequest(prompt="steam over a cup", first_frame=frame, seconds=5, width=640, height=360)
    engine: VideoEngine = studio.engines(CHANNEL).video["kling"]
    return buy(studio, engine, request, role="video", project=project, scene="scene-01")


def _only(home: Path) -> Call:
    [call] = Line.at(home).studio.ledger.calls.of_project()
    return call


def _soon(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def _elsewhere(other: Twin) -> Callable[[Variables], Variables]:
    return lambda variables: {**variables, "VIDEOFACTORY_KLING_BASE_URL": other.base("kling")}


def _another_key(_: Twin) -> Callable[[Variables], Variables]:
    return lambda variables: {**variables, "KLING_API_KEY": "another account's"}


@pytest.mark.parametrize(("change", "killed"), [(_elsewhere, CallState.PENDING), (_another_key, CallState.SENT)])
def test_a_job_is_never_sought_at_a_service_it_was_not_sent_to(
    tmp_path: Path, twins: tuple[Twin, Twin], change: Callable[[Twin], Callable[[Variables], Variables]], killed: CallState
) -> None:
    twin, other = twins
    home, before = tmp_path / "home", environment(twin)
    put_channel(home, plan="studio", engines={"video": {"default": "kling", "allowed": ["kling"]}})
    project = Line.at(home, **before).take_in()
    if killed is CallState.SENT:
        twin.misbehave("kling.submit", "latency", value=0.5)
    worker = started(_buy, home, before, project)
    _soon(lambda: twin.asked("kling.submit") == 1 and _only(home).state is killed)
    worker.kill()
    worker.join()
    _soon(lambda: twin.paid() == 1)
    asked = len(twin.world.asked)

    with pytest.raises(Lasting, match=r"not configured any more.*Set that address and key again") as caught:
        _buy(home, change(other)(before), project)
    assert twin.base("kling") in caught.value.message
    assert (other.world.asked, len(twin.world.asked)) == ([], asked)
    assert (_only(home).state, _only(home).orphaned) == (killed, True)

    with twin.world.lock:
        twin.world.jobs = {name: replace(job, render_seconds=0) for name, job in twin.world.jobs.items()}
    bought = _buy(home, before, project)
    assert (bought.call.state, bought.kept) == (CallState.DONE, False)
    assert (twin.paid(), other.world.asked) == (1, [])
