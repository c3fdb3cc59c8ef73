"""The real factory killed at random: `videofactory up` with daemon, web server and run workers, one of them or all at once.

Rows of Notion are taken in and drafted for real, lights are given in them, and ready films are published by the schedule.
"""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from videofactory.domain.project import ProjectState
from videofactory.ledger.uploads import UploadState
from videofactory.providers.youtube.oauth import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN
from videofactory.studio.status import state_of
from videofactory_tests.cli.test_processes import RUN, children, last_words, until
from videofactory_tests.film.commands import descendants
from videofactory_tests.homes import put_home, put_picture, studio_of, variables
from videofactory_tests.publishing.hands import ASKS_FOR_LIGHT
from videofactory_tests.publishing.screening import SLOTS, finished
from videofactory_tests.studio.notion.office import Office, office_at
from videofactory_tests.twin.server import Twin
from videofactory_tests.twin.youtube_state import room

SEED = 20_261_121
KILLS = 16
FILMS, ROWS = 3, 3
PATIENCE = 480.0
BREATH = (0.0, 20.0)
"""Seconds between the first tick of a factory and the next kill, at least and at most."""
EARLY = 0.2
"""The share of kills that do not wait for a first tick: they fall on a factory that is still coming up."""
FIRST_TICK = 300.0
"""Seconds until the daemon's first tick on a busy machine, at most."""
TICKING = "dagster.daemon.SensorDaemon"


@dataclass
class Factory:
    """A home, its team, and the processes of `videofactory up`, which come and go."""

    office: Office
    twin: Twin
    home: Path
    rng: random.Random
    up: "subprocess.Popen[bytes] | None" = None
    killed: Counter[str] = field(default_factory=Counter)
    said: int = 0
    """How much the daemon's log held when the factory was started last."""
    given: dict[str, str] = field(default_factory=dict)
    """The words of each light, by the page of its scene."""

    def start(self) -> None:
        """Run the factory, in a session of its own."""
        if self.up is None or self.up.poll() is not None:
            self.said = len(self._daemon_says())
            with socket.socket() as free, (self.home / "command.log").open("ab") as log:
                free.bind(("127.0.0.1", 0))
                words = [sys.executable, "-c", RUN, "up", "--port", str(free.getsockname()[1])]
                free.close()
                self.up = subprocess.Popen(  # noqa: S603 - our own interpreter
                    words, env=variables(self.home), cwd=self.home, stdout=log, stderr=log, start_new_session=True
                )

    def breathe(self) -> None:
        """Until a random moment after the first tick, or some moment before it."""
        if self.rng.random() > EARLY:
            until(lambda: TICKING in self._daemon_says()[self.said :], what="first tick", seconds=FIRST_TICK)
        time.sleep(self.rng.uniform(*BREATH))

    def _daemon_says(self) -> str:
        log = self.home / "logs" / "daemon.log"
        return log.read_text(encoding="utf-8") if log.exists() else ""

    def kill(self) -> None:
        """Kill the whole session, the command alone, one of its two children, or a worker at work."""
        assert self.up is not None
        workers = [int(one.owner.rsplit("/", 2)[1]) for one in studio_of(self.home).ledger.runs.alive()]
        what = self.rng.choice(["everything", "command", "daemon or server", *(["worker"] * 3 if workers else [])])
        if what == "everything":
            os.killpg(self.up.pid, signal.SIGKILL)
        elif what == "worker":
            os.kill(self.rng.choice(workers), signal.SIGKILL)
        else:
            ours = children(self.up.pid) if what != "command" and self.up.poll() is None else []
            os.kill(self.rng.choice(ours or [self.up.pid]), signal.SIGKILL)
        self.killed[what] += 1
        if what != "worker":
            self.up.wait(60)

    def hurry(self) -> None:
        """What waits minutes for its next try is due now."""
        uploads = studio_of(self.home).ledger.uploads
        for upload in uploads.all():
            if upload.again_at is not None and not upload.held:
                uploads.later(upload.project, upload.film, seconds=0)

    def ask(self, number: int) -> str:
        """A row that asks for a short film, with a brand image that passes for one."""
        picture = self.home.parent / "cup.png"
        put_picture(picture)
        return self.office.ask(title=f"Cup {number}", seconds=4, scenes=2, rights_images="own", images=[picture.read_bytes()])

    def decide(self) -> None:
        """Green, once, for the first scene of each film that asks for lights; the others are left alone."""
        for row in self.office.space.rows(self.office.scenes):
            if row["Answer"] == ASKS_FOR_LIGHT and row["Number"] == 1 and row["id"] not in self.given:
                self.given[row["id"]] = f"word-{len(self.given) + 1:04d}."
                self.office.decide(row["id"], light="Green", feedback=self.given[row["id"]])

    def done(self) -> bool:
        """Whether every film is at YouTube, every row reviewed, and every light read."""
        studio = studio_of(self.home)
        uploads = [upload.state for upload in studio.ledger.uploads.all()]
        heard = " ".join(line.why for line in studio.ledger.audit.lines() if line.what == "review: light")
        lights = len(self.given) == ROWS and all(words in heard for words in self.given.values())
        idle = not studio.ledger.runs.alive()
        return uploads == [UploadState.DONE] * FILMS and lights and idle

    def stop(self) -> None:
        """End it as by Ctrl-C, once it has begun: before, one that was started with interrupts ignored would not hear it."""
        assert self.up is not None
        until(lambda: TICKING in self._daemon_says()[self.said :], what="first tick", seconds=FIRST_TICK)
        assert self.up.poll() is None, last_words(self.home)
        self.up.send_signal(signal.SIGINT)
        assert self.up.wait(60) == 0


