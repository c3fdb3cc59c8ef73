"""The same film made in other ways: all in one FFmpeg graph; and, as the limit, clips decoded and finished frames encoded."""

import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

from videofactory.domain.footage import Artifact
from videofactory.domain.timeline import Timeline
from videofactory.media import ffmpeg, titles
from videofactory.media.cut.coder import settings
from videofactory.media.encoding import BT709, clock
from videofactory.media.titles.ass import EPOCH, TICK_MS
from videofactory_tests.bench.cut.ours import PRESET

Shelf = Callable[[Artifact], Path]


def encoding(timeline: Timeline) -> list[str]:
    """Our encoder's settings as words, with as many threads as FFmpeg likes."""
    told = settings(timeline.frame, preset=PRESET)
    options = {
        "c:v": "libx264",
        **{{"profile": "profile:v"}.get(name, name): value for name, value in told.items()},
        "pix_fmt": "yuv420p",
        "r": timeline.frame.fps,
        "fps_mode": "cfr",
        **clock(timeline.frame.fps),
        **BT709,
    }
    return [word for name, value in options.items() for word in (f"-{name}", str(value))]


class Limit:
    """What nobody can do without: decoding the clips, whole, and encoding the film's own frames, which lie ready as raw pictures.

    What reading the raw pictures costs is measured, too, for it is no part of a film.
    """

    def __init__(self, timeline: Timeline, *, shelf: Shelf, folder: Path) -> None:
        self._timeline, self._shelf, self._folder = timeline, shelf, folder
        frame = timeline.frame
        size = ("-pix_fmt", "yuv420p", "-s", f"{frame.width}x{frame.height}", "-r", str(frame.fps))
        self._raw: tuple[str | Path, ...] = ("-f", "rawvideo", *size, "-i", folder / "frames.yuv")

    def draw(self) -> None:
        """Put the finished frames there, as one FFmpeg graph draws them: 3 MB each at 1080p."""
        words = _graph(self._timeline, _pictures(self._timeline), shelf=self._shelf, folder=self._folder)
        raw = ["-map", "[v]", "-c:v", "rawvideo", "-pix_fmt", "yuv420p", "-f", "rawvideo", "-y", "frames.yuv"]
        subprocess.run([*words, *raw], cwd=self._folder, check=True)  # noqa: S603 - our own FFmpeg

    def works(self) -> dict[str, list[str | Path]]:
        """FFmpeg's words for each, by name."""
        clips = "".join(f"file '{self._shelf(shot.clip)}'\n" for shot in self._timeline.shots)
        (self._folder / "all.txt").write_text("ffconcat version 1.0\n" + clips, encoding="utf-8")
        begin: list[str | Path] = [ffmpeg.binary(), *ffmpeg.QUIET]
        listed: list[str | Path] = ["-f", "concat", "-safe", "0", "-i", self._folder / "all.txt"]
        return {
            "decode": [*begin, *listed, "-an", "-f", "null", "-"],
            "encode": [*begin, *self._raw, *encoding(self._timeline), self._folder / "limit.mp4"],
            "read": [*begin, *self._raw, "-f", "null", "-"],
        }


def one_graph(timeline: Timeline, *, shelf: Shelf, folder: Path) -> list[str | Path]:
    """FFmpeg's words for the whole film in one graph: crossfades, captions, ducked music, effects, loudness, encoders."""
    words = _graph(timeline, (*_pictures(timeline), *_sounds(timeline)), shelf=shelf, folder=folder)
    words += ["-map", "[v]", "-map", "[a]", *encoding(timeline)]
    return [*words, "-c:a", "aac", "-b:a", "192k", "-ar", "48000", "-movflags", "+faststart", "graph.mp4"]


def _graph(timeline: Timeline, filters: Iterable[str], *, shelf: Shelf, folder: Path) -> list[str | Path]:
    """The beginning of FFmpeg's words: all inputs, and a graph of these filters."""
    text = titles.document(timeline, start=0, stop=timeline.frames)
    (folder / "fonts").mkdir(exist_ok=True)
    (folder / "text.ass").write_text(text or "", encoding="utf-8")
    titles.write_fonts(timeline, folder=folder / "fonts")
    (folder / "graph.txt").write_text(";".join(filters), encoding="utf-8")
    cues = [*timeline.narration, *timeline.effects, *timeline.music]
    words: list[str | Path] = [ffmpeg.binary(), *ffmpeg.QUIET]
    for path in [shelf(shot.clip) for shot in timeline.shots] + [shelf(cue.artifact) for cue in cues]:
        words += ["-i", path.absolute()]
    return [*words, "-/filter_complex", "graph.txt"]


def _pictures(timeline: Timeline) -> list[str]:
    fps = timeline.frame.fps
    filters = [f"[{index}:v]settb=1/{fps},setpts=N[v{index}]" for index in range(len(timeline.shots))]
    last = "v0"
    for index, shot in enumerate(timeline.shots[1:], start=1):
        times = f"duration={shot.overlap / fps:.6f}:offset={shot.start / fps:.6f}"
        filters.append(f"[{last}][v{index}]xfade=transition=fade:{times}[x{index}]")
        last = f"x{index}"
    clocked = f"settb={TICK_MS}/1000,setpts=N+{EPOCH},ass=filename=text.ass:fontsdir=fonts,settb=1/{fps},setpts=N"
    return [*filters, f"[{last}]{clocked}[v]"]


def _sounds(timeline: Timeline) -> list[str]:
    first = len(timeline.shots)
    speech = range(first, first + len(timeline.narration))
    effects = range(speech.stop, speech.stop + len(timeline.effects))
    cues = [*timeline.narration, *timeline.effects]
    even = "aformat=sample_rates=48000:channel_layouts=stereo"
    filters = [
        f"[{number}:a]{even},volume={cue.gain}dB,adelay={round(cue.start * 1000)}:all=1[s{number}]"
        for number, cue in zip((*speech, *effects), cues, strict=True)
    ]
    seconds = timeline.seconds
    filters.append("".join(f"[s{number}]" for number in speech) + f"amix=inputs={len(speech)}:normalize=0[said0]")
    filters.append(f"[said0]apad=whole_dur={seconds},asplit[said][key]")
    filters.append("".join(f"[s{number}]" for number in effects) + f"amix=inputs={len(effects)}:normalize=0[fx]")
    fades = f"afade=t=in:d=0.8,afade=t=out:st={seconds - 2}:d=2"
    filters.append(f"[{effects.stop}:a]{even},volume=-6dB,{fades}[bed]")
    filters.append("[bed][key]sidechaincompress=threshold=0.03:ratio=8:attack=20:release=400[ducked]")
    mixed = f"[said][fx][ducked]amix=inputs=3:normalize=0,atrim=end={seconds}"
    return [*filters, f"{mixed},loudnorm=I=-14:TP=-1:LRA=11,aresample=48000[a]"]
