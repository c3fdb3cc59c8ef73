"""FFmpeg's inputs, filters and outputs as a graph of values, by ffmpeg-python: names, order and escaping are its work.

Starting FFmpeg is `ffmpeg.run_graph`'s; which settings the factory encodes with is in `encoding`. The package has no types, so
what we use of it is described here. Filter options go by name only: the package escapes positional ones twice over.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import ffmpeg as package

Value = str | int | float | Path | None
"""Of an option; `None` is an option that stands alone, such as `-an`."""
Options = Mapping[str, Value]
"""Of an input or output, named as on the command line without the dash; they are written in the order of their names."""
EXACT: Options = {"map_metadata": "-1", "fflags": "+bitexact", "flags:v": "+bitexact", "flags:a": "+bitexact"}
"""Output options that keep dates, versions and tool names out of files, so that equal input gives equal bytes."""
STDIN = "pipe:0"


class Stream(Protocol):
    """Pictures or sound between input, filters and output. Never changed: every filter gives a new one, and feeds one other."""

    def filter(self, filter_name: str, /, **options: Value) -> "Stream":
        """This stream, filtered."""

    def split(self) -> "Copies":
        """This stream, as often as it is asked for."""

    def __getitem__(self, selector: str) -> "Stream":
        """One stream of an input, such as `v:0`, or `a:0?` where it may be missing."""


class Copies(Protocol):
    """Equal streams, by number."""

    def __getitem__(self, number: int) -> Stream:
        """One of them."""


class Output(Protocol):
    """A whole graph, down to what it writes."""

    def global_args(self, *arguments: str) -> "Output":
        """The graph with arguments that concern FFmpeg as a whole."""

    def get_args(self) -> list[str]:
        """The graph as FFmpeg's arguments."""


def source(path: Path | str, *, options: Options | None = None) -> Stream:
    """All streams of a file, or of `STDIN`."""
    found: Stream = package.input(str(path), **(options or {}))
    return found


def raw_pictures(*, width: int, height: int, fps: int, pixels: str = "yuv420p", options: Options | None = None) -> Stream:
    """Pictures without a header that come by `STDIN`, `pixels` being FFmpeg's name of their format."""
    form = {"format": "rawvideo", "pixel_format": pixels, "framerate": fps}
    found: Stream = package.input(STDIN, video_size=(width, height), **form, **(options or {}))
    return found


def output(*streams: Stream, to: Path | str, options: Options, exact: bool = True) -> Output:
    """The streams written into one file (or nothing, for the format `null`), with `EXACT` below `options` unless told not to."""
    written: Output = package.output(*streams, str(to), **{**(EXACT if exact else {}), **options})
    return written
