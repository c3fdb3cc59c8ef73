"""Asset `script`."""

from dagster import AssetExecutionContext, MaterializeResult, MetadataValue

from videofactory.defs.display import table
from videofactory.defs.failures import run_stage
from videofactory.defs.resources import FactoryResource
from videofactory.defs.station import station
from videofactory.domain.brief import TakenIn
from videofactory.studio import script as studio_script
from videofactory.studio.factory import Studio
from videofactory.studio.material import Analysed, ScriptVersion


@station(group="script", kinds={"text"}, code_version="1")
def script(
    context: AssetExecutionContext, factory: FactoryResource, brief: TakenIn, brand_analysis: Analysed
) -> MaterializeResult[ScriptVersion]:
    """The scenes of the film: what is said, shown and heard, by which engine and why; with all that reviewers changed."""
    return run_stage(context, factory, make=lambda studio, _: studio_script.make(studio, brief, brand_analysis), show=_show)


def _show(_studio: Studio, value: ScriptVersion) -> dict[str, MetadataValue]:
    rows = [
        {
            "scene": scene.id,
            "take": value.takes[scene.id],
            "seconds": scene.seconds,
            "narration": scene.narration,
            "on screen": scene.on_screen_text,
            "picture": scene.prompt,
            "camera": scene.camera.value,
            "engine": scene.route.engine,
        }
        for scene in value.script.scenes
    ]
    return {
        "scenes": table(rows),
        "title": MetadataValue.text(value.script.title),
        "route": MetadataValue.text(value.script.scenes[0].route.reason),
        "seconds": MetadataValue.float(value.script.seconds),
        "scene_count": MetadataValue.int(len(rows)),
        "review_entries": MetadataValue.int(value.entries),
        "cost_usd": MetadataValue.float(float(value.cost_usd)),
        "engine": MetadataValue.text(value.engine),
    }
