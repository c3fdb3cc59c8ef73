"""The timeline: which frames of which clips, sounds, captions and titles make the film, counted in frames.

All positions and lengths of pictures are whole frames at `frame.fps`; audio cues are in seconds from the film's start.
Its OpenTimelineIO form is written and read by `studio.timeline`.
"""

from typing import Annotated, Literal

from pydantic import Field

from videofactory.domain.brand import HexColour
from videofactory.domain.footage import Artifact, Box, Frame, Unit, Word
from videofactory.domain.script import SceneId, Transition
from videofactory.domain.value import Value

MAX_CAPTION_LINE = 42
MAX_CAPTION_LINES = 2
MAX_CAPTION_RATE = 20.0
SLOWEST = 0.85
FrameCount = Annotated[int, Field(ge=0)]
EvenPlace = Annotated[int, Field(ge=0, multiple_of=2)]
EvenLength = Annotated[int, Field(ge=2, multiple_of=2)]


class Area(Value):
    """A rectangle in pixels. Even in all figures, so that the halved chroma planes have the same edges."""

    left: EvenPlace
    top: EvenPlace
    width: EvenLength
    height: EvenLength

    @property
    def right(self) -> int:
        """First column behind it."""
        return self.left + self.width

    @property
    def bottom(self) -> int:
        """First row below it."""
        return self.top + self.height


class Window(Value):
    """A part of the clip in a part of the frame.

    `source` (clip pixels) fills `target` (frame pixels). With `inset`, a part of `target`, it is shown whole in there, and the
    rest of `target` is a blurred, darkened extension of the clip: so nothing is cut off, stretched or barred.
    """

    source: Area
    target: Area
    inset: Area | None = None


class Framing(Value):
    """Where each part of a clip goes in a frame of another shape; `divider` is the colour of what no window covers."""

    windows: tuple[Window, ...] = Field(min_length=1)
    divider: HexColour | None = None


class Shot(Value):
    """One scene in the film.

    `start`: film frame at which its picture is first seen; `frames`: how many film frames it is seen, overlaps included;
    `overlap`: how many of its first frames it shares with the shot before (0 for a cut; for fade_black both shots fade
    through black inside the overlap). `speed`: clip frames used per film frame (`SLOWEST`..1); `hold`: how many of the last
    film frames show the clip's last frame because the clip is shorter. `clip_frames`: length of the clip file. `framing`: where
    the clip's parts go, made for exactly this clip's and this film's size; without it the clip fills the frame around `focus`.
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
    framing: Framing | None = None

    @property
    def end(self) -> int:
        """First film frame after the shot."""
        return self.start + self.frames

    def source_frame(self, film_frame: int) -> int:
        """Which frame of the clip is shown at this frame of the film."""
        wanted = int((film_frame - self.start) * self.speed + 1e-9)
        return min(wanted, self.clip_frames - 1)


class Cue(Value):
    """One sound at one time: `start` and `seconds` in the film, `gain` in dB, `speed` as of shots (its pitch stays)."""

    scene: SceneId | None
    artifact: Artifact
    start: Annotated[float, Field(ge=0)]
    seconds: Annotated[float, Field(ge=0)]
    gain: float = 0.0
    speed: Annotated[float, Field(ge=SLOWEST, le=1.0)] = 1.0


CaptionPlace = Literal["lower", "upper", "middle"]
"""Where burnt-in captions stand: above the lower safe edge as usual, below the upper one, or in the middle of the frame."""


class Caption(Value):
    """One caption: at most two lines, times in seconds, and its words with their own times (for word-by-word burning in).

    `place` is the same for all captions of a scene: chosen, when they are burnt in, so that they cover no face.
    """

    start: Annotated[float, Field(ge=0)]
    end: Annotated[float, Field(ge=0)]
    lines: tuple[str, ...] = Field(min_length=1, max_length=MAX_CAPTION_LINES)
    words: tuple[Word, ...] = ()
    place: CaptionPlace = "lower"

    @property
    def text(self) -> str:
        """The lines joined by line breaks."""
        return "\n".join(self.lines)


Corner = Literal["upper_left", "upper_right", "lower_left", "lower_right"]
Place = Literal[
    "upper_left", "upper", "upper_right", "middle_left", "middle", "middle_right", "lower_left", "lower", "lower_right"
]
"""Where in the safe area a title stands."""
COVERING = 0.82
"""Opacity of a title's ground in the channel's colour at which its text can be read over any picture, even a white one."""


class Title(Value):
    """Text over the picture: `opening` large at its side, `lower_third`, or `call_to_action` as the film's end card. Seconds.

    `place` (`None`: the kind's usual one), `scale` (of its usual size), `room` (share of the safe width its lines may take) and
    `shade` (opacity of the ground behind it) are chosen from what is behind it; left alone they suit any picture without faces.
    On an end card `name` is the channel's, and `emblem` the width of its logo in heights (0: none).
    """

    start: Annotated[float, Field(ge=0)]
    end: Annotated[float, Field(ge=0)]
    text: str
    kind: Literal["opening", "lower_third", "call_to_action"] = "lower_third"
    place: Place | None = None
    scale: Annotated[float, Field(gt=0, le=1)] = 1.0
    room: Annotated[float, Field(gt=0, le=1)] = 0.86
    shade: Unit = COVERING
    name: str = ""
    emblem: Annotated[float, Field(ge=0)] = 0.0


class Logo(Value):
    """The channel's logo over film frames [start, stop): `box` in shares of the frame; it comes within `fade` frames.

    With a colour of a `plate` the logo is drawn smaller, on a soft plate of that colour inside the same box.
    """

    artifact: Artifact
    start: FrameCount
    stop: FrameCount
    box: Box
    opacity: Unit = 0.7
    fade: FrameCount = 0
    plate: HexColour | None = None


class Look(Value):
    """How text is drawn: font families, colours, the way captions are burnt in, reading direction."""

    heading_font: str = "Inter"
    text_font: str = "Inter"
    primary: HexColour = "#1f2937"
    accent: HexColour = "#f59e0b"
    burn_in: Literal["word", "line", "off"] = "line"
    language: str = "en"


class Timeline(Value):
    """One version of the film. `shots` in film order; `frame` is the format of the master; `own` are the clips' own sounds."""

    project: str
    title: str
    frame: Frame
    shots: tuple[Shot, ...] = Field(min_length=1)
    narration: tuple[Cue, ...] = ()
    effects: tuple[Cue, ...] = ()
    music: tuple[Cue, ...] = ()
    own: tuple[Cue, ...] = ()
    captions: tuple[Caption, ...] = ()
    titles: tuple[Title, ...] = ()
    logos: tuple[Logo, ...] = ()
    look: Look = Look()

    @property
    def frames(self) -> int:
        """Length of the film in frames."""
        return self.shots[-1].end

    @property
    def seconds(self) -> float:
        """Length of the film in seconds."""
        return self.frames / self.frame.fps
