"""Framing: the subject stays inside, panes tile the frame, nothing is stretched; and the pixels land where it says."""

from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from videofactory.domain.errors import InvalidInput, MediaBroken
from videofactory.domain.footage import Artifact, Box, Frame, Pane
from videofactory.domain.script import Transition
from videofactory.domain.timeline import Area, Framing, Shot, Timeline, Window
from videofactory.media import cut, ffmpeg
from videofactory.media.cut import stretches
from videofactory.media.cut.encode import composed
from videofactory.media.cut.framed import untouched
from videofactory.media.cut.framing import MARGIN, Shape, flaw, framing, line_width
from videofactory.media.cut.pictures import pictures
from videofactory.media.cut.plan import Stretch
from videofactory_tests.media.cuts import Shelf, planes
from videofactory_tests.media.films import TAGS

FORMS = (Shape(1920, 1080), Shape(1080, 1920), Shape(1080, 1080), Shape(640, 360), Shape(360, 640), Shape(360, 360))
forms = st.sampled_from(FORMS)
BARS = ("red", "lime", "blue")
LUMA = {"red": 63, "lime": 173, "blue": 32}


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    x, y = draw(st.floats(0, 0.9)), draw(st.floats(0, 0.9))
    return Box(x=x, y=y, width=draw(st.floats(0.05, 1 - x)), height=draw(st.floats(0.05, 1 - y)))


def columns(count: int, starts: tuple[float, ...] = ()) -> list[Pane]:
    """Panes side by side, each with its subject in the middle."""
    edges = (*starts, 1) if starts else {2: (0, 0.5, 1), 3: (0, 0.35, 0.65, 1)}[count]
    return [
        Pane(
            box=Box(x=left, y=0, width=right - left, height=1),
            focus=Box(x=left + 0.3 * (right - left), y=0.3, width=0.4 * (right - left), height=0.4),
        )
        for left, right in pairwise(edges)
    ]


def shapes_differ(window: Window) -> float:
    """How far pixels are stretched: 0 for not at all."""
    seen = window.inset or window.target
    return abs(window.source.width * seen.height / (window.source.height * seen.width) - 1)


@given(clip=forms, frame=forms, focus=boxes())
def test_the_subject_is_inside_whatever_its_place_and_the_shapes(clip: Shape, frame: Shape, focus: Box) -> None:
    (window,) = framing(clip=clip, frame=frame, focus=focus).windows
    source = window.source
    near = 0.02 * max(clip)  # a window that is all but the frame's shape is not extended for the sake of its rim
    assert source.left <= focus.x * clip.width + near
    assert source.top <= focus.y * clip.height + near
    assert source.right >= (focus.x + focus.width) * clip.width - near
    assert source.bottom >= (focus.y + focus.height) * clip.height - near
    assert source.right <= clip.width
    assert source.bottom <= clip.height


@given(clip=forms, frame=forms, focus=boxes())
def test_a_single_picture_fills_the_frame_unstretched(clip: Shape, frame: Shape, focus: Box) -> None:
    laid = framing(clip=clip, frame=frame, focus=focus)
    assert flaw(laid, frame=frame) == ""
    (window,) = laid.windows
    assert shapes_differ(window) < 0.01
    if window.inset:
        assert window.inset.right <= frame.width
        assert window.inset.bottom <= frame.height
        assert window.inset.width == frame.width or window.inset.height == frame.height


@given(clip=forms, frame=forms, count=st.sampled_from([2, 3]), divider=st.sampled_from(["#e8b04b", None]))
def test_panes_tile_the_frame_but_for_lines_of_one_width(clip: Shape, frame: Shape, count: int, divider: str | None) -> None:
    laid = framing(clip=clip, frame=frame, focus=None, panes=columns(count), divider=divider)
    assert flaw(laid, frame=frame) == ""
    assert len(laid.windows) == count
    covered = np.zeros((frame.height, frame.width), int)
    for window in laid.windows:
        target = window.target
        covered[target.top : target.bottom, target.left : target.right] += 1
        assert shapes_differ(window) < 0.01
    assert covered.max() == 1
    gaps = int((covered == 0).sum())
    line = line_width(frame) if divider else 0
    longest = max(frame) if frame.ratio != 1 else frame.width
    assert gaps <= (count - 1) * line * longest
    assert (gaps > 0) is (divider is not None)


@pytest.mark.parametrize("starts", [(0, 1 / 3, 2 / 3), (0, 0.46, 0.73), (0, 0.62), (0, 0.38)])
def test_small_panes_are_not_stretched_by_the_rounding_to_even_pixels(starts: tuple[float, ...]) -> None:
    for clip, frame in product(FORMS, FORMS):
        laid = framing(clip=clip, frame=frame, focus=None, panes=columns(len(starts), starts))
        assert max(shapes_differ(window) for window in laid.windows) < 0.01


