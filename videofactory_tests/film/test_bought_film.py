"""A whole film from bought engines, over real HTTP, at the twin: analysed, directed, drawn, filmed and spoken by others."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from videofactory.domain.money import ZERO
from videofactory.ledger.call import CallState
from videofactory_tests.film.line import Line, put_channel
from videofactory_tests.twin.leading import environment
from videofactory_tests.twin.server import Twin

ENGINES = {
    "analyst": "gemini",
    "director": "deepseek",
    "stills": "fal",
    "style": "fal",
    "video": {"default": "kling", "allowed": ["kling", "luma", "gemini"]},
    "voice": {"engine": "elevenlabs", "id": "abc123"},
    "effects": "elevenlabs",
    "music": "elevenlabs",
}


@pytest.fixture
def twin() -> Iterator[Twin]:
    """The outside world of this test."""
    with Twin().running() as world:
        yield world


@pytest.fixture
def line(tmp_path: Path, twin: Twin) -> Line:
    """A home whose channel buys everything."""
    home = tmp_path / "home"
    put_channel(home, plan="studio", engines=ENGINES)
    return Line.at(home, **environment(twin))


@pytest.mark.timeout(240)
def test_a_film_is_made_through_bought_engines_alone(line: Line, twin: Twin) -> None:
    project = line.take_in(script=None, seconds=12, scenes=3)
    film = line.film(project)
    assert film.findings == ()
    calls = line.studio.ledger.calls.of_project(project)
    assert {call.engine for call in calls} >= {"gemini", "deepseek", "fal", "elevenlabs"}
    assert "embedded" not in {call.engine for call in calls}
    assert {call.state for call in calls} == {CallState.DONE}
    assert len(calls) == twin.paid()
    assert all((call.cost_usd or ZERO) > 0 for call in calls)
    assert line.studio.ledger.purses.balance("project", project).spent_usd == sum(call.cost_usd or ZERO for call in calls)
