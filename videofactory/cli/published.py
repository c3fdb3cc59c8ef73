"""What `publish` does with a video that is on YouTube already: `--correct` what it says, `--withdraw` it."""

from typing import Any

from videofactory.cli.answers import answer, out, plain
from videofactory.domain.errors import InvalidInput, Problem
from videofactory.studio.corrections import Change, correct
from videofactory.studio.factory import Studio
from videofactory.studio.publishing import Film
from videofactory.studio.status import report
from videofactory.studio.withdrawing import withdraw

SHOWN = 120
"""Characters of a text that are shown of each side of a change."""


def require_one(asked: dict[str, bool]) -> None:
    """Raises `InvalidInput` when more than one of these options, which exclude one another, is given."""
    given = [option for option, is_given in asked.items() if is_given]
    if len(given) > 1:
        raise InvalidInput(
            [Problem(file="publish", field=given[1], value="given", remedy=f"leave out it or {given[0]}: one at a time")]
        )


def correct_video(studio: Studio, film: Film, *, who: str, why: str, dry_run: bool, as_json: bool) -> None:
    """Send what differs from what is published, or only show it."""
    found = correct(studio, film, who=who, why=why, dry_run=dry_run)
    value: dict[str, Any] = {
        "project": film.project,
        "dry_run": dry_run,
        "video": report(studio, film.project)["video"],
        "changes": [change.model_dump(mode="json") for change in found.changes],
        "sent": list(found.sent),
    }

    def show() -> None:
        if not found.changes:
            out.print(f"[bold]{value['video']['url']}[/] says what it should; nothing is to be corrected.")
            return
        out.print(f"[bold]{value['video']['url']}[/] {'would be' if dry_run else 'is'} corrected:")
        for change in found.changes:
            out.print(f"  [dim]{change.field.replace('_', ' '):<16}[/]{plain(_shown(change))}")

    answer(value, as_json=as_json, show=show)


def withdraw_video(studio: Studio, project: str, *, who: str, why: str, as_json: bool) -> None:
    """Take the project's video off."""
    upload = withdraw(studio, project, who=who, why=why)
    told = report(studio, project)
    value = {"project": project, "state": told["state"], "video": told["video"], "upload": upload.state.value}

    def show() -> None:
        where = value["video"]["url"] if value["video"] else project
        words = "is withdrawn: nobody can watch it" if upload.video_id else "is not on YouTube any more"
        out.print(f"[bold]{where}[/] {words}. To open it again: videofactory publish {project}")

    answer(value, as_json=as_json, show=show)


def _shown(change: Change) -> str:
    if change.part == change.field:  # captions, thumbnail: hashes say nothing to people
        return "another one"
    sides = (side if len(side) <= SHOWN else f"{side[:SHOWN]}…" for side in (change.present, change.wanted))
    return " → ".join(side.replace("\n", " ⏎ ") or "(nothing)" for side in sides)
