"""What should stand in the rows of a project, by our names of their properties. Plain values; sending them is `writing`."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from videofactory.domain.notion import LIGHTS, STATES
from videofactory.domain.project import ProjectState
from videofactory.domain.review import Light, film_light
from videofactory.domain.script import scene_number
from videofactory.studio.costs import prices_of_green
from videofactory.studio.factory import Studio
from videofactory.studio.intake.text import clean_text
from videofactory.studio.material import Previews
from videofactory.studio.status import report

STOPPED = frozenset({ProjectState.FAILED, ProjectState.FLAGGED, ProjectState.OVER_BUDGET})
"""States in which nothing is made until somebody acts."""
TITLE = 80
"""Characters of a scene's title."""
LARGEST_FILM = 60 * 10**6
"""Bytes of a film that is sent to Notion: more takes longer than one look may. A larger one is told by its place."""


class Medium(NamedTuple):
    """A file that goes into a property."""

    path: Path
    name: str
    media_type: str


@dataclass(frozen=True)
class Standing:
    """The values, the files behind those that stand for one (by the same name), and the review version they show."""

    values: dict[str, Any]
    version: int
    files: dict[str, Medium] = field(default_factory=dict)


def film_standing(studio: Studio, project: str) -> Standing:
    """What should stand in the brief's row; `film` is the film's SHA-256."""
    told = report(studio, project)
    film = told["film"]
    given = film_light(studio.ledger.reviews.log(project), film=film["sha256"]) if film else None
    values: dict[str, Any] = {
        "state": STATES[ProjectState(told["state"])],
        "cost_usd": told["cost_usd"],
        "problem": _problem(told),
        "project": project,
        "film": film["sha256"] if film else "",
        "film_light": LIGHTS[given.light] if given else "",
        "film_feedback": given.feedback if given else "",
        "video": (told["video"] or {}).get("url") or "",
    }
    files = {"film": Medium(Path(film["path"]), Path(film["path"]).name, "video/mp4")} if film else {}
    return Standing(values, told["review_version"], files)


def _problem(told: dict[str, Any]) -> str:
    """What went wrong, with its remedy; of the project, or of its scenes."""
    scenes = [f"Scene {scene_number(scene['id'])}: {scene['problem']}" for scene in told["scenes"] if scene["problem"]]
    words = [told["problem"]] if told["problem"] else scenes
    film = told["film"]
    if film and Path(film["path"]).stat().st_size > LARGEST_FILM:
        words.append(f"The film is too large to be shown in Notion. Whoever runs VideoFactory finds it at {film['path']}.")
    return "\n".join(words)


def scene_standings(studio: Studio, project: str, *, page: str) -> dict[str, Standing]:
    """What should stand in the scenes' rows, by scene id; `preview` is the picture's SHA-256, `page` the brief's row."""
    told = report(studio, project)
    prices = prices_of_green(studio, project).scenes
    previews = studio.values.read("scene_previews", project, Previews)
    standings = {}
    for number, scene in enumerate(told["scenes"], start=1):
        price = prices.get(scene["id"])
        values = {
            "title": f"{number}. {scene['narration'] or scene['prompt']}"[:TITLE],
            "key": f"{project}/{scene['id']}",
            "brief": [page],
            "number": number,
            "prompt": clean_text(scene["prompt"]),
            "narration": clean_text(scene["narration"]),
            "price_usd": float(price.price_usd) if price and price.price_usd is not None else None,
            "light": LIGHTS[Light(scene["light"])] if scene["light"] else "",
            "feedback": clean_text(scene["feedback"]) if scene["light"] else "",
            "answer": _answer(scene, ProjectState(told["state"])),
        }
        files = {}
        if scene["preview"] and previews:
            artifact = previews.scenes[scene["id"]].first.artifact
            values["preview"] = artifact.sha256
            ending = artifact.media_type.partition("/")[2]
            files["preview"] = Medium(Path(scene["preview"]), f"{scene['id']}-{scene['take']}.{ending}", artifact.media_type)
        standings[scene["id"]] = Standing(values, told["review_version"], files)
    return standings


def _answer(scene: dict[str, Any], state: ProjectState) -> str:
    """How the scene stands, for its reviewer."""
    if state is ProjectState.CANCELLED:
        return "Nothing to do: the film was withdrawn."
    if scene["problem"]:
        return f"{scene['problem']}"
    if scene["light"]:
        return "Green: the clip is ready." if scene["clip"] else "Green: its clip is made once all scenes are green."
    if scene["preview"]:
        return "Please give a light."
    return "Stopped: the film's row says why." if state in STOPPED else "A new picture is being made."
