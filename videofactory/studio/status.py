"""Where projects stand: facts gathered from ledger and store, the state derived from them, and the answer `status` prints."""

from decimal import Decimal
from typing import Any

from videofactory.domain.brief import TakenIn
from videofactory.domain.errors import FactoryError
from videofactory.domain.money import ZERO
from videofactory.domain.project import Facts, ProjectState, Trouble, project_state
from videofactory.domain.review import (
    BriefChanged,
    ClipRedone,
    Entry,
    Light,
    LightGiven,
    Mark,
    SceneEdited,
    film_light,
    last_script_change,
    makes_new_take,
    marks,
)
from videofactory.domain.script import Scene
from videofactory.ledger.call import Call, CallState
from videofactory.ledger.projects import Project
from videofactory.ledger.runs import Milestone
from videofactory.ledger.uploads import Upload
from videofactory.studio.delivery import film_path
from videofactory.studio.factory import Studio
from videofactory.studio.gate import present_marks
from videofactory.studio.material import Clips, FinalCut, Previews, ScriptVersion

DRAFT_STAGES = ("script", "scene_previews", "narration")
EARLIER_STAGES = ("brief", "brand_analysis", "style_reference")
PUBLISHING = "youtube_video"
TROUBLES: dict[str, Trouble] = {"flagged": "flagged", "over_budget": "over_budget", "failed": "failed"}

LOST = frozenset({CallState.PARKED, CallState.UNCONFIRMED})
AT_ENGINE = "waiting at the engine"
CALL_STATES = {
    CallState.RESERVED: "waiting to be sent",
    CallState.FAILED: "failed",
    CallState.REFUSED: "refused",
    CallState.PARKED: "parked",
}
"""How a scene's unfinished call is spoken of; in all other states it is at the engine."""


def state_of(studio: Studio, project: str) -> ProjectState:
    """The project's state (SPEC 3)."""
    return project_state(facts_of(studio, studio.ledger.projects.get(project)))


def facts_of(studio: Studio, row: Project) -> Facts:
    """All facts that decide a project's state."""
    project = row.key
    log = studio.ledger.reviews.log(project)
    reached = studio.ledger.runs.milestones(project)
    version = studio.values.read("script", project, ScriptVersion)
    film = reached.get("final_cut")
    cut = studio.values.read("final_cut", project, FinalCut) if film else None
    light = film_light(log, film=cut.masters[0].film.sha256) if cut else None
    running = studio.ledger.runs.alive(project)
    taken = studio.values.read("brief", project, TakenIn)
    video = video_of(studio, project)
    drafted = all(stage in reached and reached[stage].outcome == "done" for stage in DRAFT_STAGES)
    return Facts(
        cancelled=row.cancelled_at is not None,
        running=running[-1].job if running else None,
        drafted=drafted and taken is not None and taken.version >= row.brief_version,
        script_entries=min((reached[stage].entries for stage in DRAFT_STAGES if stage in reached), default=None),
        film_entries=film.entries if film and film.outcome == "done" else None,
        last_change=last_script_change(log),
        last_redo=max((entry.number for entry in log if isinstance(entry, ClipRedone)), default=0),
        all_green=version is not None and _all_green(studio, project, version),
        film_light=light.light if light else None,
        trouble=_trouble(reached, log),
        publish_at=(video.publish_at or video.sent_at) if video else None,
        published=video is not None and _is_out(video, at=studio.ledger.database.stamp()),
    )


def video_of(studio: Studio, project: str) -> Upload | None:
    """The upload of the project's one film that YouTube has."""
    return next((upload for upload in studio.ledger.uploads.all(project=project) if upload.video_id), None)


def _is_out(video: Upload, *, at: str) -> bool:
    """Whether people can watch it: YouTube has processed it, and its time has come."""
    return "processing" in video.steps and (video.publish_at is None or video.publish_at <= at)


def _all_green(studio: Studio, project: str, version: ScriptVersion) -> bool:
    return all(mark.light is Light.GREEN for mark in present_marks(studio.ledger, project, version).values())


def problem_of(studio: Studio, project: str) -> str:
    """Why the project stopped, in words; empty when it did not."""
    stopped = _stopped(studio.ledger.runs.milestones(project), studio.ledger.reviews.log(project))
    return stopped.detail if stopped else ""


def stopped_job(studio: Studio, project: str) -> str:
    """The job in which the project stopped: the one to run again when what stopped it is mended."""
    stopped = _stopped(studio.ledger.runs.milestones(project), studio.ledger.reviews.log(project))
    if stopped is not None and stopped.stage == PUBLISHING:
        return "publish"
    if stopped is None or stopped.stage not in (*DRAFT_STAGES, *EARLIER_STAGES):
        return "produce"
    return "develop" if stopped.stage in EARLIER_STAGES else "revise"


def _trouble(reached: dict[str, Milestone], log: tuple[Entry, ...]) -> Trouble | None:
    stopped = _stopped(reached, log)
    return TROUBLES.get(stopped.outcome) if stopped else None


def _stopped(reached: dict[str, Milestone], log: tuple[Entry, ...]) -> Milestone | None:
    """The last stage that ended badly, unless somebody has decided something since it began (which asks for another try)."""
    bad = [milestone for milestone in reached.values() if milestone.outcome in TROUBLES and milestone.entries >= len(log)]
    return max(bad, key=lambda milestone: milestone.at, default=None)


