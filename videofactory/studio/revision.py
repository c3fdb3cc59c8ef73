"""Replaying the review log over a script: edits are applied as written, yellow and red lights are answered by the director.

Every rewrite goes through the purchase door with its own fingerprint, so replaying a long log costs nothing twice.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from videofactory.domain.brief import GivenScene, TakenIn
from videofactory.domain.fingerprint import seed_of
from videofactory.domain.review import (
    Entry,
    Light,
    LightGiven,
    SceneAdded,
    SceneDropped,
    SceneEdited,
    ScenesReordered,
    marks,
    since_brief,
)
from videofactory.domain.script import Route, Scene, SceneRewrite, Script
from videofactory.providers.roles import Director, Message, RewriteRequest, ScriptRequest
from videofactory.studio.buying import buy
from videofactory.studio.channels import style_presets
from videofactory.studio.factory import Studio
from videofactory.studio.material import Analysed, ScriptVersion


class Reviser:
    """Applies a project's review log to its script."""

    def __init__(self, studio: Studio, *, director: Director, taken: TakenIn, analysed: Analysed) -> None:
        self._studio = studio
        self._director = director
        self._taken = taken
        self._analysed = analysed
        self._style = style_presets()[taken.style].prompt
        self._cast = {character.name: character.tag for character in taken.characters}

    def replay(self, script: Script, log: Sequence[Entry], *, engine: str, cost: Decimal) -> ScriptVersion:
        """The script after the whole log, with takes and conversations."""
        scenes = {scene.id: featuring(scene) for scene in script.scenes}
        order = [scene.id for scene in script.scenes]
        talks: dict[str, tuple[Message, ...]] = {}
        present = since_brief(log)
        for position, entry in enumerate(present, start=len(log) - len(present)):
            if isinstance(entry, SceneEdited) and entry.scene in scenes:
                scenes[entry.scene] = edited(scenes[entry.scene], entry.change, by=entry.reviewer, cast=self._cast)
            elif isinstance(entry, LightGiven) and entry.light is not Light.GREEN and entry.scene in scenes:
                take = marks(order, log[: position + 1])[entry.scene].take
                if take != marks(order, log[:position])[entry.scene].take:  # a light for an older take asks for nothing
                    scenes[entry.scene], talks[entry.scene] = self._rewritten(
                        scenes[entry.scene], entry, talks.get(entry.scene, ()), take=take
                    )
            elif isinstance(entry, ScenesReordered):
                order = reordered(order, entry)
            elif isinstance(entry, SceneDropped):
                scenes.pop(entry.scene, None)
                order = [scene for scene in order if scene != entry.scene]
            elif isinstance(entry, SceneAdded):
                scenes[entry.scene] = self._added(entry, script)
                order.insert(order.index(entry.after) + 1 if entry.after in order else 0, entry.scene)
        written = tuple(scene.id for scene in script.scenes)
        takes = {scene: mark.take for scene, mark in marks(written, log).items()}
        final = script.model_copy(update={"scenes": tuple(scenes[scene] for scene in order)})
        return ScriptVersion(
            script=Script.model_validate(final.model_dump()),
            written=written,
            entries=log[-1].number if log else 0,
            takes=takes,
            conversations=talks,
            engine=engine,
            cost_usd=cost,
        )

    def _rewritten(
        self, scene: Scene, entry: LightGiven, talk: tuple[Message, ...], *, take: int
    ) -> tuple[Scene, tuple[Message, ...]]:
        asked = (*talk, Message(who="reviewer", text=entry.feedback)) if entry.feedback else talk
        request = RewriteRequest(
            seed=seed_of(self._taken.project, scene.id, "rewrite", take),
            scene=scene,
            brand=self._analysed.analysis,
            style_prompt=self._style,
            light="red" if entry.light is Light.RED else "yellow",
            conversation=asked,
            language=self._taken.language,
        )
        bought = buy(
            self._studio, self._director, request, role="director", project=self._taken.project, scene=scene.id, take=take
        )
        rewrite = SceneRewrite.model_validate_json(self._studio.artifacts.read(bought.files["rewrite"]))
        change = {"prompt": rewrite.prompt, "camera": rewrite.camera, "lighting": rewrite.lighting, "layout": rewrite.layout}
        answer = (*asked, Message(who="director", text=rewrite.reply)) if rewrite.reply else asked
        return kept_promises(scene.model_copy(update=change)), answer

    def _added(self, entry: SceneAdded, script: Script) -> Scene:
        """A new scene: what the reviewer gave, the rest by the director as for a script of this one scene."""
        given = GivenScene.model_validate({"narration": "", "on_screen_text": "", **entry.given.model_dump(exclude_none=True)})
        request = ScriptRequest(
            seed=seed_of(self._taken.project, entry.scene, "added"),
            title=script.title,
            text=given.narration or given.prompt or script.title,
            channel_name=self._studio.channel_of(self._taken.project).name,
            language=self._taken.language,
            brand=self._analysed.analysis,
            style_prompt=self._style,
            seconds=given.seconds,
            scenes=1,
            given=(given,),
            characters={character.tag: character.name for character in self._taken.characters},
        )
        bought = buy(self._studio, self._director, request, role="director", project=self._taken.project, scene=entry.scene)
        scene = Script.model_validate_json(self._studio.artifacts.read(bought.files["script"])).scenes[0]
        transition = given.transition or Scene.model_fields["transition"].default
        return featuring(scene.model_copy(update={"id": entry.scene, "transition": transition}))


