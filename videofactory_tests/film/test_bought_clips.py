"""Clips from bought engines at the twin: fallback, what was paid for and what is configured now, the gate while in line."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from videofactory.domain.errors import CallParked, EngineRejected, GateClosed, MediaBroken, Refused, TooDear
from videofactory.domain.review import Light
from videofactory.ledger.call import CallState
from videofactory.ledger.limits import Gate, Limits
from videofactory.studio.purchase import Door
from videofactory_tests.film.line import Line, put_channel
from videofactory_tests.twin.leading import environment
from videofactory_tests.twin.server import Twin

SCENE = ({"narration": "We open.", "seconds": 3, "sound": "", "transition": "cut"},)
VIDEO = {"video": {"default": "luma", "allowed": ["luma", "gemini"]}}
LUMA = frozenset({"LUMA_API_KEY", "GOOGLE_APPLICATION_CREDENTIALS"})


@pytest.fixture
def twin() -> Iterator[Twin]:
    """The outside world of this test."""
    with Twin().running() as world:
        yield world


def line_at(home: Path, twin: Twin, *, without: frozenset[str] = frozenset({"GOOGLE_APPLICATION_CREDENTIALS"})) -> Line:
    """The line of a home whose clips are bought, with all keys but these."""
    put_channel(home, plan="studio", engines=VIDEO, review={"auto_approve": False})
    return Line.at(home, **environment(twin, without=without))


@pytest.fixture
def line(tmp_path: Path, twin: Twin) -> Line:
    """A home with every key."""
    return line_at(tmp_path / "home", twin)


def drafted(line: Line, **fields: object) -> str:
    """A project of one green scene; embedded engines made all but the clip."""
    project = line.take_in(script=list(SCENE), **fields)
    line.develop(project)
    line.green(project)
    return project


def clip_of(line: Line, project: str) -> tuple[str, str]:
    """Who made the one clip, and why not the route's engine."""
    [clip] = line.clips(project).scenes.values()
    return clip.engine, clip.fallback


class ChangingMind(Limits):
    """Rate limits in whose line a reviewer takes a light back."""

    def __init__(self, line: Line, project: str) -> None:
        super().__init__(line.studio.ledger.database)
        self._desk = line.desk(project)

    def enter_all(self, gates: Sequence[Gate]) -> float:
        """The light is taken back; then the call may go."""
        self._desk.light(1, Light.YELLOW, feedback="warmer")
        self._desk.record()
        return super().enter_all(gates)


def test_another_engine_stands_in_and_everybody_can_read_why(line: Line, twin: Twin) -> None:
    project = drafted(line)
    twin.misbehave("luma.submit", "fail", words="the model is tired")
    line.produce(project)
    engine, words = clip_of(line, project)
    assert (engine, "tired" in words, words.endswith("So gemini made it.")) == ("gemini", True, True)
    assert [line_.what for line_ in line.studio.ledger.audit.lines(project) if line_.what == "fallback"] == ["fallback"]
    assert [(call.engine, call.state) for call in line.studio.ledger.calls.of_project(project) if call.role == "video"] == [
        ("luma", CallState.FAILED),
        ("gemini", CallState.DONE),
    ]


def test_what_stood_in_is_not_bought_again(line: Line, twin: Twin) -> None:
    project = drafted(line)
    twin.misbehave("luma.submit", "fail")
    line.produce(project)
    paid = twin.paid()
    line.produce(project)
    assert twin.paid() == paid
    assert clip_of(line, project)[0] == "gemini"


def test_a_clip_that_is_paid_is_not_bought_elsewhere_when_its_key_is_gone(line: Line, twin: Twin) -> None:
    project = drafted(line)
    line.produce(project)
    assert (twin.paid("luma"), twin.paid()) == (1, 1)
    without = line_at(line.home, twin, without=LUMA)
    without.produce(project)
    assert twin.paid() == 1
    assert clip_of(without, project)[0] == "luma"


def test_a_clip_under_way_waits_for_its_key_and_is_not_bought_elsewhere(line: Line, twin: Twin) -> None:
    project = drafted(line)
    twin.misbehave("luma.poll", "error", value=401)
    with pytest.raises(EngineRejected, match="401"):
        line.produce(project)
    without = line_at(line.home, twin, without=LUMA)
    with pytest.raises(CallParked, match="not configured any more; nothing is bought in its place"):
        without.produce(project)
    line_at(line.home, twin).produce(project)
    assert (twin.paid("luma"), twin.paid()) == (1, 1)


def test_a_refusal_is_taken_nowhere_else(line: Line, twin: Twin) -> None:
    project = drafted(line)
    twin.misbehave("luma.submit", "refuse", words="no faces")
    with pytest.raises(Refused, match="no faces"):
        line.produce(project)
    assert twin.paid("gemini") == 0


def test_nothing_is_sent_that_the_project_cannot_pay(line: Line, twin: Twin) -> None:
    project = drafted(line, budget_usd=0.01)
    with pytest.raises(TooDear, match=r"project's budget.*budget_usd"):
        line.produce(project)
    assert twin.paid() == 0


def test_a_light_taken_back_while_a_clip_waits_in_line_stops_it(line: Line, twin: Twin) -> None:
    project = drafted(line)
    ledger = replace(line.studio.ledger, limits=ChangingMind(line, project))
    door = Door(ledger, artifacts=line.studio.artifacts)
    with pytest.raises(GateClosed):
        Line(replace(line.studio, door=door)).produce(project)
    assert (twin.paid(), twin.asked("luma.submit")) == (0, 0)


def test_a_clip_cut_short_is_fetched_again_and_a_page_is_no_clip(line: Line, twin: Twin) -> None:
    project = drafted(line)
    twin.misbehave("luma.submit", "corrupt")
    with pytest.raises(MediaBroken, match="scene-01"):
        line.produce(project)
    [call] = [call for call in line.studio.ledger.calls.of_project(project) if call.role == "video"]
    assert (call.state, twin.asked("twin.file")) == (CallState.DONE, 3)
    assert "has no picture" in str(call.problem)
    with pytest.raises(MediaBroken, match="scene-01"):
        line.produce(project)
    assert twin.paid() == 1
