"""Which picture of a clip is seen at which frame, to the level: also where pictures are missing."""

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from videofactory.domain.footage import Box
from videofactory.domain.timeline import Logo
from videofactory.media import probe
from videofactory.media.cut import encode_stretch, stretches
from videofactory.media.cut.pictures import pictures, untouched
from videofactory_tests.media.cuts import FRAME, Shelf, timeline

FRAMES = 45
GROUP = 20
"""Pictures from one key frame to the next."""
HOLES = {"none": (), "one": (14,), "a row": (14, 15, 16), "at a key frame": (20, 21), "many": (5, 9, 10, 23, 31, 33, 40)}


def with_holes(path: Path, missing: Iterable[int]) -> Path:
    """A clip of `FRAMES` frames without these: each of another light, in its time, most of them bidirectional."""
    with av.open(str(path), "w") as container:
        options = {"preset": "superfast", "bf": "3", "crf": "12", "x264-params": f"keyint={GROUP}:scenecut=0:b-adapt=0"}
        stream = container.add_stream("libx264", rate=FRAME.fps, options=options)
        stream.width, stream.height, stream.pix_fmt = FRAME.width, FRAME.height, "yuv420p"
        for number in sorted({*range(FRAMES)} - {*missing}):
            levels = np.full((FRAME.height * 3 // 2, FRAME.width), 128, np.uint8)
            levels[: FRAME.height] = 20 + number * 4
            levels[40:100, 4 * number : 4 * number + 60] = 230
            picture = av.VideoFrame.from_ndarray(levels, format="yuv420p")
            picture.pts, picture.time_base = number, Fraction(1, FRAME.fps)
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return path


def seen(path: Path) -> list[NDArray[np.uint8]]:
    """What a player shows at each frame: the picture of that time, or the last one before it."""
    with av.open(str(path)) as container:
        found = {round(float(picture.time or 0) * FRAME.fps): picture.to_ndarray() for picture in container.decode(video=0)}
    return [np.asarray(found[max(at for at in found if at <= number)], np.uint8) for number in range(FRAMES)]


@pytest.mark.parametrize("missing", HOLES.values(), ids=HOLES)
@pytest.mark.parametrize("ending", ["mp4", "mkv"])
def test_a_missing_picture_is_held_and_all_others_stay_at_their_times(
    tmp_path: Path, missing: tuple[int, ...], ending: str
) -> None:
    path = with_holes(tmp_path / f"clip.{ending}", missing)
    wanted = seen(path)
    for first in range(FRAMES):
        count = min(4, FRAMES - first) if first else FRAMES
        handed = [picture.to_ndarray() for picture in untouched(path, first=first, count=count, frame=FRAME)]
        assert [at for at, one in enumerate(handed, start=first) if not np.array_equal(one, wanted[at])] == []
        numbers = range(first, first + count)
        laid = [picture.copy() for picture in pictures(path, wanted=numbers, frame=FRAME, focus=None)]
        assert [at for at, one in zip(numbers, laid, strict=True) if not np.array_equal(one, wanted[at])] == []


def test_numbers_that_are_left_out_or_asked_for_again_meet_the_same_pictures(tmp_path: Path) -> None:
    path = with_holes(tmp_path / "clip.mp4", HOLES["many"])
    wanted, numbers = seen(path), [3, 3, 5, 10, 11, 11, 22, 23, 23, 24, 40, 44]
    laid = [picture.copy() for picture in pictures(path, wanted=numbers, frame=FRAME, focus=None)]
    assert all(np.array_equal(one, wanted[at]) for at, one in zip(numbers, laid, strict=True))


def test_what_is_laid_over_a_held_picture_is_laid_over_it_once(tmp_path: Path) -> None:
    """The decoder's own picture would be drawn on again; a file that hides its gaps in its rate is a body like any other."""
    shelf = Shelf(tmp_path)
    clip = shelf.keep(with_holes(tmp_path / "clip.mkv", HOLES["a row"]))
    facts = probe.facts(shelf(clip)).video
    assert facts is not None
    assert (facts.fps, facts.frames) == (30, FRAMES - 3)
    Image.new("RGBA", (80, 80), (255, 255, 255, 255)).save(tmp_path / "white.png")
    box = Box(x=0.8, y=0.1, width=0.1, height=0.1)
    mark = Logo(artifact=shelf.keep(tmp_path / "white.png", "image/png"), start=0, stop=FRAMES, box=box, opacity=0.5)
    film = timeline([clip], frames=FRAMES, logos=(mark,))
    slowest = film.shots[0].model_copy(update={"speed": 1 - 1e-12})  # no body any more, and yet the same frames
    for name, shown in (("body", film), ("laid", film.model_copy(update={"shots": (slowest,)}))):
        encode_stretch(shown, stretches(film)[0], shelf=shelf, out=tmp_path / name)
    assert (tmp_path / "body").read_bytes() == (tmp_path / "laid").read_bytes()
