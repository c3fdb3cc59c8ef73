"""Stretches of films, each encoded once in delivery settings and kept by its fingerprint, whichever film it is in.

Most of a film is encoded here long before the cut: a scene's body as soon as its clip is made, beside the waiting for others.
What the cut still encodes are the transitions, and what was edited since.
"""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from types import TracebackType
from typing import Any, Self

from videofactory.domain.brief import TakenIn
from videofactory.domain.errors import FactoryError
from videofactory.domain.footage import Artifact, Aspect, Clip, Frame
from videofactory.domain.timeline import Timeline
from videofactory.media.cut import Stretch, body, encode_stretch
from videofactory.studio.factory import Studio
from videofactory.studio.fan_out import gathered
from videofactory.studio.graphics import Graphics
from videofactory.studio.material import Analysed, Narration, Previews, ScriptVersion
from videofactory.studio.scene_plan import Known, ScenePlan
from videofactory.studio.workbench import product


def encoded(studio: Studio, timeline: Timeline, part: Stretch, *, halt: Event | None = None) -> tuple[Artifact, bool]:
    """The file of a stretch of this timeline, and whether it was there already. Given up once `halt` is set."""

    def make_it(out: Path) -> dict[str, Any]:
        encode_stretch(timeline, part, shelf=studio.artifacts.path, out=out, preset=studio.settings.preset, halt=halt)
        return {}

    artifact, _, kept = product(studio, "stretch", part.fingerprint, make_it, ending=".mp4", media_type="video/mp4")
    return artifact, kept


@contextmanager
def halting() -> Iterator[Event]:
    """An event that is set when the block is left before its end, so that threads do not go on when a person has stopped all."""
    halt = Event()
    try:
        yield halt
    except BaseException:
        halt.set()
        raise


class EarlyCut:
    """Encodes the bodies of scenes while their maker goes on: `add` returns at once.

    Used as a context: it ends when all that was added is encoded, and raises all errors of it as one. When its block fails, what
    has not begun is left to the next run; when a person stops it, what is under way, too.
    """

    def __init__(self, studio: Studio, scenes: ScenePlan, *, frames: dict[Aspect, Frame]) -> None:
        self._studio = studio
        self._scenes = scenes
        self._graphics = Graphics(studio, scenes)
        self._frames = frames
        self._pool = ThreadPoolExecutor(studio.settings.scene_workers, thread_name_prefix="early-cut")
        self._works: dict[str, Future[None]] = {}
        self._halt = Event()

    def add(self, scene: str, clip: Clip) -> None:
        """Encode this scene with this clip, in every aspect ratio."""
        index = next(number for number in range(self._scenes.count) if self._scenes.scene(number).id == scene)
        for aspect in self._frames:
            self._works[f"{scene} in {aspect}"] = self._pool.submit(self._encode, index, clip, aspect)

    def _encode(self, index: int, clip: Clip, aspect: Aspect) -> None:
        alone = self._graphics.scene(index, clip, frame=self._frames[aspect])
        part = body(alone, alone.shots[0], until=self._scenes.alone_until(index), preset=self._studio.settings.preset)
        if part is not None:
            encoded(self._studio, alone, part, halt=self._halt)

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Wait for what is under way; raise its errors unless there is one already."""
        if error is not None and not isinstance(error, Exception):
            self._halt.set()
        try:
            self._pool.shutdown(wait=True, cancel_futures=error is not None)
        except BaseException:  # a person stops the waiting
            self._halt.set()
            raise
        if error is None:
            self._raise()

    def _raise(self) -> None:
        errors: dict[str, FactoryError] = {}
        for name, work in self._works.items():
            error = work.exception()
            if isinstance(error, FactoryError):
                errors[name] = error
            elif error is not None:
                raise error
        if errors:
            raise gathered(errors)


def early_cut(
    studio: Studio, project: str, *, version: ScriptVersion, previews: Previews, narration: Narration, frame: Frame
) -> EarlyCut | None:
    """The early cut of a project's film; `None` while its brief or its brand's analysis is not made."""
    taken = studio.values.read("brief", project, TakenIn)
    analysed = studio.values.read("brand_analysis", project, Analysed)
    if taken is None or analysed is None:
        return None
    known = Known(taken=taken, analysed=analysed, version=version, previews=previews, narration=narration)
    frames = {aspect: frame if number == 0 else studio.frame(aspect) for number, aspect in enumerate(taken.aspects)}
    return EarlyCut(studio, ScenePlan(known, channel=studio.channel_of(project), fps=frame.fps), frames=frames)
