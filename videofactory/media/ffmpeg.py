"""FFmpeg: the only place of the product that starts it. Children die with their parent; errors carry FFmpeg's last words.

What to ask of FFmpeg is decided elsewhere (`cut`, `mix`, `quality` …) and put together by `graph`. Facts about files come
from `probe`, without a process.
"""

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import imageio_ffmpeg

from videofactory.domain.errors import Lasting, MediaBroken
from videofactory.media import graph
from videofactory.media.children import bound

QUIET = ("-hide_banner", "-nostdin", "-loglevel", "warning", "-y")
EXACT = tuple(word for name, value in graph.EXACT.items() for word in (f"-{name}", str(value)))
"""`graph.EXACT` as words, for arguments that are no graph."""
_FILTER_THREADS = ("-filter_complex_threads", "2")
"""Fixed, because the pixels of some filters (zscale) depend on how many slices a picture is cut into."""
_TAIL = 2000
_PIPE = 1 << 20
"""Bytes of a pipe for pictures: Linux gives any user up to this; the usual 64 kB wake both ends dozens of times a frame."""
_DISK_FULL = "No space left on device"


@cache
def binary() -> str:
    """Path of the FFmpeg that came with the wheel (or `IMAGEIO_FFMPEG_EXE`)."""
    return str(imageio_ffmpeg.get_ffmpeg_exe())


def version() -> str:
    """The first line FFmpeg says of itself."""
    said = subprocess.run([binary(), "-version"], capture_output=True, check=True, text=True)  # noqa: S603 - a fixed binary
    return said.stdout.partition("\n")[0]


def start(
    arguments: Sequence[str | Path],
    *,
    stdin: int | None = subprocess.DEVNULL,
    stdout: int | None = subprocess.DEVNULL,
    cwd: Path | None = None,
) -> "subprocess.Popen[bytes]":
    """Start FFmpeg with these arguments (after our quiet ones) in a process group of its own. The caller must `finish` it."""
    quiet = [flag for flag in QUIET if flag != "-nostdin" or stdin != subprocess.PIPE]
    return subprocess.Popen(  # noqa: S603 - a fixed binary, an argument list, no shell
        bound([binary(), *quiet, *map(str, arguments)]),
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.PIPE,
        start_new_session=True,
        cwd=cwd,
    )


def stop(process: "subprocess.Popen[bytes]") -> None:
    """Kill FFmpeg and all it started, and wait for it. Harmless when it is gone already."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()


def run(
    arguments: Sequence[str | Path], *, purpose: str, frames: Iterable[bytes | memoryview] | None = None, cwd: Path | None = None
) -> str:
    """Run FFmpeg to its end and return what it logged.

    `frames` are written to its standard input one by one. `purpose` is what the caller wanted, in words, for the error. With
    `cwd` file names are relative to it: the way to give filters any path without escaping it.
    Raises `MediaBroken` with FFmpeg's last words when it fails, and `Lasting` when the disk is full.
    """
    process = start(arguments, stdin=subprocess.PIPE if frames is not None else subprocess.DEVNULL, cwd=cwd)
    log: list[bytes] = []
    reader = threading.Thread(target=lambda: log.append(process.stderr.read() if process.stderr else b""), daemon=True)
    reader.start()
    try:
        if frames is not None:
            _feed(process, frames)
        process.wait()
        reader.join()
    finally:
        stop(process)
    text = b"".join(log).decode("utf-8", "replace")
    if process.returncode != 0:
        raise failure(text, purpose=purpose, code=process.returncode)
    return text


def run_graph(
    output: graph.Output, *, purpose: str, frames: Iterable[bytes | memoryview] | None = None, cwd: Path | None = None
) -> str:
    """Run FFmpeg on a whole graph; all else as in `run`."""
    return run([*_FILTER_THREADS, *output.get_args()], purpose=purpose, frames=frames, cwd=cwd)


def _feed(process: "subprocess.Popen[bytes]", frames: Iterable[bytes | memoryview]) -> None:
    pipe = process.stdin
    if pipe is None:
        return
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE)
    try:
        for frame in frames:
            pipe.write(frame)
        pipe.close()
    except BrokenPipeError:
        pass  # FFmpeg ended early: its exit code and last words tell why


def failure(log: str, *, purpose: str, code: int) -> Lasting:
    """The error for a failed FFmpeg run."""
    if _DISK_FULL in log:
        return Lasting(
            f"The disk is full: {purpose} could not be written.", remedy="Free some space and start again; nothing is lost."
        )
    return MediaBroken(f"FFmpeg could not {purpose} (exit code {code}): {log.strip()[-_TAIL:]}")
