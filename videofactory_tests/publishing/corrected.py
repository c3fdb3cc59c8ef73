"""Films on the twin's YouTube that are corrected, withdrawn and opened again; YouTube's clock is the studio's."""

from typing import Any

from videofactory.ledger.uploads import Upload
from videofactory.studio.corrections import Correction, correct
from videofactory.studio.factory import Studio
from videofactory.studio.stopping import stop_unapproved
from videofactory.studio.withdrawing import withdraw
from videofactory_tests.clock import Clock
from videofactory_tests.publishing.screening import Line, film
from videofactory_tests.twin.server import Twin
from videofactory_tests.twin.world import Job
from videofactory_tests.twin.youtube_state import room


def same_clock(twin: Twin, clock: Clock) -> None:
    """YouTube opens what is scheduled by the studio's clock."""
    room(twin.world).now = lambda: clock().timestamp()


def video(twin: Twin) -> Job:
    """The one video of the channel."""
    [one] = room(twin.world).videos("harbour")
    return one


def seen(twin: Twin) -> tuple[str, str | None]:
    """Who may watch the one video, and when YouTube opens it."""
    status = room(twin.world).status(video(twin))
    return status["privacyStatus"], status.get("publishAt")


def withdrawn(studio: Studio, project: str, line: Line) -> Upload:
    """Ada takes the video off."""
    return withdraw(studio, project, who="ada", why="wrong logo", youtube=line.youtube)


def corrected(studio: Studio, project: str, line: Line, *, dry_run: bool = False) -> Correction:
    """Ada corrects the video."""
    return correct(studio, film(studio, project), who="ada", why="typo", dry_run=dry_run, youtube=line.youtube)


def looked(studio: Studio, line: Line) -> tuple[str, ...]:
    """What the schedule's look does."""
    return stop_unapproved(studio, youtube=line.youtube)


def audited(studio: Studio, project: str) -> list[tuple[str, str, str]]:
    """What was done to the video, by whom and why."""
    lines = studio.ledger.audit.lines(project)
    return [(one.what, one.who, one.why) for one in lines if one.what.startswith(("video", "upload "))]


def detail(studio: Studio, project: str, what: str) -> Any:  # noqa: ANN401 - JSON
    """The detail of the last line of this kind."""
    return [one.detail for one in studio.ledger.audit.lines(project) if one.what == what][-1]
