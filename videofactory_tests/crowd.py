"""A crowded factory: a home with twenty channels and thousands of projects in every state, laid down at once.

For benchmarks and for tests of how much a tick reads. What one project's values hold is as in a film of three scenes.
"""

import dataclasses
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from pydantic import BaseModel
from sqlalchemy import Table, insert

from videofactory.domain.brief import Brief, Rights, TakenIn
from videofactory.domain.channel import Channel, YouTubeSettings
from videofactory.domain.fingerprint import project_key
from videofactory.domain.footage import Artifact
from videofactory.domain.project import ProjectState
from videofactory.domain.review import FilmLightGiven, Light, LightGiven
from videofactory.ledger.database import stamped
from videofactory.ledger.tables import milestones, projects, reviews, uploads
from videofactory.settings import load_settings
from videofactory.studio.factory import Studio, open_studio
from videofactory.studio.material import FinalCut, Master, ScriptVersion
from videofactory_tests.studio.home import SCRIPT, STAGES, written

MIX: Mapping[ProjectState, int] = {
    ProjectState.PUBLISHED: 40,
    ProjectState.IN_REVIEW: 24,
    ProjectState.FINAL_REVIEW: 12,
    ProjectState.SCHEDULED: 8,
    ProjectState.FAILED: 6,
    ProjectState.CANCELLED: 4,
    ProjectState.OVER_BUDGET: 2,
    ProjectState.PRODUCING: 2,
    ProjectState.QUEUED: 2,
}
"""Of each hundred projects, how many stand where: most are done, many wait for a person, few for a run."""
VERSION = ScriptVersion(script=SCRIPT, written=written(), takes=dict.fromkeys(written(), 1), engine="embedded")
DRAFTED = {state for state in MIX if state not in {ProjectState.QUEUED, ProjectState.CANCELLED}}
GREEN = DRAFTED - {ProjectState.IN_REVIEW}
FILMED = {ProjectState.PUBLISHED, ProjectState.FINAL_REVIEW, ProjectState.SCHEDULED}
TROUBLED = {ProjectState.FAILED: "failed", ProjectState.OVER_BUDGET: "over_budget"}
YOUTUBE = YouTubeSettings(google_project="main", slots=("0 17 * * *",), time_zone="Europe/Berlin", privacy="public", per_day=50)


def crowd_at(home: Path, *, number: int, channels: int = 20) -> Studio:
    """A home with so many projects, spread evenly over channels `channel-00` …, each state as often as `MIX` says."""
    given = {key: Channel(key=key, name=key, language="en", youtube=YOUTUBE) for key in names(channels)}
    studio = dataclasses.replace(open_studio(load_settings({}, home=home, env_file=home / "none")), given_channels=given)
    states = [state for state, share in MIX.items() for _ in range(share)]
    crowd = _Crowd(studio, tuple(given))
    for place in range(number):
        crowd.add(place, states[(place // channels * 37 + place % channels * 11) % len(states)])
    crowd.keep()
    return studio


def names(channels: int) -> list[str]:
    """The keys of so many channels."""
    return [f"channel-{place:02}" for place in range(channels)]


class _Crowd:
    """Rows and values gathered, then written in a few transactions; values straight into the folder, not flushed one by one."""

    def __init__(self, studio: Studio, channels: tuple[str, ...]) -> None:
        self._studio = studio
        self._channels = channels
        self._rows: dict[Table, list[dict[str, object]]] = {projects: [], reviews: [], milestones: [], uploads: []}
        self._still = studio.artifacts.put(b"still", media_type="image/png")
        self._now = studio.ledger.database.time()

    def add(self, place: int, state: ProjectState) -> None:
        """One project in this state."""
        channel = self._channels[place % len(self._channels)]
        key = project_key(channel, f"Film {place}", source_id=f"film-{place}")
        at = stamped(self._now - timedelta(days=3, seconds=place))
        row: dict[str, object] = {"key": key, "channel": channel, "title": f"Film {place}", "source_kind": "file"}
        row |= {"source_id": f"film-{place}"}
        row |= {"brief": "{}" + " " * 2000, "brief_version": 1, "created_at": at}
        self._rows[projects].append({**row, "cancelled_at": at if state is ProjectState.CANCELLED else None})
        if state in DRAFTED:
            self._drafted(key, state, at)
        if state in FILMED:
            self._filmed(key, channel, state, at)
        if state in TROUBLED:
            self._reached(key, "scene_clips", TROUBLED[state], at, entries=3)

    def _drafted(self, key: str, state: ProjectState, at: str) -> None:
        brief = Brief(channel="x", title="Film", text="We open.", images=("cup.png",), rights=Rights(images="own"))
        taken = TakenIn(project=key, brief=brief, images=(self._still,), language="en", style="x", aspects=("16:9",))
        self._write("brief", key, taken)
        self._write("script", key, VERSION)
        for stage in STAGES:
            self._reached(key, stage, "done", at)
        for number, scene in enumerate(written()[: None if state in GREEN else 2], start=1):
            entry = LightGiven(scene=scene, take=1, light=Light.GREEN, number=number, reviewer="Ada", at=at)
            self._reviewed(key, number, "light", entry, at, scene=scene)

    def _filmed(self, key: str, channel: str, state: ProjectState, at: str) -> None:
        film = Artifact(sha256=f"{abs(hash(key)):064x}"[-64:], size=9, media_type="video/mp4")
        still = self._still
        master = Master(aspect="16:9", film=film, seconds=9, findings=(), measures={})
        self._write("final_cut", key, FinalCut(masters=(master,), srt=still, vtt=still, thumbnail=still, sheet=still, entries=3))
        self._reached(key, "final_cut", "done", at, entries=3)
        light = FilmLightGiven(film=film.sha256, light=Light.GREEN, number=4, reviewer="Ada", at=at)
        self._reviewed(key, 4, "film", light, at)
        if state is not ProjectState.FINAL_REVIEW:
            out = state is ProjectState.PUBLISHED
            row = {"project": key, "film": film.sha256, "channel": channel, "size": 9, "state": "done" if out else "sent"}
            later = stamped(self._now + timedelta(days=1))
            row |= {"publish_at": at if out else later, "confirmed": 9, "video_id": key[-6:], "created_at": at, "sent_at": at}
            self._rows[uploads].append({**row, "steps": '["upload", "processing"]', "again_at": None if out else later})

    def _reached(self, key: str, stage: str, outcome: str, at: str, *, entries: int = 0) -> None:
        row = {"project": key, "stage": stage, "outcome": outcome, "entries": entries, "detail": "", "at": at}
        self._rows[milestones].append(row)

    def _reviewed(self, key: str, number: int, kind: str, entry: BaseModel, at: str, *, scene: str | None = None) -> None:
        row = {"project": key, "number": number, "kind": kind, "scene": scene, "reviewer": "Ada", "at": at}
        self._rows[reviews].append({**row, "entry": entry.model_dump_json(exclude_none=True)})

    def _write(self, asset: str, project: str, value: BaseModel) -> None:
        path = self._studio.settings.store / "values" / asset / f"{project}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(value.model_dump_json(indent=1), encoding="utf-8")

    def keep(self) -> None:
        """Write everything."""
        with self._studio.ledger.database.write() as connection:
            for table, rows in self._rows.items():
                if rows:
                    connection.execute(insert(table), rows)
