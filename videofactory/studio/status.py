"""Where projects stand: facts gathered from ledger and store, the state derived from them, and the answer `status` prints."""

from decimal import Decimal
from typing import Any

from videofactory.domain.errors import FactoryError
from videofactory.domain.money import ZERO
from videofactory.domain.project import ProjectState
from videofactory.domain.review import (
    BriefChanged,
    ClipRedone,
    Entry,
    Light,
    LightGiven,
    Mark,
    SceneEdited,
    makes_new_take,
    marks,
)
from videofactory.domain.script import Scene
from videofactory.ledger.call import Call, CallState
from videofactory.ledger.projects import Project
from videofactory.ledger.uploads import UNDER_WAY, Upload, UploadState
from videofactory.studio.delivery import film_path
from videofactory.studio.factory import Studio
from videofactory.studio.material import Clips, FinalCut, Previews, ScriptVersion
from videofactory.studio.survey import DRAFT_STAGES, Survey, stopped

EARLIER_STAGES = ("brief", "brand_analysis", "style_reference")
PUBLISHING = "youtube_video"

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
    """The project's state (SPEC 3). Raises `NotFound`."""
    return _state(studio, studio.ledger.projects.get(project))


def _state(studio: Studio, row: Project) -> ProjectState:
    return Survey(studio, [row]).state(row.key)


def video_of(studio: Studio, project: str) -> Upload | None:
    """The upload of the project's one film that YouTube has; else one that was taken off."""
    there = [upload for upload in studio.ledger.uploads.all(project=project) if upload.video_id]
    return min(there, key=lambda upload: upload.state is UploadState.WITHDRAWN, default=None)


def problem_of(studio: Studio, project: str) -> str:
    """Why the project stopped, in words, or its publication rests; empty when neither."""
    ended = stopped(studio.ledger.runs.milestones(project), studio.ledger.reviews.log(project))
    return ended.detail if ended else next(filter(None, map(_rests, studio.ledger.uploads.all(project=project))), "")


def _rests(upload: Upload) -> str:
    """Why nobody works on the upload just now."""
    if not upload.problem or upload.held or upload.state not in {*UNDER_WAY, UploadState.PARKED}:
        return ""
    parked = upload.state is UploadState.PARKED
    return f"{upload.problem} {'It waits for a person.' if parked else f'It goes on by itself after {upload.again_at}.'}"


def stopped_job(studio: Studio, project: str) -> str:
    """The job in which the project stopped: the one to run again when what stopped it is mended."""
    ended = stopped(studio.ledger.runs.milestones(project), studio.ledger.reviews.log(project))
    if ended is not None and ended.stage == PUBLISHING:
        return "publish"
    if ended is None or ended.stage not in (*DRAFT_STAGES, *EARLIER_STAGES):
        return "produce"
    return "develop" if ended.stage in EARLIER_STAGES else "revise"


def report(studio: Studio, project: str) -> dict[str, Any]:
    """What `status PROJECT --json` prints (SPEC 11)."""
    row = studio.ledger.projects.get(project)
    calls = studio.ledger.calls.of_project(project)
    version = studio.values.read("script", project, ScriptVersion)
    return {
        "project": project,
        "title": row.title,
        "channel": row.channel,
        "state": _state(studio, row).value,
        "problem": problem_of(studio, project) or None,
        "cost_usd": _cost(calls),
        "review_version": len(studio.ledger.reviews.log(project)),
        "scenes": _scenes(studio, project, version, calls) if version else [],
        "film": _film(studio, project, version),
        "video": _video(studio, video_of(studio, project)),
    }


def _video(studio: Studio, video: Upload | None) -> dict[str, Any] | None:
    """`publish_at`: when YouTube opens the video, or opened it; where it was to be seen at once, when it was sent.

    `withdrawal`, where there is one: why, who and when it was asked for, and when the video was off for sure.
    """
    if video is None:
        return None
    off = studio.ledger.videos.find(video.project, video.film).withdrawal
    told: dict[str, Any] = {"withdrawal": off.model_dump(include={"why", "who", "asked_at", "done_at", "problem"})} if off else {}
    at = None if video.state is UploadState.WITHDRAWN else video.publish_at or video.sent_at
    return {"id": video.video_id, "url": video_url(video.video_id or ""), "publish_at": at, **told}


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
