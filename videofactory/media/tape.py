"""A tape: sound that lies in a nameless file and comes into memory only where it is read. The file is gone with the process."""

import errno
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from videofactory.domain.errors import Lasting

Samples = NDArray[np.float32]
"""Stereo: shape (samples, 2)."""
_BYTES = 8
"""Of one sample of both sides."""


class Tape:
    """Stereo sound, float32, read and written like an array in memory. To be closed, best by `with`.

    Threads may read and write at once where it does not grow.
    """

    def __init__(self, samples: int = 0, *, folder: Path) -> None:
        """So many samples of silence, in a file in `folder`. Silence takes no room on the disk until it is written over."""
        self._file = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115 - closed by `__exit__`
        self._file.truncate(samples * _BYTES)
        self._samples = samples

    @classmethod
    def of(cls, blocks: Iterable[Samples], *, folder: Path, longest: int | None = None) -> Self:
        """All blocks one after the other, at most `longest` samples; no block is asked for beyond that."""
        tape = cls(folder=folder)
        try:
            for block in blocks:
                tape.write(block[: None if longest is None else longest - len(tape)], at=len(tape))
                if len(tape) == longest:
                    break
        except BaseException:
            tape.close()
            raise
        return tape

    def __enter__(self) -> Self:
        """The tape itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Forget the sound."""
        self.close()

    def close(self) -> None:
        """Forget the sound."""
        self._file.close()

    def fileno(self) -> int:
        """The file's number in this process."""
        return self._file.fileno()

    def __len__(self) -> int:
        """Samples."""
        return self._samples

    def __getitem__(self, part: slice, /) -> Samples:
        """These samples (a copy); what lies beyond the ends is left out."""
        start, stop, _ = part.indices(self._samples)
        held = np.empty((max(0, stop - start), 2), np.float32)
        rest = held.data.cast("B") if held.size else memoryview(b"")
        at = start * _BYTES
        while rest and (read := os.preadv(self.fileno(), [rest], at)):
            rest, at = rest[read:], at + read
        return held

    def write(self, block: Samples, *, at: int) -> None:
        """Lay a block over what is there from sample `at` on; the tape grows where it has to. Raises `Lasting` on a full disk."""
        rest = memoryview(np.asarray(block, np.float32).tobytes())
        place = at * _BYTES
        try:
            while rest:
                written = os.pwrite(self.fileno(), rest, place)
                rest, place = rest[written:], place + written
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            message = "The disk is full: there is no room for sound that is being made."
            raise Lasting(message, remedy="Free some space and start again; nothing is lost.") from error
        self._samples = max(self._samples, at + len(block))

    def add(self, block: Samples, *, at: int) -> None:
        """Let a block sound together with what is there from sample `at` on."""
        self.write(self[at : at + len(block)] + block, at=at)
