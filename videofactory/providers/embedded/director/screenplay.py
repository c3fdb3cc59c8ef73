"""Writing a script: the plan of narration becomes scenes with picture, sound, text and route; given fields stay to the letter."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from videofactory.domain.brief import GivenScene
from videofactory.domain.fingerprint import seed_of
from videofactory.domain.script import UNROUTED, Camera, Layout, Route, Scene, Script, Transition, scene_id
from videofactory.providers.embedded.director.narration import Plan, planned
from videofactory.providers.embedded.director.pictures import Mood, invariants_of, layout_for, prompt, shot_for
from videofactory.providers.embedded.director.salience import UNSPACED
from videofactory.providers.embedded.director.timing import shared_seconds, slot
from videofactory.providers.embedded.director.titles import description, film_title, music_prompt, on_screen_lines, tags
from videofactory.providers.embedded.director.vocabulary import Beat, cued, direction
from videofactory.providers.roles import ScriptRequest

NAMED_BY_BRIEF = "the brief names it"
RHYTHM_SECONDS = 2.6
"""Scenes shorter than this follow each other by cuts: a crossfade would eat them."""
SCENES_WITH_FADE, SECONDS_WITH_FADE = 5, 20.0
"""From here on a film is long enough to fade to black before its closing scene."""
WHOOSH_EVERY = 3


@dataclass
class _SoFar:
    """What the scenes already written used, so that the next one differs."""

    camera: Camera | None = None
    layout: Layout = Layout.SINGLE
    sounds: list[str] = field(default_factory=list)


def written(request: ScriptRequest) -> Script:
    """The script for a request; the same request gives the same script."""
    plan = planned(request)
    narrations = _narrations(request, plan=plan)
    fixed = [given.seconds for given in _given(request, count=len(narrations))]
    seconds = shared_seconds(
        [slot(said, fixed=length) for said, length in zip(narrations, fixed, strict=True)], total=plan.seconds
    )
    return Script(
        title=film_title(request),
        description=description(request, call_to_action=plan.call_to_action),
        tags=tags(request),
        language=request.language,
        music=music_prompt(request),
        call_to_action=plan.call_to_action,
        scenes=_scenes(request, plan=plan, narrations=narrations, seconds=seconds),
    )


def _given(request: ScriptRequest, *, count: int) -> list[GivenScene]:
    return [*request.given, *(GivenScene() for _ in range(count - len(request.given)))]


def _narrations(request: ScriptRequest, *, plan: Plan) -> list[str]:
    pairs = zip(_given(request, count=len(plan.narrations)), plan.narrations, strict=True)
    return [given.narration if given.narration is not None else said for given, said in pairs]


def _scenes(request: ScriptRequest, *, plan: Plan, narrations: list[str], seconds: list[float]) -> tuple[Scene, ...]:
    lines = on_screen_lines(request, narrations=narrations, call_to_action=plan.call_to_action)
    given = _given(request, count=len(narrations))
    so_far, scenes = _SoFar(), []
    for index, own in enumerate(given):
        following = given[index + 1].camera if index + 1 < len(given) else None
        drawn = _picture(
            request, index=index, count=len(given), said=narrations[index], own=own, so_far=so_far, following=following
        )
        scene = {
            "id": scene_id(index + 1),
            "narration": narrations[index],
            "on_screen_text": lines[index],
            "seconds": seconds[index],
            "transition": _transition(index, seconds=seconds, call=plan.call_to_action),
            "route": _route(own),
            **drawn,
        }
        scenes.append(Scene.model_validate(scene | _kept(own)))
        so_far.camera, so_far.layout = scenes[-1].camera, scenes[-1].layout
    return tuple(scenes)


def _kept(own: GivenScene) -> dict[str, object]:
    """What the brief gives of a scene, word for word; route, characters and their tags are settled elsewhere."""
    return {name: value for name, value in own if value is not None and name not in {"engine", "characters"}}


def _route(own: GivenScene) -> Route:
    return UNROUTED if own.engine is None else Route(engine=own.engine, reason=NAMED_BY_BRIEF)


def _picture(
    request: ScriptRequest, *, index: int, count: int, said: str, own: GivenScene, so_far: _SoFar, following: Camera | None
) -> dict[str, object]:
    """Prompt, camera, lighting, layout, sound, invariants and characters of one scene."""
    mood = Mood(brand=request.brand, style=request.style_prompt, language=request.language)
    cast = _cast(request, own=own, said=said)
    avoid = (so_far.camera, following)
    shot = shot_for(
        _beat(request, index=index, count=count),
        said=said,
        mood=mood,
        avoid=avoid,
        seed=seed_of(request.seed, request.title, index),
    )
    shown = said.replace(request.channel_name, "") if index == count - 1 else said  # a name in a prompt gets drawn as lettering
    drawn = own.prompt if own.prompt is not None else prompt(shot, said=shown, mood=mood, tags=cast)
    opening = index in {0, count - 1}
    return {
        "prompt": drawn,
        "camera": shot.camera,
        "lighting": shot.lighting,
        "layout": Layout.SINGLE
        if opening
        else layout_for(said, before=so_far.layout, language=mood.language, people=_named(request, said=said)),
        "sound": _sound(said, subject=request.brand.subject, index=index, so_far=so_far),
        "invariants": tuple(token for token in invariants_of(request.brand) if token in drawn),
        "characters": tuple(tag for tag in cast if own.prompt is None or tag in drawn or own.characters is not None),
    }


def _beat(request: ScriptRequest, *, index: int, count: int) -> Beat:
    """Establish, then go through the body's beats from a place the seed chooses, then step back for the end."""
    words = direction()
    if index == 0:
        return words.opening
    if index == count - 1 and count > 2:  # noqa: PLR2004 - of two scenes neither is an ending
        return words.closing
    return words.body[(seed_of(request.seed, request.title, "beats") + index) % len(words.body)]


