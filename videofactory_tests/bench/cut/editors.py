"""The reference film by two other editors: MLT (`melt`) and MoviePy. What is easier for them than for us is left easier.

Neither ducks the music or measures loudness here; MLT draws captions by libass from an SRT, MoviePy lays pictures over the film
that were drawn beforehand.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from PIL import Image, ImageDraw, ImageFont

from videofactory.domain.timeline import Cue, Shot, Timeline
from videofactory.media import captions, fonts
from videofactory.media.cut.coder import settings
from videofactory_tests.bench.cut.ours import PRESET
from videofactory_tests.bench.cut.rivals import Shelf

MOVIEPY = "moviepy==2.2.1"
_MUSIC_GAIN = -18.0
"""dB: about where ducking holds music under speech."""


def by_mlt(timeline: Timeline, *, shelf: Shelf, folder: Path) -> list[str | Path]:
    """`melt`'s words for the film; the project lies beside it as XML."""
    (folder / "text.srt").write_text(captions.srt(timeline.captions), encoding="utf-8")
    project = folder / "film.mlt"
    project.write_text(_Mlt(timeline, shelf=shelf).xml(folder / "text.srt"), encoding="utf-8")
    coded = settings(timeline.frame, preset=PRESET)
    wanted = {
        "vcodec": "libx264", "preset": PRESET, "crf": coded["crf"], "x264-params": coded["x264-params"],
        "pix_fmt": "yuv420p", "acodec": "aac", "ab": "192k", "ar": 48000, "channels": 2,
        "threads": 0, "real_time": -2, "movflags": "+faststart",
    }  # fmt: skip
    return ["melt", "-silent", project, "-consumer", f"avformat:{folder / 'mlt.mp4'}", *(f"{k}={v}" for k, v in wanted.items())]


class _Mlt:
    """The film as an MLT project: pictures on two tracks by turns, and one track for each kind of sound."""

    def __init__(self, timeline: Timeline, *, shelf: Shelf) -> None:
        self._timeline = timeline
        self._shelf = shelf
        self._fps = timeline.frame.fps
        self._producers: list[str] = []

    def xml(self, text: Path) -> str:
        shots = self._timeline.shots
        tracks = [self._shots(shots[0::2]), self._shots(shots[1::2])]
        for cues, gain in ((self._timeline.narration, 0.0), (self._timeline.effects, 0.0), (self._timeline.music, _MUSIC_GAIN)):
            tracks += [self._cues(row, gain) for row in _rows(cues)]
        blends = [self._fade(shot, number) for number, shot in enumerate(shots) if shot.overlap]
        sounds = [self._add(number) for number in range(2, len(tracks))]
        frame = self._timeline.frame
        lists = "".join(f'<playlist id="t{number}">{track}</playlist>' for number, track in enumerate(tracks))
        rows = "".join(f'<track producer="t{number}"/>' for number in range(len(tracks)))
        burnt = f"<filter>{_values(mlt_service='avfilter.subtitles', **{'av.filename': text})}</filter>"
        return (
            f'<mlt><profile width="{frame.width}" height="{frame.height}" progressive="1" sample_aspect_num="1"'
            f' sample_aspect_den="1" display_aspect_num="{frame.width}" display_aspect_den="{frame.height}"'
            f' frame_rate_num="{self._fps}" frame_rate_den="1" colorspace="709"/>'
            f"{''.join(self._producers)}{lists}"
            f'<tractor id="film" out="{self._timeline.frames - 1}"><multitrack>{rows}</multitrack>'
            f"{''.join(blends)}{''.join(sounds)}{burnt}</tractor></mlt>"
        )

    def _producer(self, path: Path, *, length: int, **values: object) -> str:
        name = f"p{len(self._producers)}"
        told = _values(resource=path, mlt_service="avformat-novalidate", length=length, **values)
        self._producers.append(f'<producer id="{name}" out="{length - 1}">{told}</producer>')
        return name

    def _shots(self, shots: tuple[Shot, ...]) -> str:
        track, at = "", 0
        for shot in shots:
            name = self._producer(self._shelf(shot.clip), length=shot.frames, audio_index=-1)
            blank = f'<blank length="{shot.start - at}"/>' if shot.start > at else ""
            track += f'{blank}<entry producer="{name}" in="0" out="{shot.frames - 1}"/>'
            at = shot.end
        return track

    def _cues(self, cues: list[Cue], gain: float) -> str:
        track, at = "", 0
        for cue in cues:
            start, length = round(cue.start * self._fps), max(1, int(cue.seconds * self._fps))
            name = self._producer(self._shelf(cue.artifact), length=length, video_index=-1)
            level = f"<filter>{_values(mlt_service='volume', level=cue.gain + gain)}</filter>"
            blank = f'<blank length="{start - at}"/>' if start > at else ""
            track += f'{blank}<entry producer="{name}" in="0" out="{length - 1}">{level}</entry>'
            at = start + length
        return track

    def _fade(self, shot: Shot, number: int) -> str:
        """A dissolve between the two tracks; from the upper one to the lower it runs backwards."""
        told = _values(mlt_service="luma", a_track=0, b_track=1, reverse=0 if number % 2 else 1)
        return f'<transition in="{shot.start}" out="{shot.start + shot.overlap - 1}">{told}</transition>'

    @staticmethod
    def _add(track: int) -> str:
        return f"<transition>{_values(mlt_service='mix', a_track=0, b_track=track, always_active=1, sum=1)}</transition>"


