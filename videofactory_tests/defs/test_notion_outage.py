"""Notion away for twelve hours: films are made and published all the same, and afterwards every row is brought up to date."""

import dataclasses
import shutil
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from dagster import (
    DagsterInstance,
    Definitions,
    RunRequest,
    SensorResult,
    SkipReason,
    build_schedule_context,
    build_sensor_context,
)

from videofactory.cli.opening import product_file
from videofactory.defs import assets, checks, jobs
from videofactory.defs.resources import FactoryResource, ValuesIOManager
from videofactory.defs.schedules import publishing_schedule
from videofactory.defs.sensors.notion import notion_review_sensor, notion_tasks_sensor
from videofactory.defs.sensors.review import review_sensor
from videofactory.ledger.database import now
from videofactory.ledger.keyring import Keyring
from videofactory.ledger.ledger import open_ledger
from videofactory.providers.youtube.oauth import REFRESH_TOKEN
from videofactory.studio.factory import Studio
from videofactory.studio.status import report
from videofactory_tests.defs.floor import instance_at, run_job
from videofactory_tests.homes import CHANNEL, done, home, put_home, put_picture, studio_of
from videofactory_tests.studio.notion.office import Office, environment_of, office_at
from videofactory_tests.twin.google_oauth import accounts
from videofactory_tests.twin.server import Twin
from videofactory_tests.twin.youtube_state import room

__all__ = ["home"]

YOUTUBE = {"google_project": "main", "slots": ["0 * * * *"], "privacy": "public"}
NEVER = 10**6
"""So often a fault strikes that lasts until it is taken back."""


class LaterFactory(FactoryResource):
    """A factory whose ledger's clock goes ahead of the real one."""

    ahead: ClassVar[timedelta] = timedelta()

    def studio(self) -> Studio:
        """The studio of this home, so much later."""
        studio = super().studio()
        keyring = Keyring(file=studio.settings.secret_file)
        ledger = open_ledger(studio.settings.ledger_url, clock=lambda: now() + LaterFactory.ahead, keyring=keyring)
        return dataclasses.replace(studio, ledger=ledger)


@dataclasses.dataclass
class Floor:
    """The factory as its daemon and workers run it, and the hours that pass."""

    home: Path
    instance: DagsterInstance
    office: Office
    patch: pytest.MonkeyPatch

    @property
    def factory(self) -> LaterFactory:
        """The factory, as late as it is."""
        return LaterFactory(home=str(self.home))

    def tick(self, sensor: Any) -> SensorResult | SkipReason:  # noqa: ANN401 - a decorated function
        """One tick of a sensor; it never fails."""
        result = sensor(build_sensor_context(instance=self.instance), factory=self.factory)
        assert isinstance(result, SensorResult | SkipReason)
        return result

    def look(self) -> str:
        """Both sensors on Notion, once; what the one on decisions said."""
        self.tick(notion_tasks_sensor)
        return str(self.tick(notion_review_sensor))

    def work(self) -> list[str]:
        """Run whatever the sensor on decisions asks for; the jobs."""
        asked = self.tick(review_sensor)
        return [self._run(one) for one in (asked.run_requests or ())] if isinstance(asked, SensorResult) else []

    def publish(self) -> list[str]:
        """Run whatever the schedule asks for."""
        with build_schedule_context(instance=self.instance, resources={"factory": self.factory}) as context:
            asked = publishing_schedule(context)
        assert isinstance(asked, list), asked
        return [self._run(one, job="publish") for one in asked]

    def _run(self, request: RunRequest, job: str = "") -> str:
        resources = {"factory": self.factory, "values": ValuesIOManager(home=str(self.home))}
        everything = Definitions(assets=assets.ALL, asset_checks=checks.ALL, jobs=jobs.ALL, resources=resources)
        name = job or str(request.job_name)
        result = run_job(self.instance, name, project=str(request.partition_key), factory=everything)
        assert result.success
        self.factory.studio().ledger.runs.end(result.run_id)  # as the sensor on runs that succeeded does
        return name

    def hours(self, number: float) -> None:
        """So many hours pass."""
        LaterFactory.ahead += timedelta(hours=number)

    def fails(self) -> None:
        """Notion answers nobody but with 503."""
        names = {name for name, _ in self.office.twin.world.asked if name.startswith("notion.")}
        for name in {*names, "notion.query", "notion.page", "notion.update", "notion.create", "notion.schema"}:
            self.office.twin.misbehave(name, "error", times=NEVER, value=503)

    def unreachable(self) -> None:
        """Nobody listens where Notion was."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.patch.setenv("VIDEOFACTORY_NOTION_BASE_URL", f"http://127.0.0.1:{free.getsockname()[1]}")

    def back(self) -> None:
        """Notion is there again."""
        self.office.twin.world.faults.clear()
        self.patch.setenv("VIDEOFACTORY_NOTION_BASE_URL", self.office.twin.base("notion"))

    def updates(self, page: str) -> int:
        """How often a row was written."""
        return sum(1 for name, path in self.office.twin.world.asked if name == "notion.update" and path.endswith(page))


@pytest.fixture
def floor(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Floor]:
    """A channel on the twin's Notion and YouTube."""
    monkeypatch.setattr(LaterFactory, "ahead", timedelta())
    (folder := tmp_path / "dagster").mkdir()
    with Twin().running() as twin, DagsterInstance.local_temp(str(folder)) as instance:
        office = office_at(tmp_path / "office", twin)
        known = {f"VIDEOFACTORY_{name}_BASE_URL": twin.base(name) for name in ("YOUTUBE", "GOOGLE_OAUTH")}
        known |= {f"GOOGLE_OAUTH_CLIENT_{name}": f"twin-GOOGLE_OAUTH_CLIENT_{name}" for name in ("ID", "SECRET")}
        for name, value in {**known, **environment_of(twin)}.items():
            monkeypatch.setenv(name, value)
        put_home(home, notion={"data_source": office.briefs, "scenes": office.scenes}, youtube=YOUTUBE)
        studio_of(home).ledger.secrets.set(CHANNEL, REFRESH_TOKEN, accounts(twin.world).refresh_token(CHANNEL), who="Ada")
        yield Floor(home, instance, office, monkeypatch)


