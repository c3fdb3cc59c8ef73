"""The timeline: which frames of which clips, sounds, captions and titles make the film, counted in frames.

All positions and lengths of pictures are whole frames at `frame.fps`; audio cues are in seconds from the film's start.
Its OpenTimelineIO form is written and read by `studio.timeline`.
"""

from typing import Annotated, Literal

from pydantic import Field

from videofactory.domain.brand import HexColour
from videofactory.domain.footage import Artifact, Box, Frame, Word
from videofactory.domain.script import SceneId, Transition
from videofactory.domain.value import Value

MAX_CAPTION_LINE = 42
MAX_CAPTION_LINES = 2
MAX_CAPTION_RATE = 20.0
SLOWEST = 0.85
FrameCount = Annotated[int, Field(ge=0)]


class Shot(Value):
    """One scene in the film.

    `start`: film frame at which its picture is first seen; `frames`: how many film frames it is seen, overlaps included;
    `overlap`: how many of its first frames it shares with the shot before (0 for a cut; for fade_black both shots fade
    through black inside the overlap). `speed`: clip frames used per film frame (`SLOWEST`..1); `hold`: how many of the last
    film frames show the clip's last frame because the clip is shorter. `clip_frames`: length of the clip file.
    """

    scene: SceneId
    clip: Artifact
    clip_frames: Annotated[int, Field(ge=1)]
    start: FrameCount
    frames: Annotated[int, Field(ge=1)]
    overlap: FrameCount = 0
    transition: Transition = Transition.CUT
    speed: Annotated[float, Field(ge=SLOWEST, le=1.0)] = 1.0
    hold: FrameCount = 0
    focus: Box | None = None

    @property
    def end(self) -> int:
        """First film frame after the shot."""
        return self.start + self.frames

    def source_frame(self, film_frame: int) -> int:
        """Which frame of the clip is shown at this frame of the film."""
        wanted = int((film_frame - self.start) * self.speed + 1e-9)
        return min(wanted, self.clip_frames - 1)


class Cue(Value):
    """One sound at one time: `start` in seconds, `gain` in dB."""

    scene: SceneId | None
    artifact: Artifact
    start: Annotated[float, Field(ge=0)]
    seconds: Annotated[float, Field(ge=0)]
    gain: float = 0.0


class Caption(Value):
    """One caption: at most two lines, times in seconds, and its words with their own times (for word-by-word burning in)."""

    start: Annotated[float, Field(ge=0)]
    end: Annotated[float, Field(ge=0)]
    lines: tuple[str, ...] = Field(min_length=1, max_length=MAX_CAPTION_LINES)
    words: tuple[Word, ...] = ()

    @property
    def text(self) -> str:
        """The lines joined by line breaks."""
        return "\n".join(self.lines)


class Title(Value):
    """Text over the picture: `opening` large in the middle third, `lower_third`, or `call_to_action` at the end. Seconds."""

    start: Annotated[float, Field(ge=0)]
    end: Annotated[float, Field(ge=0)]
    text: str
    kind: Literal["opening", "lower_third", "call_to_action"] = "lower_third"


class Look(Value):
    """How text is drawn: font families, colours, the way captions are burnt in, reading direction."""

    heading_font: str = "Inter"
    text_font: str = "Inter"
    primary: HexColour = "#1f2937"
    accent: HexColour = "#f59e0b"
    burn_in: Literal["word", "line", "off"] = "line"
    language: str = "en"


class Timeline(Value):
    """One version of the film. `shots` in film order; `frame` is the format of the master."""

    project: str
    title: str
    frame: Frame
    shots: tuple[Shot, ...] = Field(min_length=1)
    narration: tuple[Cue, ...] = ()
    effects: tuple[Cue, ...] = ()
    music: tuple[Cue, ...] = ()
    captions: tuple[Caption, ...] = ()
    titles: tuple[Title, ...] = ()
    look: Look = Look()

    @property
    def frames(self) -> int:
        """Length of the film in frames."""
        return self.shots[-1].end

    @property
    def seconds(self) -> float:
        """Length of the film in seconds."""
        return self.frames / self.frame.fps
