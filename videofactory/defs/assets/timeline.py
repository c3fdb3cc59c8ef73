"""Asset `timeline`."""

from dagster import AssetExecutionContext, MaterializeResult, MetadataValue

from videofactory.defs.display import path, table
from videofactory.defs.failures import run_stage
from videofactory.defs.resources import FactoryResource
from videofactory.defs.station import station
from videofactory.domain.brief import TakenIn
from videofactory.studio import timeline as studio_timeline
from videofactory.studio.factory import Studio
from videofactory.studio.material import Analysed, Clips, CutPlan, Effects, Music, Narration, Previews, ScriptVersion


@station(group="cut", kinds={"opentimelineio"}, code_version="1")
def timeline(  # noqa: PLR0913, PLR0917 - the cut needs everything that was made
    context: AssetExecutionContext,
    factory: FactoryResource,
    brief: TakenIn,
    brand_analysis: Analysed,
    script: ScriptVersion,
    scene_previews: Previews,
    narration: Narration,
    scene_clips: Clips,
    sound_effects: Effects,
    music: Music,
) -> MaterializeResult[CutPlan]:
    """The film in frames: pictures, narration, effects, music, captions and titles, also as an OpenTimelineIO file."""
    parts = studio_timeline.Parts(
        taken=brief,
        analysed=brand_analysis,
        version=script,
        previews=scene_previews,
        narration=narration,
        clips=scene_clips,
        effects=sound_effects,
        music=music,
    )
    return run_stage(context, factory, make=lambda studio, _: studio_timeline.make(studio, parts), show=_show)


def _show(studio: Studio, value: CutPlan) -> dict[str, MetadataValue]:
    main = next(iter(value.timelines.values()))
    rows = [
        {
            "scene": shot.scene,
            "at": round(shot.start / main.frame.fps, 2),
            "seconds": round(shot.frames / main.frame.fps, 2),
            "transition": shot.transition.value,
            "speed": round(shot.speed, 3),
        }
        for shot in main.shots
    ]
    return {
        "shots": table(rows),
        "seconds": MetadataValue.float(main.seconds),
        "captions": MetadataValue.int(len(main.captions)),
        "otio": path(studio.artifacts.path(value.otio)),
    }
