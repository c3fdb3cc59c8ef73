"""Material of a film: artifacts in the store and what is known of them (stills, clips, speech, sounds).

Sizes are pixels, times are seconds as floats, counts of frames are integers.
"""

from typing import Annotated, Literal

from pydantic import Field

from videofactory.domain.value import Value

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Aspect = Literal["16:9", "9:16", "1:1"]
Unit = Annotated[float, Field(ge=0.0, le=1.0)]


class Artifact(Value):
    """A file in the store, named by the SHA-256 of its bytes. It never changes."""

    sha256: Sha256
    media_type: str
    size: Annotated[int, Field(ge=0)]


class Frame(Value):
    """A picture format: width and height in pixels (even numbers), frames per second."""

    width: Annotated[int, Field(ge=16, le=7680, multiple_of=2)] = 1920
    height: Annotated[int, Field(ge=16, le=7680, multiple_of=2)] = 1080
    fps: Annotated[int, Field(ge=1, le=120)] = 30

    @classmethod
    def of(cls, aspect: Aspect, *, short_side: int = 1080, fps: int = 30) -> "Frame":
        """The frame of an aspect ratio whose shorter side is `short_side` pixels: 1080 gives 1920x1080 for 16:9."""
        long_side = round(short_side * 16 / 9 / 2) * 2
        width, height = {"16:9": (long_side, short_side), "9:16": (short_side, long_side), "1:1": (short_side, short_side)}[
            aspect
        ]
        return cls(width=width, height=height, fps=fps)


class Box(Value):
    """A rectangle in shares of the picture (0..1): left, top, width, height."""

    x: Unit
    y: Unit
    width: Unit
    height: Unit


class Pane(Value):
    """One pane of a split screen: its place in the picture, and the place of its subject, both in shares of the whole picture.

    `heart` is what must be seen of a subject that cannot be shown whole: a person's face from hair to chin, of several people
    all theirs; of a thing the point that draws the eye most. `None`: its middle.
    """

    box: Box
    focus: Box
    heart: Box | None = None


class Parts(Value):
    """Where the parts of a picture are, told by who drew it: the subject (in shares of the picture), or the panes in order."""

    focus: Box | None = None
    panes: tuple[Pane, ...] = ()


class Still(Value):
    """One picture."""

    artifact: Artifact
    width: int
    height: int


class Clip(Value):
    """One moving picture without sound (unless asked for), constant frame rate."""

    artifact: Artifact
    width: int
    height: int
    fps: int
    frames: int

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return self.frames / self.fps


class Word(Value):
    """One spoken word as it is written, with its start and end in seconds from the start of the speech."""

    text: str
    start: Annotated[float, Field(ge=0)]
    end: Annotated[float, Field(ge=0)]


class Speech(Value):
    """Spoken narration of one scene: a sound file and the times of its words."""

    artifact: Artifact
    seconds: float
    words: tuple[Word, ...]


class Sound(Value):
    """One sound file (effect or music)."""

    artifact: Artifact
    seconds: float
