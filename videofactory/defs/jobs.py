"""The jobs: each ends where a person decides. One process for a run: FFmpeg brings its own parallelism."""

from dagster import AssetSelection, define_asset_job, in_process_executor
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

DEVELOP = ("brief", "brand_analysis", "style_reference", "script", "scene_previews", "narration")
REVISE = ("script", "scene_previews", "narration")
PRODUCE = ("scene_clips", "sound_effects", "music", "timeline", "final_cut")
PUBLISH = ("youtube_video",)
LONGEST_RUN = 4 * 3600
"""Seconds after which Dagster ends a run: far beyond any film, and a hung process does not hold its place for ever."""


def _job(name: str, assets: tuple[str, ...], description: str) -> UnresolvedAssetJobDefinition:
    return define_asset_job(
        name,
        selection=AssetSelection.assets(*assets),
        executor_def=in_process_executor,
        description=description,
        tags={"videofactory/job": name, "dagster/max_runtime": str(LONGEST_RUN)},
    )


develop = _job("develop", DEVELOP, "From the brief to previews and narration; ends where a person gives lights.")
revise = _job(
    "revise", REVISE, "Makes what reviewers asked for: new takes, changed texts; all else is answered from what is made."
)
produce = _job("produce", PRODUCE, "From green scenes to the finished film. Refused while scenes wait for a light.")
publish = _job("publish", PUBLISH, "Sends the approved film to its channel once, with thumbnail, captions and playlist.")

ALL: list[UnresolvedAssetJobDefinition] = [develop, revise, produce, publish]
