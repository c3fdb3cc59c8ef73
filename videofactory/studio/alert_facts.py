"""What people are told of: found by comparing the ledger with what is noted already, so that no crash loses a fact.

Each fact has a key; the same key is noted once at each place. What ended more than `RECENT` ago is no news: a place that is set
up in an old home does not hear its whole history.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from typing import TypeVar

from videofactory.domain.errors import FactoryError
from videofactory.domain.money import ZERO
from videofactory.domain.project import ProjectState
from videofactory.domain.value import Value
from videofactory.ledger.call import CallState
from videofactory.ledger.database import stamped
from videofactory.ledger.projects import Project
from videofactory.ledger.purses import WORDS, Purse
from videofactory.ledger.uploads import UNDER_WAY, Upload, UploadState
from videofactory.ledger.videos import Withdrawal
from videofactory.providers.youtube.errors import leave
from videofactory.studio.budgets import channel_purses, engine_purse, project_purse
from videofactory.studio.factory import Studio
from videofactory.studio.material import FinalCut
from videofactory.studio.notion.leave import gone
from videofactory.studio.status import problem_of, video_url
from videofactory.studio.survey import Survey
from videofactory.studio.terms import name_of

RECENT = timedelta(days=2)
"""Ends of stages and publications of so long ago are still news: longer than a weekend's silence of the sensor."""
NEARLY = Decimal("0.8")
"""The share of a budget that is told before it is used up."""
STOPPED = {ProjectState.FAILED: "run_failed", ProjectState.FLAGGED: "brand_flagged", ProjectState.OVER_BUDGET: "over_budget"}
TITLES: Mapping[str, str] = {
    "run_failed": "run failed",
    "brand_flagged": "brand image flagged",
    "over_budget": "stopped by a budget",
    "call_parked": "paid call parked",
    "budget_80": "budget at 80 %",
    "budget_100": "budget used up",
    "breaker_open": "engine left alone for a while",
    "youtube_token": "YouTube leave is gone",
    "notion_token": "Notion token is gone",
    "film_ready": "film ready",
    "published": "published",
    "withdrawn": "video withdrawn",
    "not_withdrawn": "VIDEO NOT WITHDRAWN",
}
"""All kinds of alert, and what they are called."""

HOUR = len("2026-11-20T12")
"""Letters of a stored time down to its hour."""
T = TypeVar("T")


class Fact(Value):
    """One thing to tell. `channel` is empty for what concerns the whole factory."""

    kind: str
    key: str
    channel: str
    subject: str
    words: str


def gather(studio: Studio, *, channels: Collection[str], known: Collection[str]) -> tuple[list[Fact], list[str]]:
    """What is new for these channels, and the words of what could not be looked at, which never hides the rest."""
    look = _Look(studio, frozenset(channels), frozenset(known))
    found: dict[str, Fact] = {}
    troubles: list[str] = []
    for kind in (
        look.stopped,
        look.parked,
        look.budgets,
        look.breakers,
        look.leave_gone,
        look.notion_gone,
        look.ready,
        look.published,
        look.withdrawals,
    ):
        try:
            found |= {fact.key: fact for fact in kind() if fact.key not in known}
        except FactoryError as error:
            troubles.append(str(error))
    return list(found.values()), [*troubles, *look.troubles]