@given(clip=forms, frame=forms, count=st.sampled_from([2, 3]))
def test_each_pane_shows_its_own_part_of_the_clip(clip: Shape, frame: Shape, count: int) -> None:
    panes = columns(count)
    for pane, window in zip(panes, framing(clip=clip, frame=frame, focus=None, panes=panes).windows, strict=True):
        assert window.source.left >= pane.box.x * clip.width - 0.01
        assert window.source.right <= (pane.box.x + pane.box.width) * clip.width + 0.01
        middle = (pane.focus.x + pane.focus.width / 2) * clip.width
        assert window.source.left <= middle <= window.source.right


def person(left: float, *, heart: Box | None) -> Pane:
    """A third of a wide clip whose subject is taller than any of three stacked panes, with this face in it."""
    return Pane(box=Box(x=left, y=0, width=1 / 3, height=1), focus=Box(x=left, y=0.1, width=0.3, height=0.9), heart=heart)


@pytest.mark.parametrize("tall", [0.2, 0.4, 0.6, 0.8])
def test_of_a_person_taller_than_the_pane_eyes_and_mouth_are_seen(tall: float) -> None:
    """In a face's box, from hair to chin, eyes are at about 0.37 of its height and the mouth at 0.67 (portrait.jpg)."""
    face = Box(x=0.05, y=0.1, width=0.2, height=tall)
    panes = [person(0, heart=face), person(1 / 3, heart=None), person(2 / 3, heart=None)]
    seen = framing(clip=FORMS[0], frame=FORMS[1], focus=None, panes=panes).windows[0].source
    assert seen.height < panes[0].focus.height * FORMS[0].height
    eyes, mouth = ((face.y + share * tall) * FORMS[0].height for share in (0.37, 0.67))
    assert eyes - seen.top > 0.08 * seen.height
    assert seen.bottom - mouth > 0.08 * seen.height


@pytest.mark.parametrize(("at", "middle"), [(0.6, 0.6), (0.4, 0.4), (0.1, 0.1 + 380 / 2 / 1080), (1.0, 1 - 380 / 2 / 1080)])
def test_of_a_thing_taller_than_the_pane_that_is_seen_which_draws_the_eye(at: float, middle: float) -> None:
    """As near to the middle of the pane as the subject's ends allow."""
    panes = [person(left, heart=Box(x=left, y=at, width=0, height=0)) for left in (0, 1 / 3, 2 / 3)]
    seen = framing(clip=FORMS[0], frame=FORMS[1], focus=None, panes=panes).windows[0].source
    assert (seen.top + seen.bottom) / 2 == pytest.approx(middle * 1080, abs=2)


def test_of_a_thing_taller_than_the_pane_the_middle_is_seen_and_of_a_smaller_one_all() -> None:
    panes = [person(left, heart=None) for left in (0, 1 / 3, 2 / 3)]
    seen = framing(clip=FORMS[0], frame=FORMS[1], focus=None, panes=panes).windows[0].source
    assert 0.5 * 1080 < seen.top + 0.5 * seen.height < 0.6 * 1080
    whole = [pane.model_copy(update={"focus": Box(x=0.05, y=0.4, width=0.2, height=0.3)}) for pane in panes]
    for face in (None, Box(x=0.05, y=0.4, width=0.1, height=0.1)):
        told = [pane.model_copy(update={"heart": face}) for pane in whole]
        kept = framing(clip=FORMS[0], frame=FORMS[1], focus=None, panes=told).windows[0].source
        assert (kept.top + kept.bottom) / 2 == pytest.approx(0.55 * 1080, abs=2)


def test_tall_frames_stack_wide_ones_line_up_square_ones_do_both() -> None:
    def targets(frame: Shape, count: int) -> list[Area]:
        return [w.target for w in framing(clip=FORMS[0], frame=frame, focus=None, panes=columns(count)).windows]

    tall, wide = targets(FORMS[1], 3), targets(FORMS[0], 3)
    assert len({area.left for area in tall}) == 1
    assert len({area.top for area in wide}) == 1
    assert [(area.left, area.width) for area in targets(FORMS[2], 2)] == [(0, 540), (540, 540)]
    lead, upper, lower = targets(FORMS[2], 3)
    assert (lead.width, lead.height) == (540, 1080)
    assert (upper.left, upper.bottom, lower.left) == (540, lower.top, 540)


