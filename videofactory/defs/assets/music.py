"""Asset `music`."""

from dagster import AssetExecutionContext, MaterializeResult, MetadataValue

from videofactory.defs.display import path, wave
from videofactory.defs.failures import run_stage
from videofactory.defs.resources import FactoryResource
from videofactory.defs.station import station
from videofactory.studio import music as studio_music
from videofactory.studio.factory import Studio
from videofactory.studio.material import Music, ScriptVersion


@station(group="audio_tracks", kinds={"audio"}, code_version="1", tags={"videofactory/paid": "yes"})
def music(context: AssetExecutionContext, factory: FactoryResource, script: ScriptVersion) -> MaterializeResult[Music]:
    """The music bed of the whole film."""
    return run_stage(
        context, factory, make=lambda studio, project: studio_music.make(studio, project, version=script), show=_show
    )


def _show(studio: Studio, value: Music) -> dict[str, MetadataValue]:
    return {
        "waveform": wave(studio, value.sound.artifact),
        "file": path(studio.artifacts.path(value.sound.artifact)),
        "prompt": MetadataValue.text(value.prompt),
        "seconds": MetadataValue.float(value.sound.seconds),
        "cost_usd": MetadataValue.float(float(value.cost_usd)),
        "engine": MetadataValue.text(value.engine),
    }
