"""What becomes of a cut that a person stops, or that goes wrong: threads end with it, and every error is said, with its scene."""

import errno
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from videofactory.domain.errors import Lasting, MediaBroken
from videofactory.domain.footage import Artifact, Aspect, Clip
from videofactory.domain.script import Transition
from videofactory.domain.timeline import Timeline
from videofactory.media.cut import Halted, Stretch, encode_stretch, stretches
from videofactory.studio import final_cut
from videofactory.studio.factory import Studio
from videofactory.studio.scene_plan import ScenePlan
from videofactory.studio.stretches import EarlyCut, encoded
from videofactory_tests.media.cuts import FRAME, Shelf, timeline

CLIP = Clip(artifact=Artifact(sha256="0" * 64, media_type="video/mp4", size=1), width=320, height=180, fps=30, frames=30)
PATIENCE = 5.0


@pytest.fixture
def hearing() -> Iterator[None]:
    """This process hears Ctrl-C, though whoever started it in the background had it ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def stopped_by_a_person(halt: threading.Event) -> bool:
    """Press Ctrl-C, and tell whether the word comes."""
    time.sleep(0.1)  # until the main thread waits
    os.kill(os.getpid(), signal.SIGINT)
    return halt.wait(PATIENCE)


@pytest.mark.usefixtures("hearing")
def test_threads_do_not_go_on_when_a_person_stops_the_cut(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[bool] = []
    done = threading.Event()

    def stopping(studio: Studio, timeline: Timeline, part: Stretch, *, halt: threading.Event) -> object:
        heard.append(stopped_by_a_person(halt) if not heard else halt.is_set())
        done.set()
        return encoded(studio, timeline, part, halt=halt)

    monkeypatch.setattr(final_cut, "encoded", stopping)
    with pytest.raises(KeyboardInterrupt):
        final_cut.cut_film(studio, timeline([CLIP.artifact]))
    assert done.wait(PATIENCE)
    assert heard == [True]


def test_nothing_is_encoded_once_nobody_waits(tmp_path: Path) -> None:
    shelf, halt = Shelf(tmp_path), threading.Event()
    film = timeline([shelf.clip("testsrc2"), shelf.clip("smptehdbars")], transitions=(Transition.CROSSFADE,))
    body, window, _ = stretches(film)

    def found(artifact: Artifact) -> Path:
        halt.set()  # after it has begun, before its first picture
        return shelf(artifact)

    for part in (body, window):
        halt.clear()
        with pytest.raises(Halted):
            encode_stretch(film, part, shelf=found, out=tmp_path / "out.mp4", halt=halt)
        with pytest.raises(Halted):
            encode_stretch(film, part, shelf=shelf, out=tmp_path / "out.mp4", halt=halt)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(("out", "stretch"))] == []
    assert not [thread for thread in threading.enumerate() if thread.name == "ahead"]


class Scenes:
    """As much of a plan of two scenes as early cuts ask for."""

    count = 2

    def scene(self, index: int) -> SimpleNamespace:
        """One of them."""
        return SimpleNamespace(id=f"scene-{index + 1:02d}")


class Early(EarlyCut):
    """An early cut that does something else in place of encoding: the works of each scene are what they do."""

    def __init__(self, studio: Studio, *, works: list[Callable[[threading.Event], object]], aspects: tuple[Aspect, ...]) -> None:
        super().__init__(studio, cast("ScenePlan", Scenes()), frames=dict.fromkeys(aspects, FRAME))
        self._doing = works

    def _encode(self, index: int, _clip: Clip, _aspect: Aspect) -> None:
        self._doing[index](self._halt)


@pytest.mark.usefixtures("hearing")
def test_an_early_cut_ends_with_who_waits_for_it(studio: Studio) -> None:
    heard: list[bool] = []
    done = threading.Event()

    def stop(halt: threading.Event) -> None:
        heard.append(stopped_by_a_person(halt))
        done.set()

    with pytest.raises(KeyboardInterrupt), Early(studio, works=[stop], aspects=("16:9",)) as early:
        early.add("scene-01", CLIP)
    assert done.wait(PATIENCE)
    assert heard == [True]


def test_an_early_cut_says_all_that_went_wrong(studio: Studio) -> None:
    def broken(_: threading.Event) -> None:
        raise MediaBroken("Its clip is broken.")

    early = Early(studio, works=[broken, broken], aspects=("16:9", "9:16"))
    early.add("scene-01", CLIP)
    early.add("scene-02", CLIP)
    with pytest.raises(Lasting) as caught, early:
        pass
    scenes = [f"{scene} in {aspect}" for scene in ("scene-01", "scene-02") for aspect in ("16:9", "9:16")]
    assert str(caught.value).splitlines()[1:] == [f"{scene}: Its clip is broken." for scene in scenes]


def test_a_full_disk_is_said_whoever_meets_it(tmp_path: Path) -> None:
    """Fonts and text are written by us, pictures by FFmpeg; other troubles are told as they are."""
    film = timeline([CLIP.artifact])
    for number, kind in ((errno.ENOSPC, Lasting), (errno.EIO, OSError)):

        def shelf(_: Artifact, number: int = number) -> Path:
            raise OSError(number, os.strerror(number))

        with pytest.raises(kind, match="Free some space" if kind is Lasting else "Input/output"):
            encode_stretch(film, stretches(film)[0], shelf=shelf, out=tmp_path / "out.mp4")
    assert list(tmp_path.iterdir()) == []


def test_a_broken_clip_is_told_with_its_scene(studio: Studio, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    good, short = (
        studio.artifacts.put_file(shelf(shelf.clip("testsrc2", frames=frames)), media_type="video/mp4") for frames in (30, 12)
    )
    text = studio.artifacts.put(b"no clip", media_type="video/mp4")
    with pytest.raises(MediaBroken, match=r"^scene-02: .*ends before its frame 12\. Make or fetch"):
        final_cut.cut_film(studio, timeline([good, short]))
    film = timeline([good, short, text], transitions=[Transition.CROSSFADE] * 2)
    with pytest.raises(Lasting) as caught:
        final_cut.cut_film(studio, film)
    lines = str(caught.value).splitlines()
    places = {"30 to 40": 2, "40 to 50": 2, "50 to 70": 3}
    told = sorted(line.partition(".mp4")[0][:-64] for line in lines[1:])
    assert told == [f"frames {place}: scene-0{scene}: " for place, scene in places.items()]
