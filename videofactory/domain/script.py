"""The script: scenes in order, with all that later stages need to draw, speak, sound and cut them.

How reviewers change a script is in `review`; how a director writes one is in `providers`.
"""

import re
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, model_validator

from videofactory.domain.brand import HexColour
from videofactory.domain.value import Value

MAX_WORDS_PER_SECOND = 3.2
LENGTH_TOLERANCE = 0.10
MAX_SCENES = 60
SceneId = Annotated[str, Field(pattern=r"^scene-[0-9]{2,3}$")]
SceneSeconds = Annotated[float, Field(ge=1.0, le=60.0)]


def scene_id(number: int) -> str:
    """`scene-01` for 1."""
    return f"scene-{number:02d}"


def scene_number(scene: str) -> int:
    """1 for `scene-01`."""
    return int(scene.removeprefix("scene-"))


class Camera(StrEnum):
    """Camera movements every video engine understands in words and the embedded one performs."""

    STATIC = "static"
    PUSH_IN = "push_in"
    PULL_OUT = "pull_out"
    PAN_LEFT = "pan_left"
    PAN_RIGHT = "pan_right"
    TILT_UP = "tilt_up"
    TILT_DOWN = "tilt_down"
    ORBIT = "orbit"


class Layout(StrEnum):
    """How the frame is filled: one picture, a subject over a background, or panes side by side."""

    SINGLE = "single"
    COMPOSITE = "composite"
    SPLIT_SCREEN = "split_screen"


_THREE = re.compile(r"\b(?:three|3)[ -](?:panes?|panels?|parts?|pictures?|way)\b|\btriptych\b", re.IGNORECASE)
_TWO = re.compile(r"\b(?:two|2)[ -](?:panes?|panels?|parts?|pictures?|way)\b|\bdiptych\b|\bhalves\b", re.IGNORECASE)


def panes_for(prompt: str, *, pictures: int) -> Literal[2, 3]:
    """How many panes a split screen has: as its prompt says, else three where that many pictures are to be shown, else two."""
    if _TWO.search(prompt):
        return 2
    return 3 if _THREE.search(prompt) or pictures >= 3 else 2  # noqa: PLR2004 - a pane for each picture


class Split(Value):
    """How a split screen is parted: into how many panes, and the colour of the lines between them (`None`: they meet)."""

    panes: Literal[2, 3] = 2
    divider: HexColour | None = None


class Transition(StrEnum):
    """How a scene follows the one before it."""

    CUT = "cut"
    CROSSFADE = "crossfade"
    FADE_BLACK = "fade_black"
    WIPE = "wipe"
    SLIDE = "slide"


class Route(Value):
    """Which video engine makes a scene, and why, in words."""

    engine: str
    reason: str


UNROUTED = Route(engine="", reason="")
"""What a director writes: who makes the picture is decided after the script, so that a new key never rewrites a script."""


class Scene(Value):
    """One shot of the script.

    `narration` is spoken (may be empty); `on_screen_text` is drawn over the picture at the cut; `prompt`, `camera` and
    `lighting` describe the picture; `invariants` must all stand in the prompt; `characters` are identity tags; `sound` is the
    prompt of the scene's effect (empty: none); `seconds` is the planned length; `transition` is how the scene begins;
    `last_frame` asks for a second still; `own_sound` keeps the sound the engine made.
    """

    id: SceneId
    narration: str = ""
    on_screen_text: str = ""
    prompt: str
    camera: Camera = Camera.PUSH_IN
    lighting: str = ""
    invariants: tuple[str, ...] = ()
    characters: tuple[str, ...] = ()
    layout: Layout = Layout.SINGLE
    sound: str = ""
    seconds: SceneSeconds
    transition: Transition = Transition.CROSSFADE
    route: Route = UNROUTED
    last_frame: bool = False
    own_sound: bool = False

    @property
    def words(self) -> int:
        """Number of spoken words."""
        return len(self.narration.split())


class Script(Value):
    """A whole script. Scene ids are unique; their order in the tuple is the order in the film."""

    title: str
    description: str
    tags: tuple[str, ...] = ()
    language: str = "en"
    music: str = ""
    call_to_action: str = ""
    scenes: tuple[Scene, ...] = Field(min_length=1, max_length=MAX_SCENES)

    @model_validator(mode="after")
    def _ids_are_unique(self) -> "Script":
        ids = [scene.id for scene in self.scenes]
        if len(set(ids)) != len(ids):
            message = f"scene ids must be unique, got {', '.join(ids)}"
            raise ValueError(message)
        return self

    @property
    def seconds(self) -> float:
        """Planned length of the film in seconds."""
        return sum(scene.seconds for scene in self.scenes)

    def scene(self, scene: str) -> Scene:
        """The scene with this id. Raises `KeyError`."""
        for candidate in self.scenes:
            if candidate.id == scene:
                return candidate
        raise KeyError(scene)


class SceneRewrite(Value):
    """What a director may change of a scene when a reviewer asks for it. Words and length stay the reviewer's."""

    prompt: str
    camera: Camera
    lighting: str
    layout: Layout
    reply: str = ""