def report(studio: Studio, project: str) -> dict[str, Any]:
    """What `status PROJECT --json` prints (SPEC 11)."""
    row = studio.ledger.projects.get(project)
    calls = studio.ledger.calls.of_project(project)
    version = studio.values.read("script", project, ScriptVersion)
    return {
        "project": project,
        "title": row.title,
        "channel": row.channel,
        "state": project_state(facts_of(studio, row)).value,
        "problem": problem_of(studio, project) or None,
        "cost_usd": _cost(calls),
        "review_version": len(studio.ledger.reviews.log(project)),
        "scenes": _scenes(studio, project, version, calls) if version else [],
        "film": _film(studio, project, version),
        "video": _video(video_of(studio, project)),
    }


def _video(video: Upload | None) -> dict[str, Any] | None:
    """`publish_at`: when YouTube opens the video, or opened it; where it was to be seen at once, when it was sent."""
    if video is None:
        return None
    return {"id": video.video_id, "url": video_url(video.video_id or ""), "publish_at": video.publish_at or video.sent_at}


def video_url(video_id: str) -> str:
    """Where people watch a video."""
    return f"https://www.youtube.com/watch?v={video_id}"


def _scenes(studio: Studio, project: str, version: ScriptVersion, calls: list[Call]) -> list[dict[str, Any]]:
    log = studio.ledger.reviews.log(project)
    present = marks(version.written, log)
    previews = studio.values.read("scene_previews", project, Previews)
    clips = studio.values.read("scene_clips", project, Clips)
    rows = []
    for scene in version.script.scenes:
        mark = present.get(scene.id)
        if mark is not None:
            rows.append(_scene(studio, scene, mark, previews=previews, clips=clips, calls=calls, log=log))
    return rows


def _scene(
    studio: Studio,
    scene: Scene,
    mark: Mark,
    *,
    previews: Previews | None,
    clips: Clips | None,
    calls: list[Call],
    log: tuple[Entry, ...],
) -> dict[str, Any]:
    preview = previews.scenes.get(scene.id) if previews else None
    clip = clips.scenes.get(scene.id) if clips else None
    mine = [call for call in calls if call.scene == scene.id]
    current = preview is not None and preview.take == mark.take
    trouble = _unfinished(mine, since=_asked_anew(log, scene.id))
    bought = clip is not None and clip.take == mark.take and clip.clip_take == mark.clip_take
    return {
        "id": scene.id,
        "take": mark.take,
        "light": mark.light.value if mark.light else None,
        "feedback": mark.feedback,
        "engine": scene.route.engine,
        "seconds": scene.seconds,
        "narration": scene.narration,
        "on_screen_text": scene.on_screen_text,
        "prompt": scene.prompt,
        "cost_usd": _cost(mine),
        "preview": str(studio.artifacts.path(preview.first.artifact)) if preview and current else None,
        "clip": str(studio.artifacts.path(clip.clip.artifact)) if clip and bought else None,
        "clip_take": mark.clip_take,
        "problem": trouble.problem if trouble else None,
        "call_state": CALL_STATES.get(trouble.state, AT_ENGINE) if trouble else None,
        "call_engine": trouble.engine if trouble else None,
        "call": trouble.fingerprint if trouble else None,
        "fallback": clip.fallback if clip is not None and bought else "",
        "remarks": [*clip.remarks, *clip.findings] if clip is not None and bought else [],
    }


def _unfinished(calls: list[Call], *, since: str) -> Call | None:
    """The last call of a scene, in any role, that is not done; none that belongs to a take reviewers have moved on from.

    A call whose answer was lost is told whatever they decided since: its money is reserved until a person settles it.
    """
    last: dict[str, Call] = {}
    for call in sorted(calls, key=_moved):
        last[call.role] = call
    undone = [call for call in last.values() if call.state is not CallState.DONE]
    told = [call for call in undone if call.state in LOST or _moved(call) >= since]
    return max(told, key=_moved, default=None)


def _moved(call: Call) -> str:
    """When something last happened to a call."""
    return max(call.created_at, call.sent_at or "", call.beat_at or "", call.settled_at or "")


def _asked_anew(log: tuple[Entry, ...], scene: str) -> str:
    """When a reviewer last asked for a new take, or clip, of the scene; empty for never."""
    return max((entry.at for entry in log if _asks_anew(entry, scene)), default="")


def _asks_anew(entry: Entry, scene: str) -> bool:
    if isinstance(entry, BriefChanged):
        return True
    if isinstance(entry, LightGiven):
        return entry.scene == scene and entry.light is not Light.GREEN
    if isinstance(entry, SceneEdited):
        return entry.scene == scene and makes_new_take(entry.change)
    return isinstance(entry, ClipRedone) and entry.scene == scene


def _film(studio: Studio, project: str, version: ScriptVersion | None) -> dict[str, Any] | None:
    cut = studio.values.read("final_cut", project, FinalCut)
    if cut is None or cut.findings or version is None:
        return None
    path = film_path(studio, project, title=version.script.title)
    if not path.exists():
        return None
    return {
        "path": str(path),
        "sha256": cut.masters[0].film.sha256,
        "seconds": cut.masters[0].seconds,
        "captions": str(path.with_suffix(".srt")),
        "thumbnail": str(path.with_suffix(".jpg")),
    }


def _cost(calls: list[Call]) -> float:
    return float(sum((call.cost_usd or ZERO for call in calls), Decimal(0)))


def all_reports(studio: Studio) -> list[dict[str, Any]]:
    """What `status --json` prints without a project: one report for each, and the words of what cannot be read."""
    reports = []
    for row in studio.ledger.projects.all():
        try:
            reports.append(report(studio, row.key))
        except FactoryError as error:
            reports.append(
                {"project": row.key, "title": row.title, "channel": row.channel, "state": "failed", "problem": str(error)}
            )
    return reports
