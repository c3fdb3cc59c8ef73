"""Asset `sound_effects`."""

from dagster import AssetExecutionContext, MaterializeResult, MetadataValue

from videofactory.defs.display import table
from videofactory.defs.failures import run_stage
from videofactory.defs.resources import FactoryResource
from videofactory.defs.station import station
from videofactory.studio import sound_effects as studio_sound_effects
from videofactory.studio.factory import Studio
from videofactory.studio.material import Effects, ScriptVersion


@station(group="audio_tracks", kinds={"audio"}, code_version="1", tags={"videofactory/paid": "yes"})
def sound_effects(context: AssetExecutionContext, factory: FactoryResource, script: ScriptVersion) -> MaterializeResult[Effects]:
    """One sound effect for each scene that asks for one."""
    return run_stage(
        context, factory, make=lambda studio, project: studio_sound_effects.make(studio, project, version=script), show=_show
    )


def _show(studio: Studio, value: Effects) -> dict[str, MetadataValue]:
    rows = [
        {"scene": scene, "seconds": round(sound.seconds, 2), "file": str(studio.artifacts.path(sound.artifact))}
        for scene, sound in value.scenes.items()
    ]
    return {
        "scenes": table(rows),
        "cost_usd": MetadataValue.float(float(value.cost_usd)),
        "engine": MetadataValue.text(value.engine),
    }
