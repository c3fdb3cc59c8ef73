"""Letters and logos change over a picture that stands still: what they cover is not watched, all else is, wherever they stand."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from videofactory.domain.footage import Artifact, Box, Word
from videofactory.domain.timeline import Caption, CaptionPlace, Logo, Look, Timeline, Title
from videofactory.media import ffmpeg
from videofactory.media.quality import repeats
from videofactory.media.quality.film import measured
from videofactory.media.quality.plan import plan_of
from videofactory.media.quality.watched import Cover, Watch
from videofactory_tests.media.cuts import Shelf, encoded, timeline

FRAMES = 45
STILL, MOVING = "smptehdbars=s=320x180:r=30", "testsrc2=s=320x180:r=30"
SAID = ("We open at six, and", "the first cup is free.")
PLACES: tuple[CaptionPlace, ...] = ("lower", "middle", "upper")


def clip(shelf: Shelf, picture: str) -> Artifact:
    path = shelf.folder / "clip.mp4"
    coding = ("-frames:v", str(FRAMES), "-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "ultrafast", "-qp", "4")
    ffmpeg.run(["-f", "lavfi", "-i", picture, *coding, path], purpose="make a clip for a test")
    return shelf.keep(path)


def spoken(place: CaptionPlace) -> tuple[Caption, ...]:
    """Two captions, one after the other, whose words light up one by one."""
    words = " ".join(SAID).split()
    return tuple(
        Caption(
            start=start,
            end=start + 0.7,
            lines=SAID,
            words=tuple(Word(text=text, start=start + 0.07 * at, end=start + 0.07 * (at + 1)) for at, text in enumerate(words)),
            place=place,
        )
        for start in (0.0, 0.8)
    )


def longest_still(film: Timeline, shelf: Shelf) -> float:
    """Seconds, as the gate measures them on the encoded film."""
    (path,) = encoded(film, shelf, shelf.folder)
    return float(measured(path, plan=plan_of(film)).measures["longest_frozen_seconds"])


@pytest.mark.parametrize(("picture", "still"), [(STILL, 1.5), (MOVING, 0.0)], ids=["still", "moving"])
@pytest.mark.parametrize("place", PLACES)
def test_captions_that_change_hide_no_still_picture_wherever_they_stand(
    place: CaptionPlace, picture: str, still: float, tmp_path: Path
) -> None:
    shelf = Shelf(tmp_path)
    film = timeline([clip(shelf, picture)], frames=FRAMES, captions=spoken(place), look=Look(burn_in="word"))
    assert longest_still(film, shelf) == still


def test_titles_and_a_logo_that_come_and_go_hide_no_still_picture(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    cv2.imwrite(str(tmp_path / "logo.png"), np.full((20, 40, 4), 255, np.uint8))
    box = Box(x=0.82, y=0.08, width=0.12, height=0.1)
    mark = Logo(artifact=shelf.keep(tmp_path / "logo.png", "image/png"), start=10, stop=35, box=box, opacity=1.0, fade=8)
    titles = (
        Title(start=0.1, end=0.7, text="The first cup", kind="opening", room=0.4, scale=0.6),
        Title(start=0.8, end=1.3, text="Harbour Coffee", kind="lower_third", place="upper_left", scale=0.6),
    )
    film = timeline([clip(shelf, STILL)], frames=FRAMES, titles=titles, logos=(mark,))
    assert longest_still(film, shelf) == 1.5


def plain(levels: Sequence[float]) -> NDArray[np.uint8]:
    """Pictures of eight rows, each of one brightness."""
    return np.stack([np.full((8, 12), round(level), np.uint8) for level in levels])


def test_a_movement_that_stops_under_captions_that_change_is_found() -> None:
    grid = plain([10, 13, 16, 19, 22, *[22] * 12, 25, 28, 31])
    grid[:, :3, :] = (np.arange(len(grid)) * 40 % 256).astype(np.uint8)[:, None, None]
    covers = (Cover(0, 9, 0, 0, 1, 0.3), Cover(9, 30, 0, 0, 1, 0.3))
    assert repeats.stops(Watch(grid)) == ()
    assert repeats.stops(Watch(grid, covers)) == (repeats.Stop(5, 17),)


def test_what_is_covered_is_watched_before_and_after() -> None:
    grid = plain([10, 10, 10, 10])
    grid[2:, 6:, :] = 90
    watch = Watch(grid, (Cover(101, 103, 0, 0.8, 1, 1),), numbers=np.arange(100, 104))
    assert watch.difference(1, 2) == watch.difference(0, 1) == 0.0
    assert watch.difference(0, 3) == 20.0
    assert watch.difference(0, 2) == 0.0, "covered in one of the two"


def test_where_all_but_nothing_is_left_to_watch_a_picture_is_not_called_still() -> None:
    watch = Watch(plain([10, 10]), (Cover(0, 2, 0, 0, 1, 0.85),))
    assert watch.difference(0, 1) == np.inf
