"""Notion's webhook and the sensor that looks for tasks: a report is dealt with in seconds, and nothing hangs on one."""

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from dagster import DagsterInstance, SensorResult, build_sensor_context

from videofactory.board.app import receiver
from videofactory.defs.resources import FactoryResource
from videofactory.defs.sensors.notion import TICK_EVERY, notion_tasks_sensor
from videofactory_tests.defs.test_notion_sensors import instance, office, partitions
from videofactory_tests.homes import home, studio_of
from videofactory_tests.serving import served
from videofactory_tests.studio.notion.office import Office
from videofactory_tests.twin.notion_webhooks import Subscription
from videofactory_tests.twin.notion_workspace import BOT

__all__ = ["home", "instance", "office"]


MINUTE = 60.0


@dataclass
class Ticks:
    """The daemon's ticks of `notion_tasks_sensor`: each knows what the one before it noted."""

    home: Path
    instance: DagsterInstance
    cursor: str | None = None

    def tick(self) -> list[str]:
        """One tick; the partitions it adds."""
        factory = {"factory": FactoryResource(home=str(self.home))}
        context = build_sensor_context(instance=self.instance, cursor=self.cursor, resources=factory)
        result = notion_tasks_sensor(context)
        self.cursor = context.cursor
        return partitions(result) if isinstance(result, SensorResult) else []

    def later(self, seconds: float) -> None:
        """Let every look noted be so much longer ago."""
        self.cursor = json.dumps({key: at - seconds for key, at in json.loads(self.cursor or "{}").items()})

    def just_looked(self) -> None:
        """Let every look noted be of this moment, however long a busy machine took for what came after it."""
        self.cursor = json.dumps(dict.fromkeys(json.loads(self.cursor or "{}"), time.time()))


@pytest.fixture
def ticks(home: Path, instance: DagsterInstance) -> Ticks:
    """A daemon."""
    return Ticks(home, instance)


@pytest.fixture
def told(office: Office, home: Path) -> Iterator[Subscription]:
    """Notion's webhook for the channel of this home."""
    studio = studio_of(home)
    studio.ledger.notion_hooks.open("harbour", bot=BOT, seconds=900, who="ada")
    with served(receiver(studio)) as client:
        made = Subscription(office.space, client, "/webhooks/notion/harbour")
        assert made.shake_hands() == 204
        yield made


def test_tasks_are_looked_for_each_minute_however_often_the_sensor_ticks(office: Office, ticks: Ticks) -> None:
    ticks.tick()
    office.ask()
    asked = office.twin.asked("notion.query")
    assert ticks.tick() == []
    ticks.later(MINUTE - TICK_EVERY)
    assert ticks.tick() == []
    assert office.twin.asked("notion.query") == asked
    ticks.later(TICK_EVERY)
    assert len(ticks.tick()) == 1
    assert notion_tasks_sensor.minimum_interval_seconds == TICK_EVERY == 10


def test_a_clock_set_back_does_not_put_off_the_look(office: Office, ticks: Ticks) -> None:
    ticks.tick()
    office.ask()
    ticks.later(-3600)
    assert len(ticks.tick()) == 1


def test_what_notion_reports_is_taken_at_the_next_tick(office: Office, told: Subscription, ticks: Ticks) -> None:
    ticks.tick()
    page = office.ask()
    assert ticks.tick() == []
    assert told.send(told.event(page, kind="page.created")) == 204
    assert len(ticks.tick()) == 1
    asked = office.twin.asked("notion.query")
    assert ticks.tick() == []
    assert office.twin.asked("notion.query") == asked, "the nudge is done with"


def test_without_a_webhook_the_minutes_look_finds_the_same(office: Office, told: Subscription, ticks: Ticks) -> None:
    ticks.tick()
    page = office.ask()
    assert told.send(told.event(page), key="lost on the way") == 401
    assert ticks.tick() == []
    ticks.later(MINUTE)
    assert len(ticks.tick()) == 1
    assert told.send(told.event(page)) == 204
    assert ticks.tick() == [], "the look was nudged, and found what it had"


def test_a_thousand_events_are_one_look(office: Office, told: Subscription, ticks: Ticks) -> None:
    ticks.tick()
    page = office.ask()
    events = [told.event(page) for _ in range(1000)]
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(told.send, events)) == {204}
    asked = office.twin.asked("notion.query")
    ticks.just_looked()
    assert len(ticks.tick()) == 1
    looked = office.twin.asked("notion.query") - asked
    ticks.just_looked()
    ticks.tick()
    assert (looked, office.twin.asked("notion.query") - asked) == (1, 1)


def test_what_is_reported_while_somebody_looks_is_looked_for_again(office: Office, told: Subscription, ticks: Ticks) -> None:
    ticks.tick()
    first = office.ask()
    told.send(told.event(first))
    office.twin.misbehave("notion.query", "latency", value=1.0)
    with ThreadPoolExecutor(1) as pool:
        ticking = pool.submit(ticks.tick)
        _until(lambda: office.twin.asked("notion.query") > 1)
        told.send(told.event(first))
        ticking.result()
    assert list(studio_of(ticks.home).ledger.notion_hooks.nudges()) == [office.briefs.replace("-", "")]
    asked = office.twin.asked("notion.query")
    ticks.tick()
    assert office.twin.asked("notion.query") == asked + 2, "one look: what was edited, and whether a row of ours is gone"


def test_a_look_that_notion_did_not_answer_is_repeated_at_the_next_tick(office: Office, told: Subscription, ticks: Ticks) -> None:
    ticks.tick()
    page = office.ask()
    told.send(told.event(page))
    office.twin.misbehave("notion.query", "error", times=9, value=500)
    assert ticks.tick() == []
    office.twin.world.faults.clear()
    assert len(ticks.tick()) == 1


def test_a_look_that_fails_for_good_is_left_to_the_minutes_look(office: Office, told: Subscription, ticks: Ticks) -> None:
    ticks.tick()
    told.send(told.event(office.ask()))
    office.space.share(office.briefs, shared=False)
    assert ticks.tick() == []
    asked = office.twin.asked("notion.query")
    ticks.tick()
    assert office.twin.asked("notion.query") == asked


def test_only_the_channel_whose_row_was_edited_is_looked_at(office: Office, told: Subscription, ticks: Ticks) -> None:
    ticks.tick()
    asked = list(office.twin.world.asked)
    told.send(told.event(office.ask()))
    ticks.tick()
    new = [path for name, path in office.twin.world.asked[len(asked) :] if name in {"notion.query", "notion.schema"}]
    assert [path for path in new if "dead" in path] == []
    assert [path for path in new if office.briefs in path] != []
    row = office.space.add_row(office.scenes, {})
    told.send(told.event(row))
    before = office.twin.asked("notion.query")
    ticks.tick()
    assert office.twin.asked("notion.query") == before, "a scene's row is the review sensor's"
    assert studio_of(ticks.home).ledger.notion_hooks.nudges() == {}


def test_a_nudge_waits_while_the_channel_files_have_errors(office: Office, told: Subscription, ticks: Ticks) -> None:
    ticks.tick()
    told.send(told.event(office.ask()))
    bad = ticks.home / "channels" / "third.yaml"
    bad.write_text("name: [")
    assert ticks.tick() == []
    bad.unlink()
    assert studio_of(ticks.home).ledger.notion_hooks.nudges() != {}
    assert len(ticks.tick()) == 1


def _until(look: Callable[[], bool]) -> None:
    end = time.monotonic() + MINUTE
    while not look():
        assert time.monotonic() < end
        time.sleep(0.01)