@pytest.fixture
def factory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Factory]:
    """A factory whose team is on Notion, with films that are approved."""
    home = tmp_path / "home"
    with Twin().running() as twin:
        office = office_at(home, twin)
        youtube = SLOTS.model_copy(update={"slots": ("* * * * *",)}).model_dump(mode="json", exclude_defaults=True)
        put_home(home, youtube=youtube, notion={"data_source": office.briefs, "scenes": office.scenes})
        told = {f"VIDEOFACTORY_{name}_BASE_URL": twin.base(name) for name in ("NOTION", "YOUTUBE", "GOOGLE_OAUTH")}
        told |= {"NOTION_TOKEN": "twin-NOTION_TOKEN", "VIDEOFACTORY_TRUSTED_HOSTS": twin.url.partition("//")[2]}
        (home / ".env").write_text("".join(f"{name}={value}\n" for name, value in told.items()), encoding="utf-8")
        monkeypatch.chdir(home)
        studio = studio_of(home)
        for name, value in ((CLIENT_ID, f"twin-{CLIENT_ID}"), (CLIENT_SECRET, f"twin-{CLIENT_SECRET}")):
            studio.ledger.secrets.set("harbour", name, value, who="ada")
        studio.ledger.secrets.set("harbour", REFRESH_TOKEN, "1//twin-harbour", who="ada")
        for number in range(FILMS):
            finished(studio, name=f"film-{number}")
        one = Factory(office, twin, home, random.Random(SEED))  # noqa: S311 - a test's moments
        try:
            yield one
        finally:
            if one.up is not None and one.up.poll() is None:
                os.killpg(one.up.pid, signal.SIGKILL)
                one.up.wait()


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_a_factory_killed_again_and_again_takes_rows_once_and_sends_films_once(factory: Factory) -> None:
    print(f"the seed of chance is {SEED}")  # noqa: T201 - shown when the test fails
    began = time.monotonic()
    pages: list[str] = []
    while factory.killed.total() < KILLS:
        factory.start()
        if len(pages) < ROWS and factory.killed.total() >= len(pages) * 2:
            pages.append(factory.ask(len(pages) + 1))
        factory.decide()
        factory.hurry()
        factory.breathe()
        factory.kill()

    def look() -> bool:
        factory.start()
        factory.decide()
        factory.hurry()
        return factory.done()

    try:
        until(look, what="end", seconds=PATIENCE)
    except TimeoutError as error:
        raise TimeoutError(f"{error}\n{last_words(factory.home)}") from error
    factory.stop()
    print(f"{dict(factory.killed)} kills, {time.monotonic() - began:.0f} s")  # noqa: T201 - the soak's figures
    require_once(factory, pages)
    until(lambda: descendants(factory.home) == [], what="end of all processes", seconds=90)
    assert [path for path in factory.home.rglob("*") if path.name.endswith(".part")] == []


def require_once(factory: Factory, pages: list[str]) -> None:
    """Each row is a project, each light in the log, each film at YouTube: once."""
    studio, youtube = studio_of(factory.home), room(factory.twin.world)
    rows = [project for project in studio.ledger.projects.all() if project.source_kind == "notion"]
    assert Counter(project.source_id for project in rows) == Counter(pages)
    assert {state_of(studio, project.key) for project in rows} == {ProjectState.IN_REVIEW}
    lights = [line.why for line in studio.ledger.audit.lines() if line.who.startswith("notion:")]
    assert sorted(lights) == sorted(factory.given.values())
    keys = [row["Key"] for row in factory.office.space.rows(factory.office.scenes)]
    assert len(keys) == len(set(keys)) == 2 * ROWS
    uploads, videos = studio.ledger.uploads.all(), youtube.videos("harbour")
    assert {upload.video_id: upload.film for upload in uploads} == {one.id: one.request["sha256"] for one in videos}
    assert {len(video.request["captions"]) for video in videos} == {1}
    assert all(video.request["thumbnail"] for video in videos)
    listed = [item["contentDetails"]["videoId"] for item in youtube.playlists["PLharbour"]]
    assert Counter(listed) == Counter([video.id for video in videos])
