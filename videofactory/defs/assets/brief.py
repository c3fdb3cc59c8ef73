"""Asset `brief`."""

from dagster import AssetExecutionContext, MaterializeResult, MetadataValue

from videofactory.defs.display import sheet
from videofactory.defs.failures import run_stage
from videofactory.defs.resources import FactoryResource
from videofactory.defs.station import station
from videofactory.domain.brief import TakenIn
from videofactory.studio import brief as studio_brief
from videofactory.studio.factory import Studio


@station(group="intake", kinds={"yaml", "image"}, code_version="1")
def brief(context: AssetExecutionContext, factory: FactoryResource) -> MaterializeResult[TakenIn]:
    """The validated brief of the project: text, characters, style, formats; its brand images pulled in, checked and stored."""
    return run_stage(context, factory, make=studio_brief.make, show=_show)


def _show(studio: Studio, value: TakenIn) -> dict[str, MetadataValue]:
    return {
        "title": MetadataValue.text(value.brief.title),
        "text": MetadataValue.md(value.brief.text[:2000]),
        "images": sheet(studio, {f"image {number}": image for number, image in enumerate(value.images, start=1)}),
        "style": MetadataValue.text(value.style),
        "aspects": MetadataValue.text(", ".join(value.aspects)),
    }