def _named(request: ScriptRequest, *, said: str) -> bool:
    return any(_speaks_of(said, name=name) for name in request.characters.values())


def _cast(request: ScriptRequest, *, own: GivenScene, said: str) -> tuple[str, ...]:
    """Tags of who appears: those the brief names for the scene, else those spoken of, and those never spoken of everywhere."""
    if own.characters is not None:
        by_name = {name.casefold(): tag for tag, name in request.characters.items()}
        return tuple(dict.fromkeys(by_name.get(one.casefold(), one) for one in own.characters))
    told = " ".join((request.text, *(given.narration or "" for given in request.given)))
    return tuple(
        tag for tag, name in request.characters.items() if _speaks_of(said, name=name) or not _speaks_of(told, name=name)
    )


def _speaks_of(text: str, *, name: str) -> bool:
    """Whether the name, or its genitive, stands in the text as a word; anywhere in Chinese and Japanese."""
    if UNSPACED.search(name):
        return name in text
    return bool(re.search(rf"(?<!\w){re.escape(name)}(?:['’]?s)?(?!\w)", text, re.IGNORECASE))


def _sound(said: str, *, subject: str, index: int, so_far: _SoFar) -> str:
    """An effect for what is spoken of; in the opening for the subject; else now and then a whoosh.

    None twice within three scenes.
    """
    effects = direction().effects
    heard = [noise.prompt for noise in effects.sounds if cued(noise.words, said)]
    heard += [noise.prompt for noise in effects.sounds if index == 0 and cued(noise.words, subject)]
    fresh = [sound for sound in heard if sound not in so_far.sounds[-2:]]
    chosen = fresh[0] if fresh else effects.whoosh if index and index % WHOOSH_EVERY == 0 else ""
    so_far.sounds.append(chosen)
    return chosen


def _transition(index: int, *, seconds: Sequence[float], call: str) -> Transition:
    if index == 0 or min(seconds[index - 1 : index + 1]) < RHYTHM_SECONDS:
        return Transition.CUT
    ending = index == len(seconds) - 1 and len(seconds) >= SCENES_WITH_FADE and sum(seconds) >= SECONDS_WITH_FADE
    return Transition.FADE_BLACK if ending and call else Transition.CROSSFADE
