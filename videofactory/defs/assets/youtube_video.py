"""Asset `youtube_video`."""

from dagster import AssetExecutionContext, MaterializeResult, MetadataValue

from videofactory.defs.display import table
from videofactory.defs.failures import run_stage
from videofactory.defs.resources import FactoryResource
from videofactory.defs.station import station
from videofactory.domain.brief import TakenIn
from videofactory.studio import publishing
from videofactory.studio.factory import Studio
from videofactory.studio.material import CutPlan, FinalCut, Published, ScriptVersion


@station(group="publishing", kinds={"youtube"}, code_version="1", pool="uploads")
def youtube_video(
    context: AssetExecutionContext,
    factory: FactoryResource,
    brief: TakenIn,
    script: ScriptVersion,
    timeline: CutPlan,
    final_cut: FinalCut,
) -> MaterializeResult[Published]:
    """The approved film on YouTube, sent once, at its slot: with its metadata, thumbnail, captions and playlist."""

    def make(studio: Studio, project: str) -> Published:
        film = publishing.Film(project=project, taken=brief, version=script, plan=timeline, cut=final_cut)
        return publishing.make(studio, film)

    return run_stage(context, factory, make=make, show=_show)


def _show(_: Studio, value: Published) -> dict[str, MetadataValue]:
    return {
        "video": MetadataValue.url(value.url),
        "publish_at": MetadataValue.text(value.publish_at or "at once"),
        "privacy": MetadataValue.text(value.privacy),
        "steps": table([{"step": step} for step in value.steps]),
        "megabytes": MetadataValue.float(round(value.film.size / 1e6, 2)),
    }
