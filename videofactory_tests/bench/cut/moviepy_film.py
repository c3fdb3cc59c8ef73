"""The reference film by MoviePy 2, run by an interpreter that has it: `python moviepy_film.py FILM.json OUT`.

Captions are pictures drawn beforehand, music is turned down but not ducked, and loudness is left as it is: less work than ours.
"""

import importlib
import json
import sys
from pathlib import Path
from typing import Any


def main() -> None:
    """Make the film that the JSON describes: clips, overlap, cues, captions as pictures, FFmpeg's words."""
    mp = importlib.import_module("moviepy")  # an optional extra of the bench, with no types
    told: dict[str, Any] = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    shots = []
    for shot in told["shots"]:
        clip = mp.VideoFileClip(shot["clip"], audio=False).with_start(shot["start"])
        shots.append(clip.with_effects([mp.vfx.CrossFadeIn(shot["overlap"])]) if shot["overlap"] else clip)
    texts = [mp.ImageClip(text["picture"]).with_start(text["start"]).with_end(text["end"]) for text in told["texts"]]
    sounds = [mp.AudioFileClip(cue["file"]).with_start(cue["start"]).with_volume_scaled(cue["volume"]) for cue in told["cues"]]
    seconds = told["seconds"]
    film = mp.CompositeVideoClip([*shots, *texts], size=tuple(told["size"])).with_duration(seconds)
    film = film.with_audio(mp.CompositeAudioClip(sounds).with_duration(seconds))
    film.write_videofile(
        sys.argv[2], fps=told["fps"], codec="libx264", preset=told["preset"], audio_codec="aac", audio_fps=48000,
        audio_bitrate="192k", ffmpeg_params=told["ffmpeg"], logger=None,
    )  # fmt: skip


if __name__ == "__main__":
    main()
