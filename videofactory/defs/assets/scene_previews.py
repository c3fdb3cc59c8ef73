"""Asset `scene_previews`."""

from dagster import AssetExecutionContext, MaterializeResult, MetadataValue

from videofactory.defs.display import sheet, table
from videofactory.defs.failures import run_stage
from videofactory.defs.resources import FactoryResource
from videofactory.defs.station import station
from videofactory.domain.brief import TakenIn
from videofactory.studio import scene_previews as studio_scene_previews
from videofactory.studio.factory import Studio
from videofactory.studio.material import Analysed, Previews, ScriptVersion, StyleReference


@station(group="previews", kinds={"image"}, code_version="1")
def scene_previews(
    context: AssetExecutionContext,
    factory: FactoryResource,
    brief: TakenIn,
    brand_analysis: Analysed,
    style_reference: StyleReference,
    script: ScriptVersion,
) -> MaterializeResult[Previews]:
    """One still for each scene's present take: what the reviewer's traffic light is about, before any expensive engine runs."""
    return run_stage(
        context,
        factory,
        make=lambda studio, _: studio_scene_previews.make(studio, brief, brand_analysis, style_reference, script),
        show=_show,
    )


def _show(studio: Studio, value: Previews) -> dict[str, MetadataValue]:
    previews = value.scenes.values()
    rows = [
        {
            "scene": preview.scene,
            "take": preview.take,
            "palette distance": round(preview.palette_distance, 3),
            "sharpness": round(preview.sharpness, 3),
            "engine": preview.engine,
            "cost_usd": float(preview.cost_usd),
            "file": str(studio.artifacts.path(preview.first.artifact)),
        }
        for preview in previews
    ]
    return {
        "contact_sheet": sheet(studio, {f"{preview.scene} take {preview.take}": preview.first.artifact for preview in previews}),
        "scenes": table(rows),
        "cost_usd": MetadataValue.float(float(sum(preview.cost_usd for preview in previews))),
    }
