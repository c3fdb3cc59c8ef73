"""Station `narration`: speech with word times for each scene that is spoken; made before review, so that it is heard first."""

from pydantic import TypeAdapter

from videofactory.domain.brief import TakenIn
from videofactory.domain.footage import Speech, Word
from videofactory.domain.money import ZERO
from videofactory.domain.script import Scene
from videofactory.media.probe import facts
from videofactory.providers.cast import pick
from videofactory.providers.roles import SpeechRequest
from videofactory.studio.buying import buy
from videofactory.studio.factory import Studio
from videofactory.studio.fan_out import for_each
from videofactory.studio.material import Narration, SceneSpeech, ScriptVersion
from videofactory.studio.script import require_sound

STAGE = "narration"
_WORDS: TypeAdapter[tuple[Word, ...]] = TypeAdapter(tuple[Word, ...])


def make(studio: Studio, taken: TakenIn, version: ScriptVersion) -> Narration:
    """Speech for each scene. Raises `CheckFailed` for a script that breaks the rules."""
    require_sound(version)
    scenes = version.script.scenes
    studio.tell(STAGE, "starts", total=len(scenes))
    spoken = for_each(
        ((scene.id, scene) for scene in scenes),
        lambda scene: _spoken(studio, taken, scene),
        workers=studio.settings.scene_workers,
    )
    return Narration(scenes=spoken, entries=version.entries)


def _spoken(studio: Studio, taken: TakenIn, scene: Scene) -> SceneSpeech:
    channel = studio.channel_of(taken.project)
    choice = channel.engines.voice
    engine = pick(studio.engines(channel.key).voices, choice.engine, role="voice", channel=channel.key)
    text = scene.narration.strip()
    if not text:
        studio.tell(STAGE, "kept", piece=scene.id, words="silent")
        return SceneSpeech(scene=scene.id, text="", speech=None, engine=engine.id)
    request = SpeechRequest(
        text=text,
        language=taken.language,
        voice=choice.id,
        rate=choice.rate,
        pronunciation=dict(channel.pronunciation),
    )
    bought = buy(studio, engine, request, role="voice", project=taken.project, scene=scene.id)
    words = _WORDS.validate_json(studio.artifacts.read(bought.files["words"]))
    seconds = facts(studio.artifacts.path(bought.files["speech"])).seconds
    studio.tell(STAGE, "kept" if bought.kept else "made", piece=scene.id)
    speech = Speech(artifact=bought.files["speech"], seconds=seconds, words=words)
    return SceneSpeech(scene=scene.id, text=text, speech=speech, engine=engine.id, cost_usd=bought.call.cost_usd or ZERO)
