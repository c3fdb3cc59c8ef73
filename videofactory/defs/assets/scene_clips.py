"""Asset `scene_clips`."""

from dagster import AssetExecutionContext, MaterializeResult, MetadataValue

from videofactory.defs.display import table
from videofactory.defs.failures import run_stage
from videofactory.defs.resources import FactoryResource
from videofactory.defs.station import station
from videofactory.domain.brief import TakenIn
from videofactory.studio import scene_clips as studio_scene_clips
from videofactory.studio.factory import Studio
from videofactory.studio.material import Clips, Narration, Previews, ScriptVersion


@station(group="clips", kinds={"video"}, code_version="1", tags={"videofactory/paid": "yes"}, pool="clips")
def scene_clips(
    context: AssetExecutionContext,
    factory: FactoryResource,
    brief: TakenIn,
    script: ScriptVersion,
    scene_previews: Previews,
    narration: Narration,
) -> MaterializeResult[Clips]:
    """One moving clip for each scene, from the engine its route names. Refused for scenes that are not green in the ledger."""
    return run_stage(
        context,
        factory,
        make=lambda studio, project: studio_scene_clips.make(
            studio,
            project,
            version=script,
            previews=scene_previews,
            narration=narration,
            frame=studio.frame(brief.aspects[0]),
        ),
        show=_show,
    )


def _show(studio: Studio, value: Clips) -> dict[str, MetadataValue]:
    rows = [
        {
            "scene": clip.scene,
            "take": clip.take,
            "clip take": clip.clip_take,
            "engine": clip.engine,
            "seconds": round(clip.clip.seconds, 2),
            "cost_usd": float(clip.cost_usd),
            "fallback": clip.fallback,
            "remarks": "; ".join(clip.remarks),
            "file": str(studio.artifacts.path(clip.clip.artifact)),
        }
        for clip in value.scenes.values()
    ]
    return {
        "scenes": table(rows),
        "seconds": MetadataValue.float(sum(clip.clip.seconds for clip in value.scenes.values())),
        "cost_usd": MetadataValue.float(float(sum(clip.cost_usd for clip in value.scenes.values()))),
    }
