"""Our own cut in a process of its own, so that its time and memory can be told apart: `python -m … HOME ACTION`.

Actions: `scenes` encodes what is encoded when scenes are made; `film` makes the film of all that is kept and what is not; `gate`
measures the film; `clip` and `preview` are one of each of the embedded engines. Each reads the timeline that lies in the home,
and prints nothing.
"""

import sys
from pathlib import Path

from videofactory.domain.footage import Artifact
from videofactory.domain.timeline import Timeline
from videofactory.media.cut import body, stretches
from videofactory.settings import load_settings
from videofactory.studio.factory import Studio, open_studio
from videofactory.studio.fan_out import for_each
from videofactory.studio.film_check import checked
from videofactory.studio.final_cut import cut_film
from videofactory.studio.stretches import encoded
from videofactory_tests.bench.cut import reference

PRESET = "medium"
TIMELINE, FILM = "timeline.json", "film.json"


def studio_of(home: Path) -> Studio:
    """The factory of this home, with the reference film's encoder settings."""
    return open_studio(load_settings({"VIDEOFACTORY_PRESET": PRESET}, home=home, env_file=home / "no.env"))


def scenes(studio: Studio, timeline: Timeline) -> None:
    """Every scene's body, as `studio.stretches.EarlyCut` encodes it when the clip arrives."""
    starts = [shot.start for shot in timeline.shots[1:]]
    parts = {
        shot.scene: body(timeline, shot, until=until, preset=PRESET)
        for shot, until in zip(timeline.shots, [*starts, timeline.frames], strict=True)
    }
    bodies = [(scene, part) for scene, part in parts.items() if part in stretches(timeline, preset=PRESET)]
    assert len(bodies) == len(timeline.shots)
    for_each(bodies, lambda part: encoded(studio, timeline, part), workers=studio.settings.scene_workers)


def film(studio: Studio, timeline: Timeline) -> None:
    """The film, and where it lies."""
    made = cut_film(studio, timeline)
    (studio.settings.home / FILM).write_text(made.model_dump_json(), encoding="utf-8")


def gate(studio: Studio, timeline: Timeline) -> None:
    """The quality gate on the film made last."""
    made = Artifact.model_validate_json((studio.settings.home / FILM).read_text(encoding="utf-8"))
    checked(studio, timeline, made)


def clip(studio: Studio, timeline: Timeline) -> None:
    """One clip of the embedded video engine, `reference.SECONDS` long."""
    reference.clip(0, frame=timeline.frame, folder=studio.settings.home)


def preview(studio: Studio, timeline: Timeline) -> None:
    """One still of the embedded engine."""
    reference.preview(frame=timeline.frame, folder=studio.settings.home)


ACTIONS = {"scenes": scenes, "film": film, "gate": gate, "clip": clip, "preview": preview}


def main() -> None:
    """Do what the arguments say."""
    home, *actions = sys.argv[1:]
    studio = studio_of(Path(home))
    timeline = Timeline.model_validate_json((Path(home) / TIMELINE).read_text(encoding="utf-8"))
    for action in actions:
        ACTIONS[action](studio, timeline)


if __name__ == "__main__":
    main()
