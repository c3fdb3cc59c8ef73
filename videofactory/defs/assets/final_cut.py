"""Asset `final_cut`."""

from dagster import AssetExecutionContext, MaterializeResult, MetadataValue

from videofactory.defs.display import evidence, path, picture, table, wave
from videofactory.defs.failures import run_stage
from videofactory.defs.resources import FactoryResource
from videofactory.defs.station import station
from videofactory.studio import final_cut as studio_final_cut
from videofactory.studio.factory import Studio
from videofactory.studio.material import CutPlan, FinalCut


@station(group="cut", kinds={"video", "ffmpeg"}, code_version="1", pool="encoding")
def final_cut(context: AssetExecutionContext, factory: FactoryResource, timeline: CutPlan) -> MaterializeResult[FinalCut]:
    """The master in every aspect ratio asked for, with captions and thumbnail; measured before anybody sees it."""
    return run_stage(
        context, factory, make=lambda studio, project: studio_final_cut.make(studio, project, plan=timeline), show=_show
    )


def _show(studio: Studio, value: FinalCut) -> dict[str, MetadataValue]:
    main = value.masters[0]
    measures = [{"measure": name, "value": str(measure)} for name, measure in main.measures.items()]
    return {
        "contact_sheet": picture(studio.artifacts.read(value.sheet), media_type="image/jpeg", words="contact sheet"),
        "waveform": wave(studio, main.film),
        "film": path(studio.artifacts.path(main.film)),
        "captions": path(studio.artifacts.path(value.srt)),
        "thumbnail": path(studio.artifacts.path(value.thumbnail)),
        "measures": table(measures),
        "findings": evidence(studio, value),
        "seconds": MetadataValue.float(main.seconds),
        "megabytes": MetadataValue.float(round(main.film.size / 1e6, 2)),
    }
