"""A channel: brand, voice, language, style, plan, budgets and publishing slots of one YouTube channel.

The YAML files' shape is SPEC section 11. Reading them and reporting every error of every file is `studio.channels`.
"""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from videofactory.domain.brand import HexColour
from videofactory.domain.brief import Language
from videofactory.domain.footage import Aspect
from videofactory.domain.money import Usd, usd
from videofactory.domain.notion import NotionSettings
from videofactory.domain.timeline import Corner
from videofactory.domain.value import Value

EMBEDDED = "embedded"


class Fonts(Value):
    """Font families, by the names of the fonts in the wheels the product installs."""

    heading: str = "Inter"
    text: str = "Inter"


class Colours(Value):
    """Brand colours; what is absent comes from the brand analysis."""

    primary: HexColour | None = None
    accent: HexColour | None = None

    def accent_beside(self, palette: Sequence[HexColour]) -> HexColour:
        """The accent colour: the channel's own, else the second of the brand's palette."""
        return self.accent or palette[min(1, len(palette) - 1)]


class VoiceChoice(Value):
    """Who speaks: engine, voice id (for the embedded engine an espeak-ng voice or variant), speaking rate (1 = normal)."""

    engine: str = EMBEDDED
    id: str = ""
    rate: Annotated[float, Field(ge=0.5, le=2.0)] = 1.0


class VideoChoice(Value):
    """Which video engines this channel may use, and which when no score decides."""

    default: str = EMBEDDED
    allowed: tuple[str, ...] = (EMBEDDED,)


class EngineChoices(Value):
    """Which engine fills each role."""

    analyst: str = EMBEDDED
    director: str = EMBEDDED
    stills: str = EMBEDDED
    style: str = EMBEDDED
    video: VideoChoice = VideoChoice()
    voice: VoiceChoice = VoiceChoice()
    effects: str = EMBEDDED
    music: str = EMBEDDED


class Budgets(Value):
    """Upper limits in US dollars."""

    project_usd: Annotated[Usd, Field(ge=0)] = usd(20)
    day_usd: Annotated[Usd, Field(ge=0)] = usd(60)
    month_usd: Annotated[Usd, Field(ge=0)] = usd(600)


class CaptionStyle(Value):
    """Burnt-in captions: word by word, line by line, or off (SRT and VTT are always made)."""

    burn_in: Literal["word", "line", "off"] = "line"


class Layouts(Value):
    """How layouts look: split screens with a line of the accent colour between their panes, or without one."""

    divider: Literal["accent", "none"] = "accent"


class ReviewSwitches(Value):
    """Decisions the channel gives in advance."""

    auto_approve: bool = False
    auto_publish: bool = False


class YouTubeSettings(Value):
    """Where and when films are published; `slots` are cron expressions in `time_zone`.

    `title` and `description` are templates (`studio.video_metadata` knows the words in braces); `tags` stand before the script's.
    `per_day` is how many films this channel sends in one of its days at most. Without slots a film is published by hand.
    """

    google_project: str = ""
    slots: tuple[str, ...] = ()
    time_zone: str = "UTC"
    privacy: Literal["public", "unlisted", "private"] = "private"
    category: Annotated[int, Field(ge=1)] = 22
    title: Annotated[str, Field(min_length=1, max_length=200)] = "{title}"
    description: Annotated[str, Field(max_length=4000)] = "{description}\n\n{chapters}"
    tags: tuple[str, ...] = ()
    playlist: str = ""
    made_for_kids: bool = False
    synthetic_media: bool = True
    per_day: Annotated[int, Field(ge=1, le=100)] = 20


class Channel(Value):
    """One channel. `key` is the file's name without ending; only `name` and `language` must be written.

    `logo`: a picture beside the channel's file, shown in `logo_corner` (in another where a face is there) and on the end card.
    """

    key: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,29}$")]
    name: Annotated[str, Field(min_length=1, max_length=100)]
    language: Language
    plan: str = "studio"
    style: str = "clean-explainer"
    fonts: Fonts = Fonts()
    colours: Colours = Colours()
    engines: EngineChoices = EngineChoices()
    budgets: Budgets = Budgets()
    captions: CaptionStyle = CaptionStyle()
    layouts: Layouts = Layouts()
    logo: Annotated[str, Field(max_length=200)] = ""
    logo_corner: Corner = "upper_right"
    review: ReviewSwitches = ReviewSwitches()
    aspects: Annotated[tuple[Aspect, ...], Field(min_length=1, max_length=3)] = ("16:9",)
    pronunciation: dict[str, str] = {}
    call_to_action: Annotated[str, Field(max_length=120)] = ""
    notion: NotionSettings | None = None
    youtube: YouTubeSettings | None = None
    alerts: dict[str, str] = {}


class StylePreset(Value):
    """A named look: `prompt` is the layer put into every prompt; premium ones need a plan that has them."""

    id: str
    name: str
    description: str
    category: str
    prompt: str
    premium: bool = False
    music: str = ""


class Plan(Value):
    """What a channel pays us for: engines (or `*`), premium styles, monthly ceiling in US dollars."""

    id: str
    name: str
    engines: tuple[str, ...]
    premium_styles: bool = False
    month_usd: Usd
