"""A model's script becomes a `Script`: what the brief gives stays to the letter, tokens stand in every prompt, the rules hold.

What can be mended without asking is mended here (tokens, seconds, tags); what only the model can mend is raised as `Unfit`.
"""

import re
from collections.abc import Iterator

from pydantic import Field

from videofactory.domain.brief import GivenScene
from videofactory.domain.script import MAX_SCENES, UNROUTED, Camera, Layout, Route, Scene, Script, Transition, scene_id
from videofactory.domain.script_checks import MAX_SCRIPT_TITLE
from videofactory.providers.direction.languages import language_problems
from videofactory.providers.direction.pacing import paced
from videofactory.providers.direction.script_problems import expected_scenes, given_scene, script_problems
from videofactory.providers.direction.shapes import AnswerShape, Unfit, read
from videofactory.providers.embedded.director.pictures import invariants_of, with_tokens
from videofactory.providers.embedded.director.screenplay import NAMED_BY_BRIEF
from videofactory.providers.embedded.director.titles import LONGEST_TAG, MAX_TAG_CHARACTERS, MAX_TAGS
from videofactory.providers.roles import ScriptRequest

LONGEST_LINE = 60
"""Characters of an on-screen text beyond which it no longer stands in the frame; the prompt asks for 40."""
_SPACE = re.compile(r"\s+")


class WrittenScene(AnswerShape):
    """One scene as a model writes it."""

    narration: str = Field(description="spoken, in the film's language; may be empty")
    on_screen_text: str = Field(description="at most 40 characters; often empty")
    prompt: str = Field(description="the picture, in English")
    camera: Camera
    lighting: str
    layout: Layout
    sound: str = Field(description="one sound effect in English; often empty")
    seconds: float
    transition: Transition
    characters: tuple[str, ...] = Field(description="tags of who appears")


class WrittenScript(AnswerShape):
    """A script as a model writes it."""

    title: str = Field(description=f"at most {MAX_SCRIPT_TITLE} characters")
    description: str
    tags: tuple[str, ...]
    music: str
    call_to_action: str
    scenes: tuple[WrittenScene, ...]


def script_of(text: str, *, request: ScriptRequest) -> Script:
    """The script in a model's answer to this request, fit for production. Raises `Unfit` with every problem."""
    written = read(text, shape=WrittenScript)
    if problems := tuple(_broken(written, request=request)):
        raise Unfit(problems)
    script = Script(
        title=_line(written.title),
        description=written.description,
        tags=_tags(written.tags),
        language=request.language,
        music=_line(written.music),
        call_to_action=request.call_to_action.strip() or _line(written.call_to_action),
        scenes=paced(_scenes(written, request=request), request=request),
    )
    if broken := script_problems(script, request=request):
        raise Unfit(broken)
    return script


def _broken(written: WrittenScript, *, request: ScriptRequest) -> Iterator[str]:
    """What is wrong with the answer before anything given is laid over it."""
    least, most = expected_scenes(request)
    number = len(written.scenes)
    if not least <= number <= most:
        wanted = f"exactly {least}" if least == most else f"{least} to {MAX_SCENES}"
        yield f"There are {number} scenes, {wanted} are asked for: add or drop scenes."
    for name in ("title", "description", "music"):
        if not getattr(written, name):
            yield f"{name} is empty: write it."
    for index, scene in enumerate(written.scenes[:most]):
        own = given_scene(request, index=index)
        if not scene.prompt and own.prompt is None:
            yield f"scenes.{index}.prompt is empty: describe the picture."
        if len(scene.on_screen_text) > LONGEST_LINE and own.on_screen_text is None:
            yield f"scenes.{index}.on_screen_text has {len(scene.on_screen_text)} characters: shorten it to at most 40."
    said = [scene.narration for index, scene in enumerate(written.scenes) if given_scene(request, index=index).narration is None]
    if said and not any(said):
        yield "No scene speaks: write narration."
    prompts = [scene.prompt for index, scene in enumerate(written.scenes) if given_scene(request, index=index).prompt is None]
    yield from language_problems(prompts=prompts, spoken=said, language=request.language)


def _scenes(written: WrittenScript, *, request: ScriptRequest) -> tuple[Scene, ...]:
    return tuple(
        _scene(scene, index=index, own=given_scene(request, index=index), request=request)
        for index, scene in enumerate(written.scenes)
    )


def _scene(written: WrittenScene, *, index: int, own: GivenScene, request: ScriptRequest) -> Scene:
    """One scene with what is given laid over it, and every token in a prompt that nobody gave."""
    cast = _cast(written, own=own, request=request)
    invariants = invariants_of(request.brand)
    prompt = own.prompt if own.prompt is not None else with_tokens(written.prompt, invariants=invariants, tags=cast)
    scene = {
        **written.model_dump(exclude={"characters"}),
        "narration": _line(written.narration),
        "on_screen_text": _line(written.on_screen_text),
        "seconds": min(60.0, max(1.0, written.seconds)),
        "transition": written.transition if index else Transition.CUT,
        "id": scene_id(index + 1),
        "prompt": prompt,
        "invariants": tuple(token for token in invariants if token in prompt),
        "characters": tuple(tag for tag in cast if tag in prompt or own.characters is not None),
        "route": UNROUTED if own.engine is None else Route(engine=own.engine, reason=NAMED_BY_BRIEF),
    }
    return Scene.model_validate(scene | {name: value for name, value in own if value is not None and name in _TO_THE_LETTER})


_TO_THE_LETTER = frozenset(GivenScene.model_fields) - {"engine", "characters"}
"""What a brief gives as it stands in the scene; an engine becomes a route, characters' names become tags."""


def _cast(written: WrittenScene, *, own: GivenScene, request: ScriptRequest) -> tuple[str, ...]:
    """Tags of who appears: those the brief names for the scene, else those the model lists or names in the picture."""
    tags = {name.casefold(): tag for tag, name in request.characters.items()}
    if own.characters is not None:
        return tuple(dict.fromkeys(tags.get(name.casefold(), name) for name in own.characters))
    listed = {tags.get(one.casefold(), one) for one in written.characters}
    return tuple(tag for tag, name in request.characters.items() if tag in listed or _shows(written.prompt, name=name, tag=tag))


def _shows(prompt: str, *, name: str, tag: str) -> bool:
    return tag in prompt or bool(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", prompt, re.IGNORECASE))


def _line(text: str) -> str:
    return _SPACE.sub(" ", text).strip()


def _tags(written: tuple[str, ...]) -> tuple[str, ...]:
    """The first tags that platforms take: no marks, none twice, within their number and length."""
    chosen: list[str] = []
    for tag in dict.fromkeys(_line(one.replace("#", " ")) for one in written):
        room = MAX_TAG_CHARACTERS - sum(map(len, chosen))
        if 0 < len(tag) <= min(LONGEST_TAG, room) and len(chosen) < MAX_TAGS:
            chosen.append(tag)
    return tuple(chosen)
