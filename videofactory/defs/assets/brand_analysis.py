"""Asset `brand_analysis`."""

from dagster import AssetExecutionContext, MaterializeResult, MetadataValue

from videofactory.defs.display import table
from videofactory.defs.failures import run_stage
from videofactory.defs.resources import FactoryResource
from videofactory.defs.station import station
from videofactory.domain.brief import TakenIn
from videofactory.studio import brand_analysis as studio_brand_analysis
from videofactory.studio.factory import Studio
from videofactory.studio.material import Analysed


@station(group="brand", kinds={"image", "python"}, code_version="1")
def brand_analysis(context: AssetExecutionContext, factory: FactoryResource, brief: TakenIn) -> MaterializeResult[Analysed]:
    """What the brand image says: palette, mood, subject, essence, invariants, and the scores that route and gate the project."""
    make, require = studio_brand_analysis.make, studio_brand_analysis.require_fit
    return run_stage(context, factory, make=lambda studio, _: make(studio, brief), show=_show, require=require)


def _show(_studio: Studio, value: Analysed) -> dict[str, MetadataValue]:
    analysis = value.analysis
    scores = {name: MetadataValue.float(score) for name, score in analysis.scores.model_dump().items()}
    return {
        **scores,
        "palette": table([{"colour": swatch.hex, "share": round(swatch.share, 3)} for swatch in analysis.palette]),
        "mood": MetadataValue.text(analysis.mood),
        "subject": MetadataValue.text(analysis.subject),
        "essence": MetadataValue.text(analysis.essence),
        "invariants": MetadataValue.text(", ".join(analysis.invariants)),
        "remarks": MetadataValue.text("; ".join(analysis.remarks) or "none"),
        "cost_usd": MetadataValue.float(float(value.cost_usd)),
        "engine": MetadataValue.text(value.engine),
    }
