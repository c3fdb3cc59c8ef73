"""Asset `narration`."""

from dagster import AssetExecutionContext, MaterializeResult, MetadataValue

from videofactory.defs.display import table, wave
from videofactory.defs.failures import run_stage
from videofactory.defs.resources import FactoryResource
from videofactory.defs.station import station
from videofactory.domain.brief import TakenIn
from videofactory.studio import narration as studio_narration
from videofactory.studio.factory import Studio
from videofactory.studio.material import Narration, ScriptVersion


@station(group="audio_tracks", kinds={"audio"}, code_version="1")
def narration(
    context: AssetExecutionContext, factory: FactoryResource, brief: TakenIn, script: ScriptVersion
) -> MaterializeResult[Narration]:
    """Speech with word times for each scene; made before review, so that the voice is heard before video is paid for."""
    return run_stage(context, factory, make=lambda studio, _: studio_narration.make(studio, brief, script), show=_show)


def _show(studio: Studio, value: Narration) -> dict[str, MetadataValue]:
    spoken = [scene for scene in value.scenes.values() if scene.speech]
    rows = [
        {
            "scene": scene.scene,
            "seconds": round(scene.speech.seconds, 2) if scene.speech else 0.0,
            "text": scene.text,
            "cost_usd": float(scene.cost_usd),
        }
        for scene in value.scenes.values()
    ]
    shown = {
        "scenes": table(rows),
        "seconds": MetadataValue.float(sum(scene.speech.seconds for scene in spoken if scene.speech)),
        "cost_usd": MetadataValue.float(float(sum(scene.cost_usd for scene in value.scenes.values()))),
    }
    if spoken and spoken[0].speech:
        shown["waveform"] = wave(studio, spoken[0].speech.artifact)
    return shown