def reordered(order: Sequence[str], entry: ScenesReordered) -> list[str]:
    """The new order; scenes the reviewer did not know of (added meanwhile) stay at the end, dropped ones stay out."""
    named = [scene for scene in entry.order if scene in order]
    return named + [scene for scene in order if scene not in named]


def edited(scene: Scene, change: GivenScene, *, by: str, cast: Mapping[str, str]) -> Scene:
    """The scene with a reviewer's fields in place of its own, to the letter; `cast` maps characters' names to their tags."""
    fields = change.model_dump(exclude_none=True, exclude={"engine", "characters"})
    if change.engine is not None:
        fields["route"] = Route(engine=change.engine, reason=f"{by} chose {change.engine}.")
    changed = kept_promises(Scene.model_validate({**scene.model_dump(), **_plain(fields)}))
    return changed if change.characters is None else recast(changed, tuple(cast.get(name, name) for name in change.characters))


def kept_promises(scene: Scene) -> Scene:
    """The scene listing only the invariants and characters its prompt still contains: a reviewer's prompt may leave some out."""
    kept = {
        "invariants": tuple(text for text in scene.invariants if text in scene.prompt),
        "characters": tuple(tag for tag in scene.characters if tag in scene.prompt),
    }
    return scene.model_copy(update=kept)


def recast(scene: Scene, tags: tuple[str, ...]) -> Scene:
    """The scene with these characters and no others, in its prompt too."""
    prompt = scene.prompt
    for tag in scene.characters:
        if tag not in tags:
            prompt = prompt.replace(f", {tag}", "").replace(f"{tag}, ", "").replace(f" Featuring {tag}.", "").replace(tag, "")
    return featuring(scene.model_copy(update={"prompt": prompt.strip(), "characters": tags}))


def featuring(scene: Scene) -> Scene:
    """The scene with the tag of each of its characters in the prompt: by it engines keep one face."""
    missing = [tag for tag in scene.characters if tag not in scene.prompt]
    if not missing:
        return scene
    return scene.model_copy(update={"prompt": f"{scene.prompt} Featuring {', '.join(missing)}."})


def _plain(fields: dict[str, object]) -> dict[str, object]:
    return {name: value.model_dump() if isinstance(value, Route) else value for name, value in fields.items()}