@dataclass(frozen=True)
class _Look:
    """One look at the ledger for some channels."""

    studio: Studio
    channels: frozenset[str]
    known: frozenset[str]

    @cached_property
    def troubles(self) -> list[str]:
        return []

    @cached_property
    def projects(self) -> Mapping[str, Project]:
        rows = self.studio.ledger.projects.all()
        return {row.key: row for row in rows if row.channel in self.channels and row.cancelled_at is None}

    @cached_property
    def since(self) -> str:
        return stamped(self.studio.ledger.database.time() - RECENT)

    @cached_property
    def uploads(self) -> list[Upload]:
        return [upload for upload in self.studio.ledger.uploads.all() if upload.project in self.projects]

    def stopped(self) -> Iterator[Fact]:
        """Projects that failed, were flagged or ran out of budget; told again when another run ends so."""
        ended = self.studio.ledger.alerts.ended(since=self.since, outcomes=("failed", "flagged", "over_budget"))
        last = {end.project: f"stopped/{end.project}/{end.at}" for end in ended if end.project in self.projects}
        news = {project: key for project, key in last.items() if key not in self.known}
        states = self._states(news)
        for project, key in news.items():
            kind = STOPPED.get(states.get(project, ProjectState.QUEUED))
            if kind:
                yield self._of(project, kind, key=key, words=problem_of(self.studio, project))

    def parked(self) -> Iterator[Fact]:
        """Paid calls and uploads of which nobody knows what became."""
        for call in self.studio.ledger.calls.of_project(state=CallState.PARKED):
            if call.project in self.projects:
                words = f"{name_of(call)}: {call.problem} Run: videofactory calls show {call.fingerprint[:12]}"
                yield self._of(call.project, "call_parked", key=f"parked/{call.fingerprint}/{call.attempts}", words=words)
        for upload in self.uploads:
            if upload.state is UploadState.PARKED:
                key = f"parked/{upload.project}/{upload.film}"
                yield self._of(upload.project, "call_parked", key=key, words=f"its upload: {upload.problem}")

    def budgets(self) -> Iterator[Fact]:
        """Budgets of which four fifths are spent or promised, or all; told anew when the limit is changed."""
        for channel in self.channels:
            for purse in channel_purses(self.studio.channel(channel)):
                yield from self._budget(purse, channel=channel)
        for project in sorted(self.studio.ledger.alerts.buyers(since=self.since) & set(self.projects)):
            channel = self.projects[project].channel
            yield from self._budget(project_purse(self.studio, self.studio.channel(channel), project), channel=channel)
        for balance in self.studio.ledger.purses.all():
            engine = balance.name.rpartition("/")[0]
            if balance.scope == "engine_day" and balance.name == engine_purse(self.studio, engine).name:
                yield from self._budget(engine_purse(self.studio, engine), channel="")

    def _budget(self, purse: Purse, *, channel: str) -> Iterator[Fact]:
        taken = self.studio.ledger.purses.balance(purse.scope, purse.name).taken
        if taken == ZERO or taken < purse.limit * NEARLY:
            return
        share = 100 if taken >= purse.limit else 80
        key = f"budget/{purse.scope}/{purse.name}/{purse.limit.normalize():f}"
        if share == 80 and f"{key}/100" in self.known:  # noqa: PLR2004 - money was given back since
            return
        words = f"{WORDS[purse.scope]} ({purse.name}): {taken:.2f} of {purse.limit:.2f} US dollars are spent or promised."
        yield Fact(kind=f"budget_{share}", key=f"{key}/{share}", channel=channel, subject=purse.name, words=words)

    def breakers(self) -> Iterator[Fact]:
        """Engines that failed so often that nobody asks them for a while; each trial that fails opens anew: told once an hour."""
        for breaker in self.studio.ledger.breakers.all():
            if breaker.opened_at is not None:
                words = f"{breaker.engine} failed again and again. It is tried again by itself."
                key = f"breaker/{breaker.engine}/{breaker.opened_at[:HOUR]}"
                yield Fact(kind="breaker_open", key=key, channel="", subject=breaker.engine, words=words)

    def leave_gone(self) -> Iterator[Fact]:
        """Channels Google does not let us publish on any more; told once a day."""
        today = self.studio.ledger.database.time().date()
        for upload in self.uploads:
            if upload.state in UNDER_WAY and leave(upload.channel) in (upload.problem or ""):
                key = f"token/{upload.channel}/{today}"
                words = upload.problem or ""
                yield Fact(kind="youtube_token", key=key, channel=upload.channel, subject=upload.channel, words=words)

    def notion_gone(self) -> Iterator[Fact]:
        """Channels whose token Notion takes no more; told once a day."""
        today = self.studio.ledger.database.time().date()
        for channel in sorted(self.channels):
            if words := gone(self.studio, self.studio.channel(channel)):
                yield Fact(kind="notion_token", key=f"notion/{channel}/{today}", channel=channel, subject=channel, words=words)

    def ready(self) -> Iterator[Fact]:
        """Films that wait for a person's last look."""
        made = self.studio.ledger.alerts.ended(since=self.since, outcomes=("done",), stage="final_cut")
        states = self._states(end.project for end in made if end.project in self.projects)
        for project in (project for project, state in states.items() if state is ProjectState.FINAL_REVIEW):
            cut = self._asked(self._cut, project)
            key = f"ready/{project}/{cut.masters[0].film.sha256}" if cut else ""
            if cut and key not in self.known:
                words = f"{cut.masters[0].seconds:.0f} s. Run: videofactory review {project}"
                yield self._of(project, "film_ready", key=key, words=words)

    def published(self) -> Iterator[Fact]:
        """Films people can watch."""
        videos: dict[str, Upload] = {}
        for upload in self.uploads:
            if upload.video_id is not None and upload.state is not UploadState.WITHDRAWN:
                videos.setdefault(upload.project, upload)
        news = {
            project: upload
            for project, upload in videos.items()
            if _published(upload) not in self.known and (upload.publish_at or upload.sent_at or "") >= self.since
        }
        for project, state in self._states(news).items():
            if state is ProjectState.PUBLISHED:
                words = video_url(news[project].video_id or "")
                yield self._of(project, "published", key=_published(news[project]), words=words)

    def withdrawals(self) -> Iterator[Fact]:
        """Videos that were taken off; and, once an hour, those that should be and are not: people may see them, or soon will."""
        rows = {row.key: row for row in self.studio.ledger.projects.all() if row.channel in self.channels}
        for (project, film), video in self.studio.ledger.videos.moved().items():
            off, row = video.withdrawal, rows.get(project)
            news = off is not None and (video.pending or (off.done_at or "") >= self.since)
            upload = self.studio.ledger.uploads.find(project, film) if row and news else None
            if row is not None and off is not None and upload is not None and upload.video_id:
                yield from self._withdrawal(row, upload, off)

    def _withdrawal(self, row: Project, upload: Upload, off: Withdrawal) -> Iterator[Fact]:
        where = f"{row.title} ({row.key}): {video_url(upload.video_id or '')}"
        key, now = f"{row.key}/{upload.film}/{off.asked_at}", self.studio.ledger.database.stamp()
        told = {"channel": row.channel, "subject": row.key}
        if off.done_at:
            yield Fact(kind="withdrawn", key=f"withdrawn/{key}", words=f"{where}, by {off.who}: {off.why}", **told)
        elif off.problem:
            words = f"{where} {_opens(upload, at=now)} and could not be taken off ({off.why}). {off.problem}"
            yield Fact(kind="not_withdrawn", key=f"not_withdrawn/{key}/{now[:HOUR]}", words=words, **told)

    def _of(self, project: str, kind: str, *, key: str, words: str) -> Fact:
        row = self.projects[project]
        return Fact(kind=kind, key=key, channel=row.channel, subject=project, words=f"{row.title} ({project}): {words}")

    @staticmethod
    def _cut(studio: Studio, project: str) -> FinalCut | None:
        return studio.values.read("final_cut", project, FinalCut)

    def _states(self, projects: Iterable[str]) -> dict[str, ProjectState]:
        """Where these projects stand; those that cannot be read are left out, which is said."""
        survey = Survey(self.studio, [self.projects[project] for project in projects])
        states = {project: self._asked(lambda _, project: survey.state(project), project) for project in survey.projects}
        return {project: state for project, state in states.items() if state is not None}

    def _asked(self, ask: Callable[[Studio, str], T], project: str) -> T | None:
        """What this answers for a project; `None` where it cannot be read, which is said."""
        try:
            return ask(self.studio, project)
        except FactoryError as error:
            self.troubles.append(f"{project}: {error}")
            return None


def _opens(upload: Upload, *, at: str) -> str:
    """What is to be feared of a video, at this time."""
    return f"opens at {upload.publish_at}" if (upload.publish_at or "") > at else "is open"


def _published(upload: Upload) -> str:
    """The key of the news that people can watch this video."""
    return f"published/{upload.project}/{upload.video_id}"
