"""How a channel's briefs and scenes lie in Notion: which property holds what, which kinds it may have, which options it needs.

Reading and writing rows is `providers.notion`; comparing this with what a workspace really has is `studio.notion_setup`.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

from pydantic import Field

from videofactory.domain.project import ProjectState
from videofactory.domain.review import Light
from videofactory.domain.value import Value

PropertyName = Annotated[str, Field(min_length=1, max_length=200)]


class BriefProperties(Value):
    """The names of the properties of a row that is a brief. What we read comes first, what we write back begins at `state`.

    The trigger stands in `status`, which is never written by us, so our own writes start nothing.
    """

    title: PropertyName = "Name"
    text: PropertyName = "Brief"
    images: PropertyName = "Brand"
    status: PropertyName = "Status"
    seconds: PropertyName = "Seconds"
    scenes: PropertyName = "Scenes"
    style: PropertyName = "Style"
    engine: PropertyName = "Engine"
    language: PropertyName = "Language"
    aspects: PropertyName = "Formats"
    budget_usd: PropertyName = "Budget USD"
    rights_images: PropertyName = "Image rights"
    rights_music: PropertyName = "Music rights"
    rights_likeness: PropertyName = "Likeness rights"
    state: PropertyName = "Production"
    cost_usd: PropertyName = "Cost USD"
    problem: PropertyName = "Problem"
    film: PropertyName = "Film"
    film_light: PropertyName = "Film light"
    film_feedback: PropertyName = "Film feedback"
    video: PropertyName = "Video"
    project: PropertyName = "Project"


class SceneProperties(Value):
    """The names of the properties of a scene's row. People write `light`, `feedback`, `prompt` and `narration`, we the rest.

    `key` is our own id of the row (project and scene), by which a row is found again whose creation was not answered.
    """

    title: PropertyName = "Scene"
    key: PropertyName = "Key"
    brief: PropertyName = "Brief"
    number: PropertyName = "Number"
    preview: PropertyName = "Preview"
    prompt: PropertyName = "Prompt"
    narration: PropertyName = "Narration"
    price_usd: PropertyName = "Price USD"
    light: PropertyName = "Light"
    feedback: PropertyName = "Feedback"
    answer: PropertyName = "Answer"


BRIEF_KINDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "title": ("title",),
        "text": ("rich_text",),
        "images": ("files", "url"),
        "status": ("select", "status"),
        "seconds": ("number",),
        "scenes": ("number",),
        "style": ("select", "rich_text"),
        "engine": ("select", "rich_text"),
        "language": ("select", "rich_text"),
        "aspects": ("multi_select",),
        "budget_usd": ("number",),
        "rights_images": ("rich_text", "select"),
        "rights_music": ("rich_text", "select"),
        "rights_likeness": ("rich_text", "select"),
        "state": ("select",),
        "cost_usd": ("number",),
        "problem": ("rich_text",),
        "film": ("files", "url"),
        "film_light": ("select",),
        "film_feedback": ("rich_text",),
        "video": ("url",),
        "project": ("rich_text",),
    }
)
"""Which kinds of Notion's a brief's property may have; the first is the one created."""
SCENE_KINDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "title": ("title",),
        "key": ("rich_text",),
        "brief": ("relation",),
        "number": ("number",),
        "preview": ("files",),
        "prompt": ("rich_text",),
        "narration": ("rich_text",),
        "price_usd": ("number",),
        "light": ("select",),
        "feedback": ("rich_text",),
        "answer": ("rich_text",),
    }
)
"""The same of a scene."""
STATES: Mapping[ProjectState, str] = MappingProxyType(
    {state: state.value.replace("_", " ").capitalize() for state in ProjectState}
)
"""The options of `state`, as editors read them."""
LIGHTS: Mapping[Light, str] = MappingProxyType({light: light.value.capitalize() for light in Light})
"""The options of `light` and `film_light`."""


class NotionSettings(Value):
    """Where this channel's briefs live in Notion: their data source, the status that starts a row, the scenes' data source."""

    data_source: str = ""
    trigger: PropertyName = "Ready"
    properties: BriefProperties = BriefProperties()
    scenes: str = ""
    scene_properties: SceneProperties = SceneProperties()

    def brief_options(self) -> dict[str, tuple[str, ...]]:
        """Which options the properties of a brief must offer, by our name of the property."""
        return {"status": (self.trigger,), "state": tuple(STATES.values()), "film_light": tuple(LIGHTS.values())}

    def scene_options(self) -> dict[str, tuple[str, ...]]:
        """The same of a scene."""
        return {"light": tuple(LIGHTS.values())}