def test_a_small_subject_fills_the_frame_and_a_wide_one_is_shown_whole_with_air() -> None:
    wide, tall = FORMS[:2]
    (small,) = framing(clip=wide, frame=tall, focus=Box(x=0.8, y=0.3, width=0.2, height=0.4)).windows
    assert small.inset is None
    assert small.source.right == wide.width
    (whole,) = framing(clip=wide, frame=tall, focus=Box(x=0.2, y=0.3, width=0.5, height=0.4)).windows
    assert whole.inset is not None
    assert whole.inset.width == tall.width
    assert whole.source.width == pytest.approx(wide.width * 0.5 * (1 + 2 * MARGIN), abs=4)
    assert whole.inset.top < tall.height - whole.inset.bottom, "words come below"


@pytest.mark.parametrize(
    ("laid", "words"),
    [
        ([(0, 0, 640, 180), (0, 180, 640, 180)], ""),
        ([(0, 0, 640, 182), (0, 180, 640, 180)], "two parts"),
        ([(0, 0, 640, 178), (0, 180, 640, 180)], "hole"),
        ([(0, 0, 640, 180), (0, 180, 640, 182)], "inside"),
    ],
)
def test_a_framing_that_does_not_fit_is_refused_before_anything_is_encoded(laid: list[tuple[int, ...]], words: str) -> None:
    areas = [Area(left=left, top=top, width=width, height=height) for left, top, width, height in laid]
    made = Framing(windows=tuple(Window(source=area, target=area) for area in areas))
    clip = Artifact(sha256="0" * 64, media_type="video/mp4", size=1)
    shot = Shot(scene="scene-01", clip=clip, clip_frames=9, start=0, frames=9, framing=made)
    film = Timeline(project="p", title="t", frame=Frame(width=640, height=360), shots=(shot,))
    if not words:
        assert stretches(film)
        return
    with pytest.raises(InvalidInput, match=words):
        stretches(film)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    return Shelf(tmp_path_factory.mktemp("framing"))


def bars(shelf: Shelf, count: int) -> Artifact:
    """A clip of 640x360 in as many coloured columns, two frames."""
    widths = {2: (320, 320), 3: (224, 192, 224)}[count]
    inputs = [
        part
        for colour, width in zip(BARS, widths, strict=False)
        for part in ("-f", "lavfi", "-i", f"color=c={colour}:s={width}x360:r=30")
    ]
    path = shelf.folder / f"bars-{count}.mp4"
    look = f"hstack=inputs={count},scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,{TAGS}"
    coding = ("-frames:v", "2", "-c:v", "libx264", "-preset", "ultrafast", "-qp", "4", "-threads", "1")
    ffmpeg.run([*inputs, "-filter_complex", look, *coding, path], purpose="make coloured panes for a test")
    return shelf.keep(path)


def laid_out(shelf: Shelf, count: int, frame: Frame, divider: str | None) -> tuple[np.ndarray, Framing]:
    """The luma of a clip of coloured panes in this frame, and its framing."""
    laid = framing(
        clip=Shape(640, 360), frame=Shape(frame.width, frame.height), focus=None, panes=columns(count), divider=divider
    )
    shown = next(pictures(shelf(bars(shelf, count)), wanted=[0], frame=frame, focus=None, framing=laid))
    return shown[: frame.height].astype(int), laid


@pytest.mark.parametrize("size", [(640, 360), (360, 640), (360, 360)])
@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.parametrize("divider", ["#ffffff", None])
def test_coloured_panes_land_where_they_should(shelf: Shelf, size: tuple[int, int], count: int, divider: str | None) -> None:
    luma, laid = laid_out(shelf, count, Frame(width=size[0], height=size[1]), divider)
    line = np.ones(luma.shape, bool)
    for window, colour in zip(laid.windows, BARS, strict=False):
        rows, columns_ = slice(window.target.top, window.target.bottom), slice(window.target.left, window.target.right)
        inner = luma[rows, columns_][2:-2, 2:-2]  # the scaler may ring at a border
        assert np.abs(inner - LUMA[colour]).max() <= 3, "nothing of a neighbour is seen in a pane"
        line[rows, columns_] = False
    assert line.any() == (divider is not None)
    assert (luma[line] == 235).all(), "the divider has its own colour"


def test_a_picture_too_wide_is_continued_without_bars_or_seam(shelf: Shelf) -> None:
    clip = shelf.clip("gradients=c0=0x806040:c1=0xc0a080:x0=0:y0=180:x1=640:y1=180:nb_colors=2:speed=0.00001", size="640x360")
    tall = Frame(width=360, height=640)
    laid = framing(clip=Shape(640, 360), frame=Shape(360, 640), focus=Box(x=0.1, y=0.1, width=0.8, height=0.8))
    luma = next(pictures(shelf(clip), wanted=[0], frame=tall, focus=None, framing=laid))[:640].astype(int)
    inset = laid.windows[0].inset
    assert inset is not None
    middle = luma[inset.top + 10 : inset.bottom - 10]
    assert luma.min() > 40, "no black bars"
    assert luma[:4].mean() < 0.85 * middle.mean(), "the extension is darker"
    assert np.abs(np.diff(luma[:, 180])).max() <= 4, "no edge where the extension begins"


