"""The brief: what a person asks for. The same model is filled from YAML, JSON and (later) Notion rows.

Raw images are paths or URLs here; once taken in, a project carries `Artifact`s instead (see `TakenIn`).
Reading files, fetching and checking images is intake's work, not done here.
"""

from typing import Annotated, Literal

from pydantic import Field

from videofactory.domain.fingerprint import identity_tag
from videofactory.domain.footage import Artifact, Aspect
from videofactory.domain.money import Usd
from videofactory.domain.script import MAX_SCENES, Camera, Layout, SceneSeconds, Transition
from videofactory.domain.value import Value

MAX_TITLE = 200
MAX_TEXT = 20_000
MAX_IMAGES = 10
MAX_CHARACTERS = 8
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
ImageSource = Annotated[str, Field(min_length=1, max_length=2000)]


class Character(Value):
    """Somebody who appears in several scenes and must look the same in each."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    description: Annotated[str, Field(max_length=1000)] = ""
    images: Annotated[tuple[ImageSource, ...], Field(max_length=MAX_IMAGES)] = ()

    @property
    def tag(self) -> str:
        """The identity tag put into every prompt the character appears in."""
        return identity_tag(self.name, self.description)


class Rights(Value):
    """What we may use and by whose leave, in the writer's words; empty rights stop publishing."""

    images: str = ""
    music: str = ""
    likeness: str = ""


class GivenScene(Value):
    """A scene, or part of one, that the brief brings along. What is given is kept to the letter, `None` is the director's."""

    narration: Annotated[str, Field(max_length=2000)] | None = None
    on_screen_text: Annotated[str, Field(max_length=200)] | None = None
    prompt: Annotated[str, Field(max_length=2000)] | None = None
    camera: Camera | None = None
    lighting: Annotated[str, Field(max_length=500)] | None = None
    layout: Layout | None = None
    sound: Annotated[str, Field(max_length=500)] | None = None
    seconds: SceneSeconds | None = None
    transition: Transition | None = None
    engine: str | None = None
    characters: tuple[str, ...] | None = None
    last_frame: bool | None = None
    own_sound: bool | None = None


class Brief(Value):
    """A validated request for one video. Only `channel`, `title`, `text` and one image are required.

    `seconds` (3–600) is the asked length of the film; `scenes` the asked number; what is absent the director chooses.
    """

    channel: Annotated[str, Field(min_length=1, max_length=80)]
    title: Annotated[str, Field(min_length=1, max_length=MAX_TITLE)]
    text: Annotated[str, Field(min_length=1, max_length=MAX_TEXT)]
    images: Annotated[tuple[ImageSource, ...], Field(min_length=1, max_length=MAX_IMAGES)]
    characters: Annotated[tuple[Character, ...], Field(max_length=MAX_CHARACTERS)] = ()
    style: str | None = None
    aspects: Annotated[tuple[Aspect, ...], Field(min_length=1, max_length=3)] | None = None
    seconds: Annotated[float, Field(ge=3, le=600)] | None = None
    scenes: Annotated[int, Field(ge=1, le=MAX_SCENES)] | None = None
    engine: str | None = None
    language: Language | None = None
    budget_usd: Annotated[Usd, Field(ge=0)] | None = None
    rights: Rights = Rights()
    script: Annotated[tuple[GivenScene, ...], Field(max_length=MAX_SCENES)] = ()


class CharacterTakenIn(Value):
    """A character with its pictures in the store."""

    name: str
    description: str
    tag: str
    images: tuple[Artifact, ...] = ()


class TakenIn(Value):
    """A brief whose pictures are in the store and whose open choices are settled from the channel: the `brief` asset's value.

    `version` counts how often the source changed the brief.
    """

    project: str
    version: int = 1
    brief: Brief
    images: tuple[Artifact, ...] = Field(min_length=1)
    characters: tuple[CharacterTakenIn, ...] = ()
    language: str
    style: str
    aspects: tuple[Aspect, ...]
    source_kind: Literal["file", "notion", "api"] = "file"
