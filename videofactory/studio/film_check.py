"""The master, checked: measured against its timeline in pieces that are measured once, with small pictures of what was found.

What is measured, and how, is `media.quality`'s affair; whether a finding holds the film up is decided in `final_cut`.
"""

import base64

from videofactory.domain.fingerprint import fingerprint
from videofactory.domain.footage import Artifact
from videofactory.domain.script import Camera
from videofactory.domain.timeline import Timeline
from videofactory.media.quality import FilmReport, measure_cut, plan_of
from videofactory.media.quality.exhibit import shown, small_picture
from videofactory.studio.factory import Studio
from videofactory.studio.material import Exhibit, ScriptVersion

MEASURED = "measured-4"
"""Version of the judgement, part of its fingerprint: raise it when the quality gate changes what it says of equal figures."""
PICTURES = 5
"""Of a film's findings, at most: with 8 kB each they stay below 60 kB inline in the Dagster UI, whose rows are never pruned."""


class Figures:
    """The store's shelf for figures of pieces: a new cut measures only what it has not in common with an older one."""

    def __init__(self, studio: Studio) -> None:
        self._products = studio.products

    def find(self, key: str) -> bytes | None:
        """Figures kept under this key."""
        record = self._products.find("figures", key)
        return base64.b64decode(record["facts"]["figures"]) if record else None

    def keep(self, key: str, figures: bytes) -> None:
        """Keep figures."""
        self._products.keep("figures", key, files={}, facts={"figures": base64.b64encode(figures).decode()})


class Checked:
    """What was found on a master: the report, and a picture for each of some findings, by the finding's number."""

    def __init__(self, report: FilmReport, pictures: dict[int, Artifact]) -> None:
        self.words = tuple(finding.words for finding in report.findings)
        self.measures = report.measures
        self.exhibits = tuple(
            Exhibit(finding=finding, picture=pictures.get(number)) for number, finding in enumerate(report.findings)
        )


def checked(studio: Studio, timeline: Timeline, film: Artifact) -> Checked:
    """Measure a master against its timeline, or say what was measured of the same film before."""
    still = _still_scenes(studio, timeline.project)
    plan = {"timeline": timeline.model_dump(mode="json"), "still": sorted(still)}
    key = fingerprint({"version": MEASURED, "film": film.sha256, "plan": plan})
    known = studio.products.find("quality", key)
    if known is None:
        path = studio.artifacts.path(film)
        report = measure_cut(path, timeline=timeline, plan=plan_of(timeline, still_scenes=still), shelf=Figures(studio))
        pictures = _pictures(studio, film, report)
        known = studio.products.keep("quality", key, files=pictures, facts=report.model_dump(mode="json"))
    kept = {int(number): Artifact.model_validate(value) for number, value in known["files"].items()}
    return Checked(FilmReport.model_validate(known["facts"]), kept)


def _still_scenes(studio: Studio, project: str) -> frozenset[str]:
    """Scenes that were asked to stand still: their clips may, so the film may, too."""
    version = studio.values.read("script", project, ScriptVersion)
    return frozenset(scene.id for scene in version.script.scenes if scene.camera is Camera.STATIC) if version else frozenset()


def _pictures(studio: Studio, film: Artifact, report: FilmReport) -> dict[str, Artifact]:
    path = studio.artifacts.path(film)
    taken = {
        number: small_picture(path, at=report.findings[number].at or 0.0) for number in shown(report.findings, most=PICTURES)
    }
    return {str(number): studio.artifacts.put(jpeg, media_type="image/jpeg") for number, jpeg in taken.items() if jpeg}
