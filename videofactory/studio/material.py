"""The values that travel between assets: what each station hands to the next. Media travels as artifacts inside them."""

from pydantic import Field

from videofactory.domain.brand import BrandAnalysis
from videofactory.domain.footage import Artifact, Aspect, Box, Clip, Frame, Pane, Sound, Speech, Still
from videofactory.domain.money import ZERO, Usd
from videofactory.domain.script import Script
from videofactory.domain.timeline import Timeline
from videofactory.domain.value import Value
from videofactory.media.quality.report import Finding
from videofactory.providers.roles import Message


class Analysed(Value):
    """`brand_analysis`: the reading of the first brand image, by which engine."""

    analysis: BrandAnalysis
    image: Artifact
    engine: str
    cost_usd: Usd = ZERO


class StyleReference(Value):
    """`style_reference`: a clean derivative of the brand image, with the seed that made it."""

    still: Still
    strength: float
    seed: int
    engine: str
    cost_usd: Usd = ZERO


class ScriptVersion(Value):
    """`script`: the script as it stands after `entries` review entries, with each scene's take and its conversation."""

    script: Script
    written: tuple[str, ...]
    entries: int = 0
    takes: dict[str, int]
    conversations: dict[str, tuple[Message, ...]] = Field(default_factory=dict)
    findings: tuple[str, ...] = ()
    engine: str
    cost_usd: Usd = ZERO


class ScenePreview(Value):
    """The stills of one take of one scene, and how near they are to the brand (0 near … 1 far) and how sharp (0..1).

    `focus` is the subject's box in the first one, `panes` are those of a split screen: told by who drew it, else measured.
    """

    scene: str
    take: int
    first: Still
    last: Still | None = None
    palette_distance: float
    sharpness: float
    focus: Box | None = None
    panes: tuple[Pane, ...] = ()
    engine: str
    cost_usd: Usd = ZERO


class Previews(Value):
    """`scene_previews`: one preview for each scene, by scene id."""

    scenes: dict[str, ScenePreview]
    entries: int


class SceneSpeech(Value):
    """What is spoken in one scene; `speech` is absent where the scene is silent."""

    scene: str
    text: str
    speech: Speech | None
    engine: str
    cost_usd: Usd = ZERO


class Narration(Value):
    """`narration`: speech for each scene, by scene id."""

    scenes: dict[str, SceneSpeech]
    entries: int


class SceneClip(Value):
    """The moving picture of one scene: from which take, in the film's format, as long as was bought; what is wrong.

    `fallback` says why another engine than the route's made it, `remarks` what the engine could not follow.
    """

    scene: str
    take: int
    clip_take: int
    clip: Clip
    findings: tuple[str, ...] = ()
    engine: str
    cost_usd: Usd = ZERO
    fallback: str = ""
    remarks: tuple[str, ...] = ()


class Clips(Value):
    """`scene_clips`: one clip for each scene, by scene id; made knowing the review log up to `entries`."""

    frame: Frame
    entries: int
    scenes: dict[str, SceneClip]


class Effects(Value):
    """`sound_effects`: one sound for each scene that asks for one, by scene id."""

    scenes: dict[str, Sound]
    engine: str
    cost_usd: Usd = ZERO


class Music(Value):
    """`music`: one bed for the whole film."""

    sound: Sound
    prompt: str
    engine: str
    cost_usd: Usd = ZERO


class CutPlan(Value):
    """`timeline`: the film in frames for each aspect ratio (the first is the main one), and its OpenTimelineIO file."""

    timelines: dict[Aspect, Timeline]
    otio: Artifact
    entries: int


class Exhibit(Value):
    """One thing found wrong with a film, and a small picture of the moment where there is one."""

    finding: Finding
    picture: Artifact | None = None


class Master(Value):
    """One finished file, and what was measured of it; `exhibits` are the findings in full, in the same order."""

    aspect: Aspect
    film: Artifact
    seconds: float
    findings: tuple[str, ...]
    measures: dict[str, float | str]
    exhibits: tuple[Exhibit, ...] = ()


class FinalCut(Value):
    """`final_cut`: the masters (the first is the main one), captions, thumbnail; all in the store."""

    masters: tuple[Master, ...] = Field(min_length=1)
    srt: Artifact
    vtt: Artifact
    thumbnail: Artifact
    sheet: Artifact
    entries: int

    @property
    def findings(self) -> tuple[str, ...]:
        """All that the quality checks found wrong, in words."""
        return tuple(f"{master.aspect}: {words}" for master in self.masters for words in master.findings)


class Published(Value):
    """`youtube_video`: the film's video, which steps are done, and when YouTube opens it (ISO 8601 in UTC; empty: at once)."""

    film: Artifact
    video_id: str
    url: str
    publish_at: str = ""
    privacy: str
    steps: tuple[str, ...]
