"""Station `script`: the director's script, and on top of it everything reviewers asked for so far."""

from collections.abc import Sequence

from videofactory.domain.brief import Brief, TakenIn
from videofactory.domain.errors import CheckFailed
from videofactory.domain.money import ZERO
from videofactory.domain.review import Entry, SceneAdded, SceneDropped, SceneEdited, since_brief
from videofactory.domain.script import UNROUTED, Script, scene_id
from videofactory.domain.script_checks import script_findings
from videofactory.providers.cast import pick
from videofactory.providers.roles import ScriptRequest
from videofactory.studio.brand_analysis import require_fit
from videofactory.studio.buying import buy
from videofactory.studio.channels import style_presets
from videofactory.studio.factory import Studio
from videofactory.studio.material import Analysed, ScriptVersion
from videofactory.studio.revision import Reviser
from videofactory.studio.routing import route


def make(studio: Studio, taken: TakenIn, analysed: Analysed) -> ScriptVersion:
    """The script as it stands after all review entries. Raises `BrandFlagged`; rule violations are in `findings`."""
    require_fit(studio, taken.project, analysed)
    channel = studio.channel_of(taken.project)
    director = pick(studio.engines(channel.key).directors, channel.engines.director, role="director", channel=channel.key)
    written = buy(studio, director, _request(studio, taken, analysed), role="director", project=taken.project)
    script = Script.model_validate_json(studio.artifacts.read(written.files["script"]))
    log = studio.ledger.reviews.log(taken.project)
    reviser = Reviser(studio, director=director, taken=taken, analysed=analysed)
    version = reviser.replay(script, log, engine=director.id, cost=written.call.cost_usd or ZERO)
    present = since_brief(log)
    findings = script_findings(
        version.script,
        asked_seconds=None if any(map(_resizes, present)) else taken.brief.seconds,
        asked_scenes=None if any(map(_resizes, present)) else _asked_scenes(taken.brief),
        invariants=analysed.analysis.invariants,
        own_prompts=_own_prompts(taken.brief, present),
    )
    script = _routed(studio, version.script, taken, analysed)
    return version.model_copy(update={"script": script, "findings": findings})


def _routed(studio: Studio, script: Script, taken: TakenIn, analysed: Analysed) -> Script:
    """The script with an engine for every scene that nobody chose one for."""
    channel = studio.channel_of(taken.project)
    chosen = route(
        analysed.analysis.scores, channel=channel, configured=studio.engines(channel.key).video, wish=taken.brief.engine
    )
    scenes = tuple(scene.model_copy(update={"route": chosen}) if scene.route == UNROUTED else scene for scene in script.scenes)
    return script.model_copy(update={"scenes": scenes})


def _request(studio: Studio, taken: TakenIn, analysed: Analysed) -> ScriptRequest:
    channel = studio.channel_of(taken.project)
    brief = taken.brief
    preset = style_presets()[taken.style]
    return ScriptRequest(
        title=brief.title,
        text=brief.text,
        channel_name=channel.name,
        language=taken.language,
        brand=analysed.analysis,
        style_prompt=preset.prompt,
        music=preset.music,
        call_to_action=channel.call_to_action,
        seconds=brief.seconds,
        scenes=brief.scenes,
        given=brief.script,
        characters={character.tag: character.name for character in taken.characters},
    )


def _asked_scenes(brief: Brief) -> int | None:
    """A brief that brings more scenes than it asks for means the scenes it brings."""
    return None if brief.scenes is None else max(brief.scenes, len(brief.script))


def _own_prompts(brief: Brief, log: Sequence[Entry]) -> frozenset[str]:
    """Scenes whose prompt a person wrote: they need not hold the brand's invariants."""
    given = {scene_id(number) for number, scene in enumerate(brief.script, start=1) if scene.prompt is not None}
    edited = {entry.scene for entry in log if isinstance(entry, SceneEdited) and entry.change.prompt is not None}
    added = {entry.scene for entry in log if isinstance(entry, SceneAdded) and entry.given.prompt is not None}
    return frozenset(given | edited | added)


def _resizes(entry: object) -> bool:
    """Whether a reviewer overruled the asked length or number of scenes."""
    return isinstance(entry, SceneAdded | SceneDropped) or (isinstance(entry, SceneEdited) and entry.change.seconds is not None)


def require_sound(version: ScriptVersion) -> None:
    """Raise `CheckFailed` for a script that violates the rules: nothing is drawn or spoken from it."""
    if version.findings:
        raise CheckFailed(
            f"The script breaks {len(version.findings)} rules: {'; '.join(version.findings)}",
            remedy="Mend the brief's own script, or edit the scenes with 'videofactory review PROJECT --edit'.",
        )
