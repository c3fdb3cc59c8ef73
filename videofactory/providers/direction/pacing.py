"""Seconds for a written script: as its model planned them, unless words could not be followed or the film misses its length."""

from dataclasses import dataclass

from videofactory.domain.script import LENGTH_TOLERANCE, Scene
from videofactory.domain.script_checks import spoken_words
from videofactory.providers.direction.script_problems import given_scene
from videofactory.providers.embedded.director.timing import LONGEST, TENTHS, Slot, shared_seconds
from videofactory.providers.roles import ScriptRequest


@dataclass(frozen=True)
class Planned(Slot):
    """A scene as the clock sees it, with the seconds its model planned."""

    seconds: float = 0.0

    @property
    def wanted(self) -> int:
        """Tenths as planned, but enough for the words."""
        return self.least if self.fixed is not None else min(LONGEST, max(self.least, round(self.seconds * TENTHS)))


def paced(scenes: tuple[Scene, ...], *, request: ScriptRequest) -> tuple[Scene, ...]:
    """The scenes with seconds in which their words can be followed and, where the words allow, of the length asked for.

    Given seconds stay; a film within the tolerance keeps its model's rhythm, any other is stretched or tightened evenly.
    """
    slots = [
        Planned(words=spoken_words(scene.narration), fixed=given_scene(request, index=index).seconds, seconds=scene.seconds)
        for index, scene in enumerate(scenes)
    ]
    planned = [slot.fixed if slot.fixed is not None else slot.wanted / TENTHS for slot in slots]
    asked = request.seconds
    if asked is not None and abs(sum(planned) - asked) > LENGTH_TOLERANCE * asked:
        planned = shared_seconds(slots, total=asked)
    return tuple(scene.model_copy(update={"seconds": seconds}) for scene, seconds in zip(scenes, planned, strict=True))
