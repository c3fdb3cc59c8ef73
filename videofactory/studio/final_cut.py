"""Station `final_cut`: the masters, from stretches encoded once each; captions, thumbnail and quality report.

Everything made here is a product kept by the fingerprint of what it is made from, so a new cut encodes only what changed.
"""

import tempfile
from pathlib import Path
from typing import Any

from videofactory.domain.fingerprint import fingerprint
from videofactory.domain.footage import Artifact, Aspect
from videofactory.domain.timeline import Timeline
from videofactory.media.captions import srt, vtt
from videofactory.media.cut import ENCODING, Stretch, encode_stretch, join, stretches
from videofactory.media.display import film_sheet
from videofactory.media.mix import MIXING, mix
from videofactory.media.quality import measure_film
from videofactory.media.thumbnail import thumbnail
from videofactory.media.titles import TEXT_VERSION
from videofactory.studio.delivery import deliver
from videofactory.studio.factory import Studio
from videofactory.studio.fan_out import for_each
from videofactory.studio.material import CutPlan, FinalCut, Master
from videofactory.studio.workbench import product

STAGE = "final_cut"
SHEET_BYTES = 45_000
"""Of the contact sheet: with its base64 it stays below 60 kB inline in the Dagster UI, whose rows are never pruned."""
MEASURED = "measured-1"
"""Version of the measurement, part of its fingerprint: raise it when the quality gate changes what it measures."""


def make(studio: Studio, project: str, *, plan: CutPlan) -> FinalCut:
    """The finished film in every aspect ratio asked for. Files are put under `films/` only when no check found anything."""
    masters = tuple(_master(studio, aspect, timeline) for aspect, timeline in plan.timelines.items())
    main = next(iter(plan.timelines.values()))
    film = masters[0].film
    extras = _extras(studio, film, main)
    cut = FinalCut(
        masters=masters,
        srt=studio.artifacts.put(srt(main.captions).encode(), media_type="application/x-subrip"),
        vtt=studio.artifacts.put(vtt(main.captions).encode(), media_type="text/vtt"),
        thumbnail=extras["thumbnail"],
        sheet=extras["sheet"],
        entries=plan.entries,
    )
    if not cut.findings:
        deliver(studio, project, cut, title=main.title)
    return cut


def _master(studio: Studio, aspect: Aspect, timeline: Timeline) -> Master:
    parts = stretches(timeline)
    studio.tell(STAGE, "starts", total=len(parts) + 2, words=aspect)
    encoded = for_each(
        ((str(index), part) for index, part in enumerate(parts)),
        lambda part: _encoded(studio, timeline, part),
        workers=studio.settings.scene_workers,
    )
    sound = _mixed(studio, timeline)
    film = _joined(studio, timeline, list(encoded.values()), sound)
    report = _measured(studio, timeline, film)
    return Master(
        aspect=aspect,
        film=film,
        seconds=timeline.seconds,
        findings=tuple(finding["words"] for finding in report["findings"]),
        measures=report["measures"],
    )


def _encoded(studio: Studio, timeline: Timeline, part: Stretch) -> Artifact:
    def make_it(out: Path) -> dict[str, Any]:
        encode_stretch(timeline, part, shelf=studio.artifacts.path, out=out)
        return {}

    artifact, _, kept = product(studio, "stretch", part.fingerprint, make_it, ending=".mp4", media_type="video/mp4")
    studio.tell(STAGE, "kept" if kept else "made", piece=f"{part.start}-{part.stop}")
    return artifact


def _mixed(studio: Studio, timeline: Timeline) -> Artifact:
    cues = timeline.model_dump(mode="json", include={"narration", "effects", "music"})
    key = fingerprint({"version": MIXING, "cues": cues, "seconds": timeline.seconds})

    def make_it(out: Path) -> dict[str, Any]:
        loudness = mix(timeline, shelf=studio.artifacts.path, out=out)
        return {"loudness": list(loudness)}

    artifact, _, kept = product(studio, "mix", key, make_it, ending=".m4a", media_type="audio/mp4")
    studio.tell(STAGE, "kept" if kept else "made", piece="sound")
    return artifact


def _joined(studio: Studio, timeline: Timeline, parts: list[Artifact], sound: Artifact) -> Artifact:
    key = fingerprint({"version": ENCODING, "parts": [part.sha256 for part in parts], "sound": sound.sha256})

    def make_it(out: Path) -> dict[str, Any]:
        paths = [studio.artifacts.path(part) for part in parts]
        join(paths, audio=studio.artifacts.path(sound), frame=timeline.frame, frames=timeline.frames, out=out)
        return {}

    artifact, _, kept = product(studio, "film", key, make_it, ending=".mp4", media_type="video/mp4")
    studio.tell(STAGE, "kept" if kept else "made", piece="film")
    return artifact


def _measured(studio: Studio, timeline: Timeline, film: Artifact) -> dict[str, Any]:
    captions = [caption.model_dump(mode="json") for caption in timeline.captions]
    key = fingerprint({"version": MEASURED, "film": film.sha256, "captions": captions, "frames": timeline.frames})
    known = studio.products.find("quality", key)
    if known is None:
        report = measure_film(
            studio.artifacts.path(film),
            frame=timeline.frame,
            frames=timeline.frames,
            captions=timeline.captions,
            expects_sound=bool(timeline.narration or timeline.music or timeline.effects),
        )
        known = studio.products.keep("quality", key, files={}, facts=report.model_dump(mode="json"))
    return dict(known["facts"])


def _extras(studio: Studio, film: Artifact, timeline: Timeline) -> dict[str, Artifact]:
    """The thumbnail and the contact sheet."""
    key = fingerprint(
        {"version": [ENCODING, TEXT_VERSION], "film": film.sha256, "title": timeline.title, "look": timeline.look.model_dump()}
    )
    known = studio.products.find("extras", key)
    if known is None:
        path = studio.artifacts.path(film)
        with tempfile.TemporaryDirectory() as folder:
            picture = Path(folder) / "thumbnail.jpg"
            thumbnail(path, timeline=timeline, title=timeline.title, out=picture)
            files = {
                "thumbnail": studio.artifacts.put_file(picture, media_type="image/jpeg"),
                "sheet": studio.artifacts.put(film_sheet(path, max_bytes=SHEET_BYTES), media_type="image/jpeg"),
            }
        known = studio.products.keep("extras", key, files=files, facts={})
    return {name: Artifact.model_validate(value) for name, value in known["files"].items()}
