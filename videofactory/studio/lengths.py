"""How long each scene is in the film, in frames: as planned, or as its narration needs; and how far it overlaps the last."""

from collections.abc import Sequence
from math import ceil

from videofactory.domain.script import Scene, Transition
from videofactory.domain.value import Value
from videofactory.media.normalise import SLOWEST
from videofactory.providers.roles import VideoEngine
from videofactory.studio.material import Narration

LEAD = 0.25
"""Seconds of picture before a scene's narration begins."""
TAIL = 0.45
"""Seconds of picture after a scene's narration has ended."""
OVERLAP = {
    Transition.CUT: 0.0,
    Transition.CROSSFADE: 0.5,
    Transition.FADE_BLACK: 0.7,
    Transition.WIPE: 0.6,
    Transition.SLIDE: 0.5,
}
"""Seconds two scenes share in each transition."""
LONGEST_OVERLAP = max(OVERLAP.values())
SHORTEST_PART = 3
"""A transition takes at most a third of the shorter neighbour."""


class SceneLength(Value):
    """`own`: frames from this scene's beginning to the next one's; `overlap`: frames before it in which it fades in."""

    scene: str
    own: int
    overlap: int

    @property
    def frames(self) -> int:
        """Frames of picture the scene needs."""
        return self.own + self.overlap

    def clip_seconds(self, *, fps: int) -> float:
        """Seconds of clip the scene needs wherever it stands and however it begins: order and transitions buy no clip anew."""
        return self.own / fps + LONGEST_OVERLAP


def bought_seconds(engine: VideoEngine, needed: float) -> float:
    """The length to buy for so many seconds of picture: what is slowed by at most 15 % afterwards need not be bought.

    The embedded engine makes every length at the same price, so nothing of it is slowed. Raises `EngineRejected` when the engine
    sells nothing long enough.
    """
    if not engine.metered:
        return min(engine.max_seconds, engine.sold_seconds(needed))
    return engine.sold_seconds(round(needed * SLOWEST, 3))


def plan_lengths(scenes: Sequence[Scene], narration: Narration, *, fps: int) -> tuple[SceneLength, ...]:
    """The length of each scene in the film, in order."""
    own = [_own_frames(scene, narration, fps=fps) for scene in scenes]
    lengths = []
    for index, scene in enumerate(scenes):
        overlap = 0
        if index > 0:
            room = min(own[index - 1], own[index]) // SHORTEST_PART
            overlap = min(round(OVERLAP[scene.transition] * fps), room)
        lengths.append(SceneLength(scene=scene.id, own=own[index], overlap=overlap))
    return tuple(lengths)


def _own_frames(scene: Scene, narration: Narration, *, fps: int) -> int:
    spoken = narration.scenes[scene.id].speech
    needed = LEAD + spoken.seconds + TAIL if spoken else 0.0
    return max(round(scene.seconds * fps), ceil(needed * fps))
