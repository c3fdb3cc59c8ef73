"""A stretch's text as pictures to lay over its frames: each state of it is drawn once, by libass, and seen until it changes.

Every event of a document stands still (movement is written out frame by frame), so between two changes one page serves all
frames. A page is drawn over a dark and over a light ground: what differs between the two is how much of a ground shows through.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from videofactory.domain.timeline import Area, Timeline
from videofactory.media import encoding, ffmpeg, graph
from videofactory.media.overlay import Overlay, drawn
from videofactory.media.planes import area_of, of_rows
from videofactory.media.titles.ass import Event
from videofactory.media.titles.burning import burn_in
from videofactory.media.titles.document import events_of, rendered, write_fonts

_BATCH = 8
"""Pages drawn by one FFmpeg: two pictures of each lie on the disk meanwhile."""
_DARK, _LIGHT = (16, 16), (235, 240)
"""The two grounds' levels: of luma, of chroma."""
_PICTURES = "pages.yuv"
_GAP = 40
"""A page falls into two overlays where nothing is drawn for this part of its height."""


class _Page(NamedTuple):
    """What is drawn in frames [start, stop) of a stretch."""

    start: int
    stop: int
    events: tuple[Event, ...]


class Pages:
    """The text of the film frames [start, stop); `work` is a folder of ours.

    Raises `MediaBroken` when FFmpeg cannot draw it, and `Lasting` when the disk is full.
    """

    def __init__(self, timeline: Timeline, *, start: int, stop: int, work: Path) -> None:
        self._timeline, self._start, self._work = timeline, start, work
        self._pages = _pages(events_of(timeline, start=start, stop=stop), frames=stop - start)
        self._drawn = range(0)
        self._seen: tuple[int, tuple[Overlay, ...]] | None = None
        self._draw_from(0)  # before whoever asks holds an encoder's frames: FFmpeg takes as much memory, for a moment

    def at(self, number: int) -> tuple[Overlay, ...]:
        """What is laid over this frame of the film. Quick when frames are asked for in their order."""
        at = number - self._start
        index = next((index for index, page in enumerate(self._pages) if page.start <= at < page.stop), None)
        if index is None:
            return ()
        if self._seen is None or self._seen[0] != index:
            self._seen = index, tuple(self._overlays(index))
        return self._seen[1]

    def _overlays(self, index: int) -> Iterator[Overlay]:
        if index not in self._drawn:
            self._draw_from(index)
        dark, light = (of_rows(picture) for picture in self._read(index - self._drawn.start))
        for area in _areas(light[0] - dark[0] != _LIGHT[0] - _DARK[0]):
            luma, *chroma = zip(area_of(dark, area), area_of(light, area), strict=True)
            blue, red = (drawn(*one, grounds=(_DARK[1], _LIGHT[1])) for one in chroma)
            yield Overlay(area.left, area.top, (drawn(*luma, grounds=(_DARK[0], _LIGHT[0])), blue, red))

    def _read(self, number: int) -> NDArray[np.uint8]:
        """A page of those drawn last, over dark and over light."""
        rows, width = self._timeline.frame.height * 3 // 2, self._timeline.frame.width
        found = np.fromfile(self._work / _PICTURES, np.uint8, count=2 * rows * width, offset=number * 2 * rows * width)
        return found.reshape(2, rows, width)

    def _draw_from(self, index: int) -> None:
        """The pages from this one on, as many as are drawn at once."""
        self._drawn = range(index, min(index + _BATCH, len(self._pages)))
        if self._drawn:
            self._draw([self._pages[number] for number in self._drawn])

    def _draw(self, pages: Sequence[_Page]) -> None:
        """These pages, each over dark and over light, into a file."""
        frame = self._timeline.frame
        if not (self._work / "fonts").exists():
            (self._work / "fonts").mkdir()
            write_fonts(self._timeline, folder=self._work / "fonts")
        events = [
            event._replace(start=2 * number, stop=2 * number + 2) for number, page in enumerate(pages) for event in page.events
        ]
        (self._work / "text.ass").write_text(rendered(self._timeline, events), encoding="utf-8")
        blank = [np.full((frame.height * 3 // 2, frame.width), levels[1], np.uint8) for levels in (_DARK, _LIGHT)]
        for picture, levels in zip(blank, (_DARK, _LIGHT), strict=True):
            picture[: frame.height] = levels[0]
        grounds = (picture.data for _ in pages for picture in blank)
        raw = graph.raw_pictures(width=frame.width, height=frame.height, fps=frame.fps, options={"thread_queue_size": 1})
        options: graph.Options = {"f": "rawvideo", "pix_fmt": "yuv420p", "fps_mode": "passthrough"}
        text = graph.output(burn_in(encoding.tagged(raw)), to=_PICTURES, options=options)
        ffmpeg.run_graph(text, purpose="draw the text of a film", frames=grounds, cwd=self._work)


def _pages(events: Sequence[Event], *, frames: int) -> list[_Page]:
    marks = sorted({min(max(mark, 0), frames) for event in events for mark in (event.start, event.stop)})
    spans = [
        _Page(start, stop, tuple(event for event in events if event.start <= start and event.stop >= stop))
        for start, stop in pairwise(marks)
    ]
    return [page for page in spans if page.events]


def _areas(changed: NDArray[np.bool_]) -> Iterator[Area]:
    """Where something is drawn: bands of rows, each as wide as needed, at even pixels."""
    rows = np.flatnonzero(changed.any(axis=1))
    for band in np.split(rows, np.flatnonzero(np.diff(rows) > changed.shape[0] // _GAP) + 1) if rows.size else ():
        top, bottom = int(band[0]) // 2 * 2, (int(band[-1]) + 2) // 2 * 2
        columns = np.flatnonzero(changed[top:bottom].any(axis=0))
        left, right = int(columns[0]) // 2 * 2, (int(columns[-1]) + 2) // 2 * 2
        yield Area(left=left, top=top, width=right - left, height=bottom - top)
