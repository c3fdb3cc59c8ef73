"""How titles come and go: every frame once, softly, the same for every cut of the film, and at rest in between."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from videofactory.domain.footage import Artifact
from videofactory.domain.timeline import Title
from videofactory.media import titles
from videofactory.media.cut import encode_stretch, stretches
from videofactory.media.titles.motion import part, steps
from videofactory_tests.media.cuts import FRAME, Shelf, planes, timeline

KINDS = ("opening", "lower_third", "call_to_action")


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    return Shelf(tmp_path_factory.mktemp("shelf"))


@pytest.fixture(scope="module")
def grey(shelf: Shelf) -> Artifact:
    return shelf.clip("color=c=gray", frames=60)


@given(st.integers(-50, 50), st.integers(0, 200), st.sampled_from((1, 12, 24, 30, 60)), st.sampled_from(KINDS))
def test_each_frame_is_drawn_once(start: int, length: int, fps: int, kind: str) -> None:
    frames = [
        frame for step in steps(start, start + length, fps=fps, goes=kind == "opening") for frame in range(step.start, step.stop)
    ]
    assert frames == list(range(start, start + length))


def test_at_30_frames_a_second_it_comes_in_eleven_and_goes_in_seven() -> None:
    found = list(steps(0, 90, fps=30))
    assert [step.start for step in found if step.come < 1] == list(range(11))
    assert [step.start for step in found if step.gone > 0] == list(range(83, 90))


@given(st.floats(0, 1), st.floats(0, 1))
def test_movements_never_turn_back(first: float, second: float) -> None:
    low, high = sorted((part(first, 0.2, 0.8), part(second, 0.2, 0.8)))
    assert (low, high) == tuple(part(moment, 0.2, 0.8) for moment in sorted((first, second)))
    assert 0 <= low <= high <= 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_title_moves_only_while_it_comes_and_goes(kind: str, shelf: Shelf, grey: Artifact, tmp_path: Path) -> None:
    title = Title.model_validate({"start": 0.2, "end": 1.6, "text": "Slow mornings", "kind": kind, "name": "Harbour"})
    film = timeline([grey], frames=60, titles=(title,))
    encode_stretch(film, stretches(film)[0], shelf=shelf, out=tmp_path / "out.mp4")
    seen = [picture[: FRAME.height].astype(int) for picture in planes(tmp_path / "out.mp4")]
    moves = [float((np.abs(after - before) > 12).mean()) for before, after in pairwise(seen)]
    assert max(moves[:5]) < 1e-4
    assert sum(move > 1e-3 for move in moves[5:17]) >= 6
    assert max(moves[18:40]) < 1e-3
    gone = 48 if kind == "call_to_action" else 42
    assert sum(move > 1e-3 for move in moves[gone - 1 : 49]) >= 1
    assert max(moves[49:]) < 1e-4


def test_a_lower_third_comes_out_from_behind_its_bar() -> None:
    shown = Title(start=0, end=2, text="Anna Berg", kind="lower_third")
    film = timeline([Artifact(sha256="0" * 64, media_type="video/mp4", size=1)], frames=60, titles=(shown,))
    text = titles.document(film, start=0, stop=60)
    assert text is not None
    moved = [line for line in text.splitlines() if line.startswith("Dialogue") and "Anna" in line]
    places = [float(line.partition("\\pos(")[2].partition(",")[0]) for line in moved[:9]]
    assert places == sorted(places)
    assert places[0] < places[-1] - 5
    assert all("\\clip(" in line for line in moved[:8])


def test_what_decides_a_title_is_part_of_its_stretch() -> None:
    clip = Artifact(sha256="0" * 64, media_type="video/mp4", size=1)
    plain = Title(start=0, end=0.9, text="Hi", kind="call_to_action")
    changes: list[dict[str, object]] = [
        {}, {"place": "upper"}, {"scale": 0.5}, {"room": 0.5}, {"shade": 0.5}, {"name": "Harbour"}, {"emblem": 2.0},
    ]  # fmt: skip
    names = {stretches(timeline([clip], titles=(plain.model_copy(update=change),)))[0].fingerprint for change in changes}
    assert len(names) == len(changes)
