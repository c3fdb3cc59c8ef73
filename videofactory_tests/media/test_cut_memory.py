"""What the cut holds at once: an encoder for every two processors, a few pages of text, no picture decoded that nobody needs."""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import av
import numpy as np
import pytest

from videofactory.domain.footage import Artifact, Frame
from videofactory.domain.script import Transition
from videofactory.domain.timeline import Caption, Title
from videofactory.media import ffmpeg
from videofactory.media.cut import encode, encode_stretch, stretches
from videofactory.media.cut.coder import Coder
from videofactory.media.cut.pictures import _decoded, untouched
from videofactory_tests.media.cuts import FRAME, Shelf, planes, timeline


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    return Shelf(tmp_path_factory.mktemp("shelf"))


class Watched(Coder):
    """The encoder, and how many of it were at work at once."""

    lock, now, most = threading.Lock(), 0, 0

    def add(self, picture: av.VideoFrame) -> None:
        """As the encoder's, slower."""
        with Watched.lock:
            Watched.now += 1
            Watched.most = max(Watched.most, Watched.now)
        time.sleep(0.01)
        super().add(picture)
        with Watched.lock:
            Watched.now -= 1


@pytest.mark.parametrize("encoders", [1, 2])
def test_no_more_encoders_are_at_work_than_there_is_room_for(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoders: int
) -> None:
    clips = [shelf.clip(source) for source in ("testsrc2", "mandelbrot", "smptehdbars")]
    film = timeline(clips, transitions=[Transition.CROSSFADE] * 2)
    monkeypatch.setattr(encode, "Coder", Watched)
    monkeypatch.setattr(encode, "_ENCODERS", threading.BoundedSemaphore(encoders))
    Watched.most = 0
    with ThreadPoolExecutor(3) as pool:
        works = [
            pool.submit(encode_stretch, film, part, shelf=shelf, out=tmp_path / f"{part.start}.mp4") for part in stretches(film)
        ]
    assert [work.exception() for work in works] == [None] * len(works)
    assert Watched.most == encoders


def test_while_it_waits_a_body_is_made_ready_and_a_window_opens_no_clip(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = timeline([shelf.clip("testsrc2"), shelf.clip("mandelbrot")], transitions=[Transition.CROSSFADE])
    body, window, _ = stretches(film)
    for part, ready in ((body, True), (window, False)):
        begun = threading.Event()

        def found(artifact: Artifact, begun: threading.Event = begun) -> Path:
            begun.set()
            return shelf(artifact)

        monkeypatch.setattr(encode, "_ENCODERS", threading.BoundedSemaphore(1))
        with ThreadPoolExecutor(1) as pool:
            with encode._ENCODERS:
                work = pool.submit(encode_stretch, film, part, shelf=found, out=tmp_path / "waits.mp4")
                assert begun.wait(5.0 if ready else 0.5) == ready
            work.result()


def test_an_encoder_has_two_processors() -> None:
    room = sum(encode._ENCODERS.acquire(blocking=False) for _ in range(1000))
    for _ in range(room):
        encode._ENCODERS.release()
    assert room == max(1, len(os.sched_getaffinity(0)) // 2)


def test_text_is_drawn_before_an_encoder_is_there(shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[str]] = []

    class Late(Coder):
        def __init__(self, out: Path, *, frame: Frame, preset: str) -> None:
            seen.append(sorted(path.name for path in out.parent.iterdir()))
            super().__init__(out, frame=frame, preset=preset)

    monkeypatch.setattr(encode, "Coder", Late)
    film = timeline([shelf.clip("testsrc2")], captions=(Caption(start=0.5, end=0.9, lines=("Hello",)),))
    encode_stretch(film, stretches(film)[0], shelf=shelf, out=tmp_path / "out.mp4")
    assert ["pages.yuv" in names for names in seen] == [True]


def test_a_text_of_many_pages_lies_on_the_disk_a_few_at_a_time(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []

    class Looking(Coder):
        def add(self, picture: av.VideoFrame) -> None:
            sizes.append(max((path.stat().st_size for path in tmp_path.rglob("pages.yuv")), default=0))
            super().add(picture)

    monkeypatch.setattr(encode, "Coder", Looking)
    film = timeline([shelf.clip("testsrc2")], titles=(Title(start=0.0, end=1.0, text="Harbour", kind="opening"),))
    encode_stretch(film, stretches(film)[0], shelf=shelf, out=tmp_path / "out.mp4")
    assert 0 < max(sizes) <= 8 * 2 * FRAME.width * FRAME.height * 3 // 2


def test_what_comes_before_and_serves_no_other_is_not_decoded(shelf: Shelf, tmp_path: Path) -> None:
    """Bidirectional pictures on the way to the one that is wanted: skipped, and every picture after is the same to the level."""
    path = tmp_path / "clip.mp4"
    source = shelf(shelf.clip("testsrc2", frames=60))
    coding = ("-c:v", "libx264", "-preset", "superfast", "-bf", "3", "-g", "250", "-an")
    ffmpeg.run(["-i", source, *coding, path], purpose="make a clip for a test")
    whole = planes(path)
    for first in (0, 1, 17, 44, 59):
        found = list(untouched(path, first=first, count=60 - first, frame=FRAME))
        assert len(found) == 60 - first
        for wanted, picture in zip(whole[first:], found, strict=True):
            assert np.array_equal(picture.to_ndarray(), wanted)
    numbers = [number for number, _ in _decoded(path, first=50, fps=30)]
    assert numbers[-10:] == list(range(50, 60))
    assert len(numbers) < 40