def ask(floor: Floor, **values: object) -> str:
    """A row that asks for a short film with a real picture."""
    picture = floor.home / "cup.png"
    put_picture(picture)
    wanted = {"text": "We open at six. Come in.", "seconds": 4, "scenes": 2, "rights_images": "own", **values}
    return floor.office.ask(images=[picture.read_bytes()], **wanted)


def test_twelve_hours_without_notion_delay_nothing_but_the_rows(floor: Floor) -> None:
    office, page = floor.office, ask(floor)
    floor.look()
    assert floor.work() == ["develop"]
    floor.look()
    assert office.brief_row(page)["state"] == "In review"
    first, second = office.scene_rows().values()

    floor.fails()
    office.decide(first["id"], light="Green")  # people may reach their Notion when we do not
    office.decide(second["id"], light="Yellow", feedback="much darker")
    another = ask(floor, title="Another cup")
    floor.look()
    floor.hours(3)
    (project,) = (one.key for one in studio_of(floor.home).ledger.projects.all())
    assert done(floor.home, "review", project, "--green", "all")["state"] == "producing"
    assert floor.work() == ["produce"]
    floor.unreachable()
    floor.look()
    done(floor.home, "review", project, "--film", "green")
    floor.hours(3)
    assert floor.publish() == ["publish"]
    floor.hours(6)
    floor.look()
    (video,) = room(office.twin.world).videos(CHANNEL)
    assert office.brief_row(page)["state"] == "In review"
    before = floor.updates(page), floor.updates(first["id"]), floor.updates(second["id"])

    floor.back()
    assert "4 rows of harbour written" in floor.look()
    row = office.brief_row(page)
    assert (row["state"], row["video"]) == ("Published", f"https://www.youtube.com/watch?v={video.id}")
    assert (row["film_light"], len(row["film"]), row["problem"]) == ("Green", 1, "")
    scenes = office.scene_rows().values()
    assert [(one["light"], one["feedback"], one["answer"]) for one in scenes] == [("Green", "", "Green: the clip is ready.")] * 2
    after = floor.updates(page), floor.updates(first["id"]), floor.updates(second["id"])
    assert [late - early for early, late in zip(before, after, strict=True)] == [1, 1, 1]
    assert office.space.comments_of(first["id"]) == []
    (words,) = office.space.comments_of(second["id"])
    assert "Yellow: much darker" in words

    assert report(floor.factory.studio(), project)["state"] == "published"
    assert len(studio_of(floor.home).ledger.projects.all()) == 2, "the row of the meantime is taken in"
    assert office.brief_row(another)["state"] == "Queued"
    floor.look()
    assert (floor.updates(page), len(room(office.twin.world).videos(CHANNEL))) == (after[0], 1)


def test_a_service_that_does_not_answer_keeps_no_other_sensor_waiting(home: Path) -> None:
    done(home, "status")
    shutil.copy(product_file("dagster.yaml"), home / "dagster" / "dagster.yaml")
    with instance_at(home) as instance:
        assert instance.get_settings("sensors")["use_threads"] is True
