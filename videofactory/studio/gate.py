"""The gate: no video engine is asked for a scene that is not green in the ledger for exactly its present take.

It stands where clips are bought, so that the Materialize button, a backfill and a sensor are all held by it.
"""

from videofactory.domain.errors import GateClosed
from videofactory.domain.review import Light, Mark, last_script_change, marks
from videofactory.ledger.ledger import Ledger
from videofactory.studio.material import ScriptVersion


def present_marks(ledger: Ledger, project: str, version: ScriptVersion) -> dict[str, Mark]:
    """Where each scene of the script stands, by the ledger as it is now."""
    return marks(version.written, ledger.reviews.log(project))


def waiting_scenes(ledger: Ledger, project: str, version: ScriptVersion) -> tuple[str, ...]:
    """The scenes that are not green for the take this script version holds, in film order."""
    present = present_marks(ledger, project, version)
    return tuple(scene.id for scene in version.script.scenes if not _green(present.get(scene.id), version.takes[scene.id]))


def require_green(ledger: Ledger, project: str, version: ScriptVersion) -> None:
    """Raise `GateClosed` naming the scenes that wait, or when reviewers changed the script since this version."""
    change = last_script_change(ledger.reviews.log(project))
    if change > version.entries:
        raise GateClosed(
            f"Reviewers changed the script of {project} (entry {change}) after this version was made (entry {version.entries}).",
            remedy=f"Run the job 'revise' for {project}; 'videofactory review {project}' does it, too.",
        )
    waiting = waiting_scenes(ledger, project, version)
    if waiting:
        raise GateClosed(
            f"No clip is bought for {project}: {', '.join(waiting)} not green for the present take.",
            remedy=f"Look at the previews and decide: 'videofactory review {project}'.",
            scenes=waiting,
        )


def _green(mark: Mark | None, take: int) -> bool:
    return mark is not None and mark.light is Light.GREEN and mark.take == take