def test_cropping_is_of_the_clips_own_pixels_where_no_size_changes(shelf: Shelf) -> None:
    clip = shelf.clip("testsrc2", frames=2, size="640x360")
    window = Window(source=Area(left=100, top=0, width=360, height=360), target=Area(left=0, top=0, width=360, height=360))
    shown = next(
        pictures(shelf(clip), wanted=[0], frame=Frame(width=360, height=360), focus=None, framing=Framing(windows=(window,)))
    )
    whole = planes(shelf(clip))[0]
    assert np.array_equal(shown[:360], whole[:360, 100:460])
    assert np.array_equal(shown[360:].reshape(2, 180, 180), whole[360:].reshape(2, 180, 320)[:, :, 50:230])


def test_a_framing_made_for_another_size_is_an_error(shelf: Shelf) -> None:
    laid = framing(clip=Shape(1280, 720), frame=Shape(360, 640), focus=None, panes=columns(2))
    with pytest.raises(MediaBroken, match="another size"):
        next(pictures(shelf(bars(shelf, 2)), wanted=[0], frame=Frame(width=360, height=640), focus=None, framing=laid))


def film(shelf: Shelf, how: Framing | None, frame: Frame) -> Timeline:
    """Two shots of coloured panes that cross-fade, the second one framed like `how`."""
    clip, laid = bars(shelf, 2), framing(clip=Shape(640, 360), frame=Shape(frame.width, frame.height), focus=None)
    first = Shot(scene="scene-01", clip=clip, clip_frames=2, start=0, frames=12, hold=10, framing=laid)
    fade = {"transition": Transition.CROSSFADE, "overlap": 4}
    second = Shot(scene="scene-02", clip=clip, clip_frames=2, start=8, frames=12, hold=10, framing=how, **fade)
    return Timeline(project="p", title="t", frame=frame, shots=(first, second))


def test_another_framing_is_another_stretch_and_leaves_the_others_alone(shelf: Shelf) -> None:
    tall = Frame(width=360, height=640)
    one, other = (
        framing(clip=Shape(640, 360), frame=Shape(360, 640), focus=None, panes=columns(2), divider=d) for d in (None, "#e8b04b")
    )
    before, after = (stretches(film(shelf, how, tall)) for how in (one, other))
    assert [a.fingerprint == b.fingerprint for a, b in zip(before, after, strict=True)] == [True, False, False]


def test_bodies_and_transitions_show_the_same_framing(shelf: Shelf) -> None:
    tall = Frame(width=360, height=640)
    laid = framing(clip=Shape(640, 360), frame=Shape(360, 640), focus=None, panes=columns(2))
    made = film(shelf, laid, tall)
    (body,) = composed(made, Stretch(15, 16, ""), shelf=shelf)
    body = body.copy()
    both = [picture.copy() for picture in composed(made, Stretch(8, 12, ""), shelf=shelf)]
    (first,) = composed(made, Stretch(2, 3, ""), shelf=shelf)
    mean = (0.2 * first.astype(float) + 0.8 * body)[:640]
    assert np.abs(both[-1][:640] - mean).max() <= 3


def test_a_clip_of_the_frames_own_shape_is_handed_over_untouched(shelf: Shelf, tmp_path: Path) -> None:
    clip, wide = shelf.clip("testsrc2", frames=6, size="640x360"), Frame(width=640, height=360)
    whole = framing(clip=Shape(640, 360), frame=Shape(640, 360), focus=Box(x=0, y=0, width=0.2, height=0.2))
    shots = [Shot(scene="scene-01", clip=clip, clip_frames=6, start=0, frames=6, framing=how) for how in (None, whole)]
    films = [Timeline(project="p", title="t", frame=wide, shots=(shot,)) for shot in shots]
    assert all(untouched(shot.framing, clip=Shape(640, 360), frame=Shape(640, 360)) for shot in shots)
    for number, made in enumerate(films):
        cut.encode_stretch(made, stretches(made)[0], shelf=shelf, out=tmp_path / f"{number}.mp4")
    assert (tmp_path / "0.mp4").read_bytes() == (tmp_path / "1.mp4").read_bytes()
    split = framing(clip=Shape(640, 360), frame=Shape(640, 360), focus=None, panes=columns(2), divider="#ffffff")
    assert not untouched(split, clip=Shape(640, 360), frame=Shape(640, 360))


def test_framings_come_back_from_their_json() -> None:
    laid = framing(clip=FORMS[0], frame=FORMS[1], focus=None, panes=columns(3), divider="#e8b04b")
    assert Framing.model_validate_json(laid.model_dump_json()) == laid
