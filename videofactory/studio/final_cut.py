"""Station `final_cut`: the masters, from stretches encoded once each; captions, thumbnail and quality report.

Everything made here is a product kept by the fingerprint of what it is made from, so a new cut encodes only what changed.
"""

import tempfile
from pathlib import Path
from threading import Event
from typing import Any

from videofactory.domain.fingerprint import fingerprint
from videofactory.domain.footage import Artifact, Aspect
from videofactory.domain.timeline import Timeline
from videofactory.media.captions import srt, vtt
from videofactory.media.cut import ENCODING, JOINING, Stretch, join, stretches
from videofactory.media.display import film_sheet
from videofactory.media.thumbnail import thumbnail
from videofactory.media.titles import poster_text
from videofactory.studio.delivery import deliver
from videofactory.studio.factory import Studio
from videofactory.studio.fan_out import for_each
from videofactory.studio.film_check import checked
from videofactory.studio.material import CutPlan, FinalCut, Master
from videofactory.studio.soundtrack import mixed
from videofactory.studio.stretches import encoded, halting
from videofactory.studio.workbench import product

STAGE = "final_cut"
SHEET_BYTES = 45_000
"""Of the contact sheet: with its base64 it stays below 60 kB inline in the Dagster UI, whose rows are never pruned."""


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
    film = cut_film(studio, timeline, words=aspect)
    report = checked(studio, timeline, film)
    return Master(
        aspect=aspect,
        film=film,
        seconds=timeline.seconds,
        findings=report.words,
        measures=report.measures,
        exhibits=report.exhibits,
    )


def cut_film(studio: Studio, timeline: Timeline, *, words: str = "") -> Artifact:
    """The film of one timeline: what is not kept of its stretches and sound is made, and all is joined. No check is made."""
    parts = stretches(timeline, preset=studio.settings.preset)
    studio.tell(STAGE, "starts", total=len(parts) + 2, words=words)
    with halting() as halt:
        pictures = for_each(
            ((_named(part), part) for part in parts),
            lambda part: _encoded(studio, timeline, part, halt=halt),
            workers=studio.settings.scene_workers,
        )
    sound = _mixed(studio, timeline)  # alone: beside an encoder it would hold half as much memory again
    row = [(pictures[_named(part)], part.frames) for part in parts]
    return _joined(studio, timeline, row, sound)


def _named(part: Stretch) -> str:
    return f"frames {part.start} to {part.stop}"


def _encoded(studio: Studio, timeline: Timeline, part: Stretch, *, halt: Event) -> Artifact:
    artifact, kept = encoded(studio, timeline, part, halt=halt)
    studio.tell(STAGE, "kept" if kept else "made", piece=f"{part.start}-{part.stop}")
    return artifact


def _mixed(studio: Studio, timeline: Timeline) -> Artifact:
    artifact, kept = mixed(studio, timeline)
    studio.tell(STAGE, "kept" if kept else "made", piece="sound")
    return artifact


def _joined(studio: Studio, timeline: Timeline, row: list[tuple[Artifact, int]], sound: Artifact) -> Artifact:
    """The film of these stretches, each with its length in frames."""
    names = [part.sha256 for part, _ in row]
    key = fingerprint({"version": [ENCODING, JOINING], "parts": names, "sound": sound.sha256})

    def make_it(out: Path) -> dict[str, Any]:
        paths, lengths = [studio.artifacts.path(part) for part, _ in row], [length for _, length in row]
        join(paths, lengths=lengths, audio=studio.artifacts.path(sound), frame=timeline.frame, out=out)
        return {}

    artifact, _, kept = product(studio, "film", key, make_it, ending=".mp4", media_type="video/mp4")
    studio.tell(STAGE, "kept" if kept else "made", piece="film")
    return artifact


def _extras(studio: Studio, film: Artifact, timeline: Timeline) -> dict[str, Artifact]:
    """The thumbnail and the contact sheet."""
    text = poster_text(timeline.title, look=timeline.look)
    key = fingerprint({"version": ENCODING, "film": film.sha256, "text": text})
    known = studio.products.find("extras", key)
    if known is not None:
        return {name: Artifact.model_validate(value) for name, value in known["files"].items()}
    path = studio.artifacts.path(film)
    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder) / "thumbnail.jpg"
        thumbnail(path, timeline=timeline, title=timeline.title, out=picture)
        files = {
            "thumbnail": studio.artifacts.put_file(picture, media_type="image/jpeg"),
            "sheet": studio.artifacts.put(film_sheet(path, max_bytes=SHEET_BYTES), media_type="image/jpeg"),
        }
    studio.products.keep("extras", key, files=files, facts={})
    return files
