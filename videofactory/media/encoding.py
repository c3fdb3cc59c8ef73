"""The settings in which all that encodes must agree: BT.709 tags, intermediates, the tracks' clock, the index in front.

What is only one step's affair (the cut's quality, the tuning for slow moves) stands with that step.
"""

from videofactory.media.graph import Options, Stream

BT709: Options = {"color_range": "tv", "colorspace": "bt709", "color_primaries": "bt709", "color_trc": "bt709"}
"""Options of an input or output of pictures in limited BT.709, the factory's only colours."""
FAST_START: Options = {"movflags": "+faststart"}
"""The index in front of an MP4, so that it plays while it is still being fetched."""
_TICKS_PER_FRAME = 512
_INTERMEDIATE_QUALITY = 14
"""x264's constant rate factor: no loss that a second encoding would show; from 16 on it drops the slowest movements."""
_INTERMEDIATE_THREADS = 2
"""Fixed, because x264's bytes depend on the number of threads."""
REPEATABLE = "sync-lookahead=0"
"""Of x264's own parameters: looking ahead in a thread of its own, it gave other bytes in 7 of 40 encodes with two threads."""


def tagged(pictures: Stream) -> Stream:
    """The pictures said to be limited BT.709, progressive, chroma at the left, whatever their file said; no pixel is changed."""
    colours = {"range": "tv", "color_primaries": "bt709", "color_trc": "bt709", "colorspace": "bt709"}
    return pictures.filter("setparams", field_mode="prog", chroma_location="left", **colours)


def intermediate(preset: str) -> Options:
    """H.264 between two steps, all but lossless and quick; `preset` is x264's."""
    settings: Options = {"crf": _INTERMEDIATE_QUALITY, "threads": _INTERMEDIATE_THREADS, "x264-params": REPEATABLE}
    return {"c:v": "libx264", "preset": preset, **settings}


def clock(fps: int) -> Options:
    """The time base of MP4 tracks that are to be joined by copy: a whole number of ticks to each frame."""
    return {"video_track_timescale": fps * _TICKS_PER_FRAME}
