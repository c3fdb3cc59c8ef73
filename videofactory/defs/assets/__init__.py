"""The asset graph, one asset a file, in the order a film is made."""

from dagster import AssetsDefinition

from videofactory.defs.assets.brand_analysis import brand_analysis
from videofactory.defs.assets.brief import brief
from videofactory.defs.assets.final_cut import final_cut
from videofactory.defs.assets.music import music
from videofactory.defs.assets.narration import narration
from videofactory.defs.assets.scene_clips import scene_clips
from videofactory.defs.assets.scene_previews import scene_previews
from videofactory.defs.assets.script import script
from videofactory.defs.assets.sound_effects import sound_effects
from videofactory.defs.assets.style_reference import style_reference
from videofactory.defs.assets.timeline import timeline
from videofactory.defs.assets.youtube_video import youtube_video

ALL: list[AssetsDefinition] = [
    brief,
    brand_analysis,
    style_reference,
    script,
    scene_previews,
    narration,
    scene_clips,
    sound_effects,
    music,
    timeline,
    final_cut,
    youtube_video,
]
