"""Asset `style_reference`."""

from dagster import AssetExecutionContext, MaterializeResult, MetadataValue

from videofactory.defs.display import path, sheet
from videofactory.defs.failures import run_stage
from videofactory.defs.resources import FactoryResource
from videofactory.defs.station import station
from videofactory.domain.brief import TakenIn
from videofactory.studio import style_reference as studio_style_reference
from videofactory.studio.factory import Studio
from videofactory.studio.material import Analysed, StyleReference


@station(group="brand", kinds={"image"}, code_version="1")
def style_reference(
    context: AssetExecutionContext, factory: FactoryResource, brief: TakenIn, brand_analysis: Analysed
) -> MaterializeResult[StyleReference]:
    """A clean, noise-free derivative of the brand image, the look every preview starts from; its seed and strength are kept."""
    return run_stage(
        context, factory, make=lambda studio, _: studio_style_reference.make(studio, brief, brand_analysis), show=_show
    )


def _show(studio: Studio, value: StyleReference) -> dict[str, MetadataValue]:
    return {
        "picture": sheet(studio, {"style reference": value.still.artifact}),
        "file": path(studio.artifacts.path(value.still.artifact)),
        "strength": MetadataValue.float(value.strength),
        "seed": MetadataValue.int(value.seed),
        "cost_usd": MetadataValue.float(float(value.cost_usd)),
        "engine": MetadataValue.text(value.engine),
    }
