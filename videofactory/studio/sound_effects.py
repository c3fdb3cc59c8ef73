"""Station `sound_effects`: one effect for each scene that asks for one."""

from decimal import Decimal

from videofactory.domain.fingerprint import seed_of
from videofactory.domain.footage import Sound
from videofactory.domain.money import ZERO
from videofactory.domain.script import Scene
from videofactory.providers.cast import pick
from videofactory.providers.roles import EffectRequest
from videofactory.studio.buying import buy
from videofactory.studio.factory import Studio
from videofactory.studio.fan_out import for_each
from videofactory.studio.gate import require_green
from videofactory.studio.material import Effects, ScriptVersion

STAGE = "sound_effects"
LONGEST = 6.0
"""Seconds an effect lasts at most: it marks a scene, the music carries the rest."""


def make(studio: Studio, project: str, *, version: ScriptVersion) -> Effects:
    """The effects of the film. Behind the gate, too: they may cost money."""
    require_green(studio.ledger, project, version)
    channel = studio.channel_of(project)
    engine = pick(studio.engines(channel.key).effects, channel.engines.effects, role="effects", channel=channel.key)

    def made_for(scene: Scene) -> tuple[Sound, Decimal]:
        seconds = min(scene.seconds, LONGEST)
        request = EffectRequest(seed=seed_of(project, scene.id, "effect"), prompt=scene.sound, seconds=seconds)
        bought = buy(studio, engine, request, role="effects", project=project, scene=scene.id)
        studio.tell(STAGE, "kept" if bought.kept else "made", piece=scene.id)
        return Sound(artifact=bought.files["effect"], seconds=seconds), bought.call.cost_usd or ZERO

    asked = [scene for scene in version.script.scenes if scene.sound]
    studio.tell(STAGE, "starts", total=len(asked))
    made = for_each(((scene.id, scene) for scene in asked), made_for, workers=studio.settings.scene_workers)
    return Effects(
        scenes={scene: sound for scene, (sound, _) in made.items()},
        engine=engine.id,
        cost_usd=sum((cost for _, cost in made.values()), ZERO),
    )
