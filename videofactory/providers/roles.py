"""The roles an engine can fill: one narrow abstract class each, one frozen request each, one shape of receipt.

A request's JSON is what an engine's answer depends on, so it is what a call's fingerprint is made of: it names its input
media by artifact (hash), never by path. The engine opens them through the `Shelf` it is handed.
Who fills a role for a channel is decided in `studio.engines`; how a call is paid once is `studio.purchase`.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import Field

from videofactory.domain.brand import BrandAnalysis
from videofactory.domain.brief import GivenScene
from videofactory.domain.errors import EngineFailed, OutcomeUnknown
from videofactory.domain.footage import Artifact, Box
from videofactory.domain.money import ZERO
from videofactory.domain.script import Camera, Layout, Scene, SceneSeconds, Split
from videofactory.domain.value import Value

Role = Literal["analyst", "director", "stills", "video", "voice", "effects", "music"]
RequestT = TypeVar("RequestT", bound="Request")
Shelf = Callable[[Artifact], Path]


@dataclass(frozen=True)
class Payload:
    """One file an engine made: its bytes and media type."""

    content: bytes
    media_type: str


@dataclass(frozen=True)
class Link:
    """One file an engine made, where it lies for a while: fetched at once by who buys, and asked for again when the link is dead.

    `headers` are needed to fetch it (a key, perhaps); they are in no text.
    """

    url: str
    media_type: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Delivered:
    """The engine is done: its files by name, as bytes or as links, and what it charged in US dollars (`None`: as reserved).

    `remarks` are words of the engine that a person should see (a wish it could not follow, a prompt it rewrote).
    """

    files: Mapping[str, Payload] = field(default_factory=dict)
    links: Mapping[str, Link] = field(default_factory=dict)
    cost_usd: Decimal | None = None
    remarks: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Pending:
    """The engine took the job and works on it; ask again for `external_id` after `wait` seconds."""

    external_id: str
    wait: float = 5.0


Receipt = Delivered | Pending


@dataclass(frozen=True)
class Sought:
    """A request whose answer was lost: our id for it, its canonical JSON, and when it was sent (UTC)."""

    token: str
    request: str
    sent_at: datetime


class Request(Value):
    """What every request has: the model's own seed (0 where the engine takes none)."""

    seed: Annotated[int, Field(ge=0)] = 0


class AnalysisRequest(Request):
    """Read a brand image. Delivered as file `analysis`, JSON of `BrandAnalysis`."""

    image: Artifact
    title: str = ""
    language: str = "en"


class ScriptRequest(Request):
    """Write a script. Delivered as file `script`, JSON of `Script`.

    `given[i]` belongs to scene i+1 and is kept to the letter; a scene that names an engine gets a route, all others stay
    `UNROUTED`. `characters` maps identity tags to names.
    """

    title: str
    text: str
    channel_name: str
    language: str
    brand: BrandAnalysis
    style_prompt: str
    music: str = ""
    call_to_action: str = ""
    seconds: float | None = None
    scenes: int | None = None
    given: tuple[GivenScene, ...] = ()
    characters: dict[str, str] = {}


class Message(Value):
    """One turn of the conversation about a scene."""

    who: Literal["reviewer", "director"]
    text: str


class RewriteRequest(Request):
    """Rewrite one scene's picture. Delivered as file `rewrite`, JSON of `SceneRewrite`.

    `light` is yellow (follow the last message) or red (a fresh idea; messages optional).
    """

    scene: Scene
    brand: BrandAnalysis
    style_prompt: str
    light: Literal["yellow", "red"]
    conversation: tuple[Message, ...] = ()
    language: str = "en"


class StillRequest(Request):
    """Draw one picture. Delivered as file `still`, PNG; an engine that knows where it put things adds `parts`, JSON of `Parts`.

    `references[0]` is the brand image or its style reference; `strength` 0 keeps it, 1 ignores it; `palette` are hex colours
    by falling weight; `focus` the subject's box in the first reference; `moment` says which end of the scene is drawn.
    `purpose` style_reference asks for a clean derivative of the reference itself. `split` belongs to a split screen.
    """

    prompt: str
    width: int
    height: int
    references: tuple[Artifact, ...] = ()
    palette: tuple[str, ...] = ()
    focus: Box | None = None
    layout: Layout = Layout.SINGLE
    camera: Camera = Camera.STATIC
    lighting: str = ""
    strength: Annotated[float, Field(ge=0, le=1)] = 0.4
    purpose: Literal["preview", "style_reference"] = "preview"
    moment: Literal["first", "last"] = "first"
    # where it says nothing it is not in the JSON either: a request of before keeps its fingerprint, and is not bought anew
    split: Split | None = Field(default=None, exclude_if=lambda split: split is None)


