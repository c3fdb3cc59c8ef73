"""A channel's whole day for tests of kills: rows of Notion to videos on YouTube, done by processes that may die at any moment.

The workers run the product's own functions on one home: taking rows in, reading decisions, writing back, the programme and the
publication. Only the stations between are replaced by cheap ones, which write ready values as the real ones do. What people do
in Notion meanwhile is `hands`; what must be true at the end is `books`.
"""

import dataclasses
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx

from videofactory.domain.brief import TakenIn
from videofactory.domain.channel import Channel, EngineChoices, VideoChoice
from videofactory.domain.errors import OutcomeUnknown, Passing
from videofactory.domain.footage import Still
from videofactory.domain.notion import NotionSettings
from videofactory.domain.project import ProjectState
from videofactory.domain.review import marks
from videofactory.providers.account import Account
from videofactory.providers.notion.client import TOKEN, Notion
from videofactory.settings import load_settings
from videofactory.studio.delivery import deliver
from videofactory.studio.factory import Studio, open_studio
from videofactory.studio.material import CutPlan, FinalCut, Master, Previews, ScenePreview, ScriptVersion
from videofactory.studio.notion.desk import read_decisions
from videofactory.studio.notion.intake import sweep
from videofactory.studio.notion.writing import write_back
from videofactory.studio.notion_access import Service, Shared
from videofactory.studio.programme import programme
from videofactory.studio.status import state_of
from videofactory.studio.take_in import Request
from videofactory_tests.publishing.screening import SCRIPT, SLOTS, Line, timeline

LOOK = 20.0
"""Seconds a look may last."""
PAUSE = 0.2
"""Seconds between two looks: short, so that kills fall on work."""
SHORTER = 200
"""How much shorter the waits of a publication are."""
FILM_BYTES = bytes(range(256)) * 4096
"""A megabyte."""


@dataclasses.dataclass(frozen=True)
class Place:
    """Where it all lies; handed to other processes. `briefs` and `scenes` are the data sources."""

    home: Path
    url: str
    briefs: str
    scenes: str

    def studio(self) -> Studio:
        """The studio of this home, as each process opens it."""
        known = {
            "VIDEOFACTORY_NOTION_BASE_URL": f"{self.url}/notion",
            "NOTION_TOKEN": f"twin-{TOKEN}",
            "VIDEOFACTORY_TRUSTED_HOSTS": self.url.partition("//")[2],
        }
        studio = open_studio(load_settings(known, home=self.home, env_file=self.home / "none"))
        return dataclasses.replace(studio, given_channels={"harbour": self.channel()})

    def channel(self) -> Channel:
        """A channel with Notion and YouTube."""
        choices = EngineChoices(video=VideoChoice(default="embedded", allowed=("embedded",)))
        notion = NotionSettings(data_source=self.briefs, scenes=self.scenes)
        youtube = SLOTS.model_copy(update={"per_day": 100})
        return Channel(key="harbour", name="Harbour", language="en", engines=choices, notion=notion, youtube=youtube)

    def notion(self, studio: Studio) -> Notion:
        """The line to Notion, with a budget nobody waits for."""
        account = Account("notion", bases={"notion": f"{self.url}/notion"}, keys={TOKEN: f"twin-{TOKEN}"})
        budget = Service(address="", calls=1_000_000, seconds=60)
        return Notion(account, limits=Shared(studio.ledger.limits, gate="notion/storm", budget=budget))


def run_desk(place: Place, stop: Path) -> None:
    """Take rows in, read decisions, do what each project waits for, write back; until told to stop."""
    studio = place.studio()
    channel, notion = studio.channel("harbour"), place.notion(studio)
    while not stop.exists():
        for look in (sweep, read_decisions, lambda *_, **__: _work(studio), write_back):
            with suppress(Passing, OutcomeUnknown):
                look(studio, channel, notion, until=time.monotonic() + LOOK)
        time.sleep(PAUSE)


def run_publisher(place: Place, stop: Path) -> None:
    """Plan films and publish what is due, until told to stop. Waits between two tries are over at once."""
    studio = place.studio()
    with httpx.HTTPTransport() as transport:
        line = Line(place.url, transport)
        while not stop.exists():
            for upload in studio.ledger.uploads.all():
                if upload.again_at is not None:
                    studio.ledger.uploads.later(upload.project, upload.film, seconds=0)
            for due in programme(studio).due:
                with suppress(Passing):
                    line.publish(studio, due.project, sleep=_shortly)
            time.sleep(PAUSE)


def _shortly(seconds: float) -> None:
    time.sleep(seconds / SHORTER)


def _work(studio: Studio) -> None:
    """What the jobs do, cheaply, for every project that waits for one."""
    jobs: dict[ProjectState, Callable[[Studio, str], None]] = {
        ProjectState.QUEUED: _develop,
        ProjectState.REVISING: _draft,
        ProjectState.PRODUCING: _produce,
    }
    for project in studio.ledger.projects.all():
        job = jobs.get(state_of(studio, project.key))
        if job is not None:
            job(studio, project.key)


def _develop(studio: Studio, project: str) -> None:
    row = studio.ledger.projects.get(project)
    brief = Request.model_validate_json(row.brief).brief
    picture = studio.artifacts.put(b"\xff\xd8\xff picture", media_type="image/jpeg")
    images = {"images": ("cup.png",)}
    taken = TakenIn(
        project=project,
        brief=brief.model_copy(update=images),
        images=(picture,),
        language="en",
        style="plain",
        aspects=("16:9",),
        version=row.brief_version,
    )
    studio.values.write("brief", project, taken)
    _draft(studio, project)


def _draft(studio: Studio, project: str) -> None:
    log = studio.ledger.reviews.log(project)
    written = tuple(one.id for one in SCRIPT.scenes)
    takes = {name: mark.take for name, mark in marks(written, log).items()}
    version = ScriptVersion(script=SCRIPT, written=written, takes=dict.fromkeys(written, 1), engine="embedded", entries=len(log))
    still = Still(artifact=studio.artifacts.put(b"still", media_type="image/png"), width=320, height=180)
    previews = {
        name: ScenePreview(scene=name, take=take, first=still, palette_distance=0, sharpness=1, engine="embedded")
        for name, take in takes.items()
    }
    studio.values.write("script", project, version)
    studio.values.write("scene_previews", project, Previews(scenes=previews, entries=len(log)))
    for stage in ("script", "scene_previews", "narration"):
        studio.ledger.runs.reached(project, stage, outcome="done", entries=len(log))


def _produce(studio: Studio, project: str) -> None:
    entries, store = len(studio.ledger.reviews.log(project)), studio.artifacts
    picture = store.put(b"\xff\xd8\xff picture", media_type="image/jpeg")
    captions = store.put(b"1\n00:00:00,000 --> 00:00:02,000\nWe open at six.\n", media_type="application/x-subrip")
    made = store.put(FILM_BYTES + project.encode(), media_type="video/mp4")
    master = Master(aspect="16:9", film=made, seconds=45, findings=(), measures={})
    cut = FinalCut(masters=(master,), srt=captions, vtt=captions, thumbnail=picture, sheet=picture, entries=entries)
    plan = CutPlan(timelines={"16:9": timeline(project, picture, "16:9")}, otio=captions, entries=entries)
    studio.values.write("timeline", project, plan)
    studio.values.write("final_cut", project, cut)
    deliver(studio, project, cut, title=SCRIPT.title)
    studio.ledger.runs.reached(project, "final_cut", outcome="done", entries=entries)
