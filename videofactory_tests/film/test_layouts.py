"""One approval, several masters: all three layouts in all three shapes, each laid out anew, each fit for release."""

from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from videofactory.domain.brief import GivenScene
from videofactory.domain.footage import Aspect
from videofactory.domain.timeline import Area, Timeline
from videofactory.providers.cast import embedded_cast
from videofactory.providers.embedded.stills import EmbeddedStills
from videofactory.providers.roles import Delivered, Shelf, StillRequest
from videofactory.studio.material import Clips, CutPlan, FinalCut, Previews
from videofactory_tests.film.line import Line, put_channel
from videofactory_tests.film.traces import Trace

SCRIPT = [
    {"narration": "We open at six.", "seconds": 2, "layout": "single", "on_screen_text": "Six"},
    {"narration": "Warm cups.", "seconds": 2, "transition": "cut", "layout": "composite"},
    {"narration": "Come in.", "seconds": 2, "transition": "cut", "layout": "split_screen", "prompt": "two panes of a cup"},
    {"narration": "Stay.", "seconds": 2, "transition": "crossfade", "layout": "split_screen", "prompt": "a triptych of a cup"},
    {"narration": "", "seconds": 1, "transition": "cut", "layout": "single"},
]
ASPECTS: list[Aspect] = ["16:9", "9:16", "1:1"]
GREEN = "#00e060"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Line, str, FinalCut]:
    """The film, in a channel with a green accent."""
    home = tmp_path_factory.mktemp("layouts") / "home"
    put_channel(home, colours={"accent": GREEN}, captions={"burn_in": "off"})
    line = Line.at(home)
    project = line.take_in(script=SCRIPT, aspects=ASPECTS)
    return line, project, line.film(project)


def plan(made: tuple[Line, str, FinalCut]) -> dict[Aspect, Timeline]:
    return made[0].read("timeline", made[1], CutPlan).timelines


def shown(made: tuple[Line, str, FinalCut], aspect: Aspect, *, scene: int) -> NDArray[np.int_]:
    """A picture out of the middle of a scene, RGB."""
    line, _, cut = made
    film = next(master.film for master in cut.masters if master.aspect == aspect)
    shot = plan(made)[aspect].shots[scene]
    with av.open(str(line.studio.artifacts.path(film))) as container:
        pictures = list(container.decode(video=0))
    return pictures[(shot.start + shot.overlap + shot.end) // 2].to_ndarray(format="rgb24").astype(int)


def test_every_master_passes_the_gate(made: tuple[Line, str, FinalCut]) -> None:
    cut = made[2]
    assert [master.aspect for master in cut.masters] == ASPECTS
    assert cut.findings == ()


def test_the_first_format_is_the_clips_own_and_the_others_are_laid_anew(made: tuple[Line, str, FinalCut]) -> None:
    timelines = plan(made)
    assert all(shot.framing is None for shot in timelines["16:9"].shots)
    windows = {aspect: [len(shot.framing.windows) for shot in timelines[aspect].shots if shot.framing] for aspect in ASPECTS[1:]}
    assert windows == {"9:16": [1, 1, 2, 3, 1], "1:1": [1, 1, 2, 3, 1]}


@pytest.mark.parametrize("scene", [2, 3])
@pytest.mark.parametrize("aspect", ["9:16", "1:1"])
def test_lines_of_the_accent_colour_are_drawn_at_the_new_borders(
    made: tuple[Line, str, FinalCut], aspect: Aspect, scene: int
) -> None:
    framing = plan(made)[aspect].shots[scene].framing
    assert framing is not None
    assert framing.divider == GREEN
    picture = shown(made, aspect, scene=scene)
    line = np.ones(picture.shape[:2], bool)
    for target in (window.target for window in framing.windows):
        line[target.top : target.bottom, target.left : target.right] = False
    green = picture[..., 1] - picture[..., [0, 2]].max(axis=2)
    assert green[line].mean() > 50, "coded in 4:2:0, a line of two pixels keeps most of its colour"
    assert green[~line].mean() < 10


def test_in_the_first_format_panes_move_and_the_line_between_them_stands_still(made: tuple[Line, str, FinalCut]) -> None:
    left, right = made[0].read("scene_previews", made[1], Previews).scenes["scene-03"].panes
    clip = made[0].read("scene_clips", made[1], Clips).scenes["scene-03"].clip
    with av.open(str(made[0].studio.artifacts.path(clip.artifact))) as container:
        frames = np.stack([picture.to_ndarray(format="rgb24") for picture in container.decode(video=0)]).astype(int)
    start, stop = round(left.box.width * clip.width), round(right.box.x * clip.width)
    line = frames[:, :, start:stop]
    assert start < stop
    assert (line[..., 1] - line[..., [0, 2]].max(axis=3)).mean() > 40, "its colour is the accent's"
    assert np.abs(line[-1] - line[0]).mean() < 3
    assert np.abs(frames[-1][:, : start - 4] - frames[0][:, : start - 4]).mean() > 3


def test_the_subject_that_was_put_there_is_inside_in_every_format(made: tuple[Line, str, FinalCut]) -> None:
    line, project, _ = made
    focus = line.read("scene_previews", project, Previews).scenes["scene-02"].focus
    assert focus is not None
    for aspect in ASPECTS[1:]:
        framing = plan(made)[aspect].shots[1].framing
        assert framing is not None
        source: Area = framing.windows[0].source
        assert source.left <= focus.x * 320 + 2
        assert source.right >= (focus.x + focus.width) * 320 - 2


def test_another_layout_makes_its_own_scene_anew_and_no_other(made: tuple[Line, str, FinalCut]) -> None:
    line, project, _ = made
    before, stretches = plan(made), Trace.of(line)
    desk = line.desk(project)
    desk.edit(2, GivenScene(layout="single"))
    desk.record()
    line.revise(project)
    line.green(project)
    line.produce(project)
    after = plan(made)
    for aspect in ASPECTS:
        same = [one == other for one, other in zip(before[aspect].shots, after[aspect].shots, strict=True)]
        assert same == [True, False, True, True, True]
    assert Trace.of(line).made_since(stretches)["stretch"] == len(ASPECTS)


class Outside(EmbeddedStills):
    """Draws as asked, and does not tell where it put things."""

    def submit(self, request: StillRequest, *, shelf: Shelf, token: str) -> Delivered:
        """The still alone."""
        whole = super().submit(request, shelf=shelf, token=token)
        return Delivered(files={"still": whole.files["still"]})


def test_panes_of_an_engine_that_does_not_tell_are_found_in_its_picture(tmp_path: Path) -> None:
    home = tmp_path / "home"
    told = Line.at(home)
    line = Line(replace(told.studio, cast=replace(embedded_cast(), stills={"embedded": Outside()})))
    project = line.take_in(script=SCRIPT)
    line.develop(project)
    previews = line.read("scene_previews", project, Previews).scenes
    assert [len(previews[f"scene-0{number}"].panes) for number in range(1, 6)] == [0, 0, 2, 3, 0]
    found = [pane.box for pane in previews["scene-03"].panes]
    assert found[0].x == 0
    assert found[1].x + found[1].width == pytest.approx(1)
    assert 0 < found[1].x - found[0].width < 0.03, "the line between them is left out"