class VideoRequest(Request):
    """Move one picture. Delivered as file `clip`, MP4 of exactly `seconds` at `fps` (or the engine's own rate).

    `references` are pictures of what must keep its looks (characters, the product); engines without the capability
    `references` are given none. `panes` are a split screen's in the first frame, for engines with the capability of that name.
    """

    prompt: str
    first_frame: Artifact
    last_frame: Artifact | None = None
    references: tuple[Artifact, ...] = ()
    seconds: SceneSeconds
    width: int
    height: int
    fps: int = 30
    camera: Camera = Camera.PUSH_IN
    layout: Layout = Layout.SINGLE
    own_sound: bool = False
    panes: tuple[Box, ...] = Field(default=(), exclude_if=lambda panes: not panes)  # as with `StillRequest.split`


class SpeechRequest(Request):
    """Speak a text. Delivered as files `speech` (WAV) and `words` (JSON list of `Word`)."""

    text: str
    language: str
    voice: str = ""
    rate: float = 1.0
    pronunciation: dict[str, str] = {}


class EffectRequest(Request):
    """Make a sound effect. Delivered as file `effect`, WAV."""

    prompt: str
    seconds: float


class MusicRequest(Request):
    """Make a music bed. Delivered as file `music`, WAV of `seconds`."""

    prompt: str
    seconds: float


class Engine(ABC, Generic[RequestT]):
    """One engine in one role: `id` is its name in channel files, `model` what exactly answers (part of the fingerprint)."""

    id: str
    model: str
    resend_is_free: bool = False
    """True where sending again after a lost answer costs nothing or next to nothing (text, speech, stills, embedded)."""
    findable_for: float = 0.0
    """Seconds after sending during which a look-up that finds nothing is asked again before it counts."""
    metered: bool = False
    """True for bought engines: limits, breaker and retries stand in front of them. The embedded ones need none."""
    room: int | None = None
    """How many of our calls the engine takes at once; `None`: as many as we like."""
    rate: tuple[int, float] | None = None
    """At most so many requests within so many seconds, as its documentation says."""

    @property
    def identity(self) -> str:
        """Who is asked, and as whom: frozen in the ledger when a call is sent, so that its job is never sought elsewhere."""
        return f"{self.id}/{self.model}"

    def model_for(self, request: RequestT) -> str:  # noqa: ARG002 - most engines answer everything in the same way
        """What exactly answers this request, as far as the answer depends on it (a model, the version of a prompt)."""
        return self.model

    def price(self, request: RequestT) -> Decimal:  # noqa: ARG002 - the embedded engines cost nothing whatever is asked
        """The most this request can cost, in US dollars."""
        return ZERO

    @abstractmethod
    def submit(self, request: RequestT, *, shelf: Shelf, token: str) -> Receipt:
        """Send the request once; `token` is our own id for it.

        Raises `Passing` only when it is certain that nothing was accepted, `OutcomeUnknown` when it may have been, `Refused` for
        the content, `EngineRejected` for our own fault, `EngineFailed` for the engine's.
        """

    def poll(self, external_id: str) -> Receipt:
        """Ask how the job goes."""
        message = f"{self.id} answers at once and has no job {external_id!r} to ask about."
        raise EngineFailed(message, remedy="Look at the call with 'videofactory calls'.")

    def job_named(self, report: Mapping[str, Any]) -> str:  # noqa: ARG002 - most engines report nothing
        """The job an engine's own report (a callback's JSON) speaks of, as `poll` takes it; empty when it names none."""
        return ""

    def find(self, sought: Sought) -> Receipt | None:  # noqa: ARG002 - engines without a look-up know nothing of a token
        """What became of a request whose answer was lost.

        The receipt when it is found; `None` where the engine proves that it never arrived. Raises `OutcomeUnknown` when it is not
        found and that proves nothing, `Passing` when the look-up itself failed.
        """
        raise OutcomeUnknown(f"{self.id} cannot look a request up by our id.")


class Analyst(Engine[AnalysisRequest]):
    """Reads a brand image."""


class Director(Engine[ScriptRequest | RewriteRequest]):
    """Writes scripts and rewrites scenes."""


class StillEngine(Engine[StillRequest]):
    """Draws pictures."""


class VideoEngine(Engine[VideoRequest]):
    """Moves pictures. `can` are its capabilities, in the words of `providers.registry.Capability`."""

    max_seconds: float = 60.0
    can: frozenset[str] = frozenset({"first_frame", "last_frame", "seed"})

    def sold_seconds(self, seconds: float) -> float:
        """The shortest length this engine sells that is not shorter than `seconds` (whole seconds here)."""
        return float(-int(-seconds // 1))


class Voice(Engine[SpeechRequest]):
    """Speaks."""


class SoundEngine(Engine[EffectRequest]):
    """Makes sound effects."""


class Composer(Engine[MusicRequest]):
    """Makes music."""
