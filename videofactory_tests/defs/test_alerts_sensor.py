"""The sensor that tells people, called as the daemon calls it: with the address from the environment, and never failing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from dagster import DagsterInstance, SkipReason, build_sensor_context

from videofactory.defs.resources import FactoryResource
from videofactory.defs.sensors.alerts import alerts_sensor
from videofactory_tests.core import take_in
from videofactory_tests.homes import home, put_home, studio_of
from videofactory_tests.twin import discord
from videofactory_tests.twin.server import Twin

__all__ = ["home"]


@pytest.fixture
def twin() -> Iterator[Twin]:
    """The outside world."""
    with Twin().running() as running:
        yield running


def tick(home: Path) -> str:
    """One tick of the sensor; what it says."""
    with DagsterInstance.ephemeral() as instance:
        result = alerts_sensor(build_sensor_context(instance=instance), factory=FactoryResource(home=str(home)))
    assert isinstance(result, SkipReason)
    return result.skip_message or ""


def test_a_failure_is_told_at_the_address_the_channel_s_variable_holds(
    home: Path, twin: Twin, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_home(home, alerts={"discord": "OPS_URL"})
    ledger = studio_of(home).ledger
    ledger.runs.reached(take_in(ledger), "brief", outcome="failed", entries=0, detail="No picture. Send one.")
    assert tick(home) == "There is nothing to tell."
    assert twin.asked("discord.send") == 0
    monkeypatch.setenv("OPS_URL", f"{twin.url}/discord/api/webhooks/4711/{discord.TOKEN}")
    [alert] = ledger.alerts.all()
    ledger.alerts.failed([alert], problem="", wait=0)
    assert tick(home) == "1 things told."
    assert "Send one." in twin.world.rooms["discord"][0]["embeds"][0]["description"]
    assert tick(home) == "There is nothing to tell."


def test_a_wrong_channel_file_is_said_and_fails_nothing(home: Path) -> None:
    (home / "channels" / "bad.yaml").write_text("name: [", encoding="utf-8")
    assert tick(home).startswith("Nothing is told until this is mended: bad.yaml")
