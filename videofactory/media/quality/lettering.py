"""Burnt-in text, where it really stands: each caption and title drawn once, small, on plain ground, and looked for there.

It is drawn by the same renderer as in the film, so its true extents are compared, whatever laid it out, with the part of the
picture that its platform leaves free. How it is drawn is `titles`' affair.
"""

import json
import re
import tempfile
from collections.abc import Iterator, Sequence
from itertools import repeat
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from videofactory.domain.fingerprint import fingerprint
from videofactory.domain.footage import Frame
from videofactory.domain.timeline import Caption, Timeline, Title
from videofactory.media import ffmpeg, graph, titles
from videofactory.media.quality.figures import FIGURES, Shelf
from videofactory.media.quality.limits import limits, platform_of
from videofactory.media.quality.report import Finding

_LONGER = 480
"""Pixels of the longer side of the picture text is looked for in: a pixel is four of a film in 1080."""
_GROUND = 128
_PICTURES = 3
"""Of each text, a second apart: titles come and go softly, so the first and the last may not show them yet, or any more."""
_SHOWN = 60
_SHAPE = re.compile(r"\\p[1-9]")
"""ASS's tag that begins a drawing in place of text."""


class Extent(NamedTuple):
    """Edges of what is drawn, in shares of the frame's width and height."""

    left: float
    right: float
    top: float
    bottom: float


def text_findings(timeline: Timeline, *, shelf: Shelf | None = None) -> Iterator[Finding]:
    """Captions and titles of which a part stands outside the safe area of the platform; `shelf` keeps what was drawn before."""
    shown = _shown(timeline)
    extents = _kept(timeline, shown, shelf) if shown else []
    for item, extent in zip(shown, extents, strict=True):
        if extent is not None:
            yield from _outside(item, extent, timeline.frame)


def _shown(timeline: Timeline) -> list[Caption | Title]:
    captions = timeline.captions if timeline.look.burn_in != "off" else ()
    return [*captions, *(title for title in timeline.titles if title.text.strip())]


def _outside(item: Caption | Title, extent: Extent, frame: Frame) -> Iterator[Finding]:
    area, slack = platform_of(frame).safe_area, limits().detection.text_slack
    room = {"left": extent.left, "right": 1 - extent.right, "top": extent.top, "bottom": 1 - extent.bottom}
    asked = area.model_dump()
    edge = min(room, key=lambda name: room[name] - asked[name])
    if room[edge] < asked[edge] - slack:
        name = "Caption" if isinstance(item, Caption) else "Title"
        yield Finding(
            check="text_place",
            at=item.start,
            measure=round(room[edge], 4),
            limit=asked[edge],
            words=f"{name} “{' '.join(item.text.split())[:_SHOWN]}” stands {room[edge]:.1%} from the {edge} edge "
            f"at {item.start:.2f} s (at least {asked[edge]:.0%}).",
        )


def _kept(timeline: Timeline, shown: Sequence[Caption | Title], shelf: Shelf | None) -> list[Extent | None]:
    """The extents, drawn now or kept from a film with the same text."""
    key = fingerprint(
        {
            "version": [FIGURES, titles.TEXT_VERSION],
            "frame": timeline.frame.model_dump(mode="json"),
            "look": timeline.look.model_dump(mode="json"),
            "fonts": titles.fonts_of(shown, look=timeline.look),
            "text": [item.model_dump(mode="json", exclude={"start", "end", "words"}) for item in shown],
            "detection": limits().detection.model_dump(),
        }
    )
    known = shelf.find(key) if shelf else None
    if known is None:
        found = extents(timeline, shown)
        if shelf is not None:
            shelf.keep(key, json.dumps(found).encode())
        return found
    return [Extent(*edges) if edges else None for edges in json.loads(known)]


def extents(timeline: Timeline, shown: Sequence[Caption | Title]) -> list[Extent | None]:
    """Where each text is drawn; `None` for one of which nothing is seen."""
    slowed = _one_after_the_other(timeline, shown)
    scale = _LONGER / max(timeline.frame.width, timeline.frame.height)
    width, height = (2 * round(side * scale / 2) for side in (timeline.frame.width, timeline.frame.height))
    text = titles.document(slowed, start=0, stop=len(shown) * _PICTURES)
    if text is None:
        return [None] * len(shown)
    with tempfile.TemporaryDirectory(prefix="text-") as folder:
        work = Path(folder)
        (work / "fonts").mkdir()
        (work / "text.ass").write_text(_words_alone(text), encoding="utf-8")
        titles.write_fonts(slowed, folder=work / "fonts")
        ground = graph.raw_pictures(width=width, height=height, fps=1, pixels="gray")
        drawn = titles.burn_in(ground.filter("format", pix_fmts="yuv420p")).filter("format", pix_fmts="gray")
        plain = bytes([_GROUND]) * (width * height)
        wanted = graph.output(drawn, to="text.raw", options={"format": "rawvideo", "fps_mode": "passthrough"})
        ffmpeg.run_graph(wanted, purpose="draw a film's text", frames=repeat(plain, len(shown) * _PICTURES), cwd=work)
        pictures = np.fromfile(work / "text.raw", np.uint8).reshape(-1, height, width)
    return [_extent(pictures[at * _PICTURES :][:_PICTURES]) for at in range(len(shown))]


def _words_alone(document: str) -> str:
    """The document without drawn shapes: grounds, bars and scrims may reach the edges, only what is read must stand inside."""
    return "\n".join(line for line in document.splitlines() if not (line.startswith("Dialogue:") and _SHAPE.search(line))) + "\n"


def _one_after_the_other(timeline: Timeline, shown: Sequence[Caption | Title]) -> Timeline:
    """The same text, each in pictures of its own, one a second; words are not marked as spoken, which moves nothing."""
    times = [{"start": float(at * _PICTURES), "end": float((at + 1) * _PICTURES)} for at in range(len(shown))]
    moved = [
        item.model_copy(update={**time, "words": ()} if isinstance(item, Caption) else time)
        for time, item in zip(times, shown, strict=True)
    ]
    return timeline.model_copy(
        update={
            "frame": timeline.frame.model_copy(update={"fps": 1}),
            "captions": tuple(item for item in moved if isinstance(item, Caption)),
            "titles": tuple(item for item in moved if isinstance(item, Title)),
        }
    )


def _extent(pictures: NDArray[np.uint8]) -> Extent | None:
    """The edges of all that differs from the ground in any of these pictures."""
    far = np.abs(pictures.astype(np.int16) - int(pictures[0, 0, 0])).max(axis=0)
    differs = np.asarray(far > limits().detection.text_levels)
    rows, columns = (np.flatnonzero(differs.any(axis=axis)) for axis in (1, 0))
    if not rows.size:
        return None
    height, width = differs.shape
    edges = (columns[0] / width, (columns[-1] + 1) / width, rows[0] / height, (rows[-1] + 1) / height)
    return Extent(*(round(float(edge), 5) for edge in edges))