def _values(**values: object) -> str:
    return "".join(f"<property name={quoteattr(name)}>{value}</property>" for name, value in values.items())


def _rows(cues: tuple[Cue, ...]) -> list[list[Cue]]:
    """Cues that do not overlap, in as many rows as that takes."""
    rows: list[list[Cue]] = []
    for cue in cues:
        free = next((row for row in rows if row[-1].start + row[-1].seconds <= cue.start), None)
        if free is None:
            rows.append([cue])
        else:
            free.append(cue)
    return rows


def by_moviepy(timeline: Timeline, *, shelf: Shelf, folder: Path) -> list[str | Path]:
    """The words for MoviePy's film, in an environment of its own that is made beside it."""
    python = folder / "moviepy" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder / "moviepy"], check=True)  # noqa: S603 - our own interpreter
        subprocess.run([python, "-I", "-m", "pip", "install", "--quiet", MOVIEPY], check=True)  # noqa: S603 - into that environment
    (folder / "film.json").write_text(json.dumps(_told(timeline, shelf=shelf, folder=folder)), encoding="utf-8")
    return [python, Path(__file__).with_name("moviepy_film.py"), folder / "film.json", folder / "moviepy.mp4"]


def _told(timeline: Timeline, *, shelf: Shelf, folder: Path) -> dict[str, Any]:
    frame, coded = timeline.frame, settings(timeline.frame, preset=PRESET)
    cues = [*timeline.narration, *timeline.effects, *(cue.model_copy(update={"gain": _MUSIC_GAIN}) for cue in timeline.music)]
    return {
        "shots": [
            {"clip": str(shelf(shot.clip)), "start": shot.start / frame.fps, "overlap": shot.overlap / frame.fps}
            for shot in timeline.shots
        ],
        "cues": [{"file": str(shelf(cue.artifact)), "start": cue.start, "volume": 10 ** (cue.gain / 20)} for cue in cues],
        "texts": [
            {"picture": str(_drawn(line.text, number, timeline, folder)), "start": line.start, "end": line.end}
            for number, line in enumerate(timeline.captions)
        ],
        "seconds": timeline.seconds,
        "size": [frame.width, frame.height],
        "fps": frame.fps,
        "preset": PRESET,
        "ffmpeg": ["-crf", str(coded["crf"]), "-x264-params", str(coded["x264-params"]), "-pix_fmt", "yuv420p"],
    }


def _drawn(text: str, number: int, timeline: Timeline, folder: Path) -> Path:
    """A caption as a picture of the whole frame."""
    frame, out = timeline.frame, folder / f"text-{number}.png"
    picture = Image.new("RGBA", (frame.width, frame.height))
    font = ImageFont.truetype(str(fonts.find("Inter").path), frame.height // 20)
    place = (frame.width // 2, frame.height * 9 // 10)
    ImageDraw.Draw(picture).multiline_text(place, text, font=font, anchor="ms", fill="white", stroke_width=3, stroke_fill="black")
    picture.save(out)
    return out
