"""The cut: planned without holes, encoded once by fingerprint, joined by copy into exactly the frames of the timeline."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from videofactory.domain.errors import InvalidInput, MediaBroken
from videofactory.domain.footage import Artifact, Box, Frame
from videofactory.domain.script import Transition
from videofactory.domain.timeline import Caption, Shot, Timeline
from videofactory.media import cut, probe
from videofactory.media.cut import transitions
from videofactory.media.cut.encode import composed
from videofactory.media.cut.pictures import pictures
from videofactory.media.cut.plan import Stretch, share, stretches
from videofactory.media.mix import mix
from videofactory_tests.media.cuts import FRAME, Shelf, encoded, planes, timeline

FADES = (Transition.CROSSFADE, Transition.FADE_BLACK)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    return Shelf(tmp_path_factory.mktemp("shelf"))


@pytest.fixture(scope="module")
def clips(shelf: Shelf) -> tuple[Artifact, ...]:
    return tuple(shelf.clip(source) for source in ("testsrc2", "mandelbrot", "smptehdbars"))


def fake(number: int) -> Artifact:
    return Artifact(sha256=f"{number:064x}", media_type="video/mp4", size=1)


def test_stretches_cover_every_frame_once() -> None:
    film = timeline([fake(1), fake(2), fake(3)], transitions=FADES)
    assert [(part.start, part.stop) for part in stretches(film)] == [(0, 20), (20, 30), (30, 40), (40, 50), (50, 70)]


@given(st.lists(st.tuples(st.integers(1, 60), st.integers(0, 30)), min_size=1, max_size=8))
def test_stretches_are_consecutive_whatever_the_lengths(lengths: list[tuple[int, int]]) -> None:
    shots: list[Shot] = []
    for number, (frames, wish) in enumerate(lengths):
        before = shots[-1] if shots else None
        overlap = min(wish, frames - 1, before.frames - 1) if before else 0
        how = Transition.CROSSFADE if overlap else Transition.CUT
        start = before.end - overlap if before else 0
        scene = f"scene-{number + 1:02d}"
        clip = fake(number)
        shots.append(Shot(scene=scene, clip=clip, clip_frames=9, start=start, frames=frames, overlap=overlap, transition=how))
    film = Timeline(project="p", title="t", frame=FRAME, shots=tuple(shots))
    parts = stretches(film)
    assert parts[0].start == 0
    assert parts[-1].stop == film.frames
    assert all(before.stop == after.start for before, after in pairwise(parts))
    assert all(part.frames > 0 for part in parts)


def test_a_hole_in_the_film_is_refused() -> None:
    film = timeline([fake(1), fake(2)])
    late = film.shots[1].model_copy(update={"start": 31})
    with pytest.raises(InvalidInput, match=r"scene-02\.start"):
        stretches(film.model_copy(update={"shots": (film.shots[0], late)}))


def test_an_edit_elsewhere_changes_no_fingerprint() -> None:
    before = stretches(timeline([fake(1), fake(2), fake(3)], transitions=FADES))
    after = stretches(timeline([fake(1), fake(2), fake(4)], transitions=FADES))
    same = [one.fingerprint == other.fingerprint for one, other in zip(before, after, strict=True)]
    assert same == [True, True, True, False, False]


def test_a_stretch_that_only_moves_keeps_its_fingerprint() -> None:
    said = Caption(start=1.2, end=1.8, lines=("Hello",))
    later = Caption(start=2.2, end=2.8, lines=("Hello",))
    short = stretches(timeline([fake(1), fake(2)], captions=(said,)))
    long = stretches(timeline([fake(3), fake(1), fake(2)], captions=(later,)))
    assert [part.fingerprint for part in short] == [part.fingerprint for part in long[1:]]


@pytest.mark.parametrize(
    "change",
    [
        lambda film: film.model_copy(update={"captions": (Caption(start=0, end=0.5, lines=("Other",)),)}),
        lambda film: film.model_copy(update={"look": film.look.model_copy(update={"accent": "#ff0000"})}),
        lambda film: film.model_copy(update={"frame": Frame(width=180, height=320)}),
        lambda film: film.model_copy(update={"shots": (film.shots[0].model_copy(update={"speed": 0.9}),)}),
        lambda film: film.model_copy(
            update={"shots": (film.shots[0].model_copy(update={"focus": Box(x=0, y=0, width=0.1, height=0.1)}),)}
        ),
    ],
)
def test_whatever_decides_pixels_changes_the_fingerprint(change: Callable[[Timeline], Timeline]) -> None:
    film = timeline([fake(1)], captions=(Caption(start=0, end=0.5, lines=("Hello",)),))
    assert stretches(film)[0].fingerprint != stretches(change(film))[0].fingerprint


def test_the_middle_of_a_crossfade_is_the_mean_of_both(shelf: Shelf, clips: tuple[Artifact, ...]) -> None:
    film = timeline(clips[:2], transitions=[Transition.CROSSFADE], overlap=9)
    middle = Stretch(25, 26, "")
    (mixed,) = composed(film, middle, shelf=shelf)
    first = planes(shelf(clips[0]))[25].astype(int)
    second = planes(shelf(clips[1]))[25 - 21].astype(int)
    assert np.abs(mixed.astype(int) - (first + second) / 2).max() <= 1


def test_fade_through_black_is_black_in_the_middle(shelf: Shelf, clips: tuple[Artifact, ...]) -> None:
    film = timeline(clips[:2], transitions=[Transition.FADE_BLACK], overlap=9)
    (middle,) = composed(film, Stretch(25, 26, ""), shelf=shelf)
    assert middle[: FRAME.height].max() == 16
    assert set(np.unique(middle[FRAME.height :])) == {128}


def flat(luma: int) -> np.ndarray:
    picture = np.full((FRAME.height * 3 // 2, FRAME.width), 128, np.uint8)
    picture[: FRAME.height] = luma
    return picture


def test_a_wipe_uncovers_from_left_to_right() -> None:
    seen = transitions.blended(Transition.WIPE, flat(40), flat(200), share=0.5, frame=FRAME)
    row = seen[FRAME.height // 2].astype(int)
    assert row[0] == 200
    assert row[-1] == 40
    assert set(np.sign(np.diff(row))) <= {0, -1}
    assert 0.45 < (row > 120).mean() < 0.55


def test_a_slide_pushes_one_picture_out_with_the_other() -> None:
    ramp = flat(0)
    ramp[: FRAME.height] = np.linspace(16, 235, FRAME.width).astype(np.uint8)
    seen = transitions.blended(Transition.SLIDE, ramp, flat(200), share=0.5, frame=FRAME)
    half = FRAME.width // 2
    assert np.array_equal(seen[: FRAME.height, :half], ramp[: FRAME.height, half:])
    assert set(np.unique(seen[: FRAME.height, half:])) == {200}


@given(st.sampled_from([how for how in Transition if how is not Transition.CUT]), st.integers(1, 40))
def test_every_transition_begins_at_one_picture_and_ends_at_the_other(how: Transition, overlap: int) -> None:
    shot = Shot(scene="scene-02", clip=fake(1), clip_frames=99, start=0, frames=99, overlap=overlap, transition=how)
    ways = [share(shot, film_frame=at) for at in range(overlap)]
    assert all(0 < before < after < 1 for before, after in pairwise(ways)) or overlap == 1
    lumas = [
        transitions.blended(how, flat(40), flat(200), share=way, frame=FRAME)[: FRAME.height].mean() for way in (0.001, 0.999)
    ]
    assert abs(lumas[0] - 40) < 4
    assert abs(lumas[1] - 200) < 4


def test_a_body_leaves_ffmpeg_alone_and_is_the_same_to_the_byte(
    shelf: Shelf, clips: tuple[Artifact, ...], tmp_path: Path
) -> None:
    film = timeline(clips, transitions=FADES, captions=(Caption(start=0.2, end=0.6, lines=("Hello",)),))
    whole = stretches(film)[0]
    cut.encode_stretch(film, whole, shelf=shelf, out=tmp_path / "whole.mp4")
    slowest = film.shots[0].model_copy(update={"speed": 1 - 1e-12})  # no body any more, and yet the same frames
    handed = film.model_copy(update={"shots": (slowest, *film.shots[1:])})
    assert [slowest.source_frame(at) for at in range(whole.stop)] == list(range(whole.stop))
    cut.encode_stretch(handed, whole, shelf=shelf, out=tmp_path / "handed.mp4")
    assert (tmp_path / "whole.mp4").read_bytes() == (tmp_path / "handed.mp4").read_bytes()


def test_a_scene_alone_has_the_body_it_will_have_in_the_film() -> None:
    said = Caption(start=1.0, end=1.4, lines=("Hello",))
    film = timeline([fake(1), fake(2), fake(3)], transitions=FADES, captions=(said,))
    shot = film.shots[1]
    alone = film.model_copy(update={"shots": (shot,), "project": "", "title": ""})
    found = cut.body(alone, shot, until=film.shots[2].start)
    assert found == stretches(film)[2]
    assert cut.body(alone, shot, until=shot.start + shot.overlap) is None


def test_another_preset_is_another_stretch() -> None:
    film = timeline([fake(1)])
    assert stretches(film, preset="medium")[0].fingerprint != stretches(film)[0].fingerprint


def test_a_short_clip_is_slowed_and_its_last_frame_held(shelf: Shelf, clips: tuple[Artifact, ...]) -> None:
    shot = Shot(scene="scene-01", clip=clips[0], clip_frames=30, start=0, frames=40, speed=0.85, hold=4)
    film = Timeline(project="p", title="t", frame=FRAME, shots=(shot,))
    shown = [picture.copy() for picture in composed(film, Stretch(0, 40, ""), shelf=shelf)]
    source = planes(shelf(clips[0]))
    assert all(np.array_equal(picture, source[min(29, int(at * 0.85))]) for at, picture in enumerate(shown))
    assert np.array_equal(shown[36], shown[39])
    assert not np.array_equal(shown[30], shown[32])


def test_pictures_begin_anywhere_in_the_clip(shelf: Shelf, clips: tuple[Artifact, ...]) -> None:
    source = planes(shelf(clips[0]))
    shown = [picture.copy() for picture in pictures(shelf(clips[0]), wanted=[17, 17, 18, 29], frame=FRAME, focus=None)]
    assert [np.array_equal(shown[at], source[index]) for at, index in enumerate((17, 17, 18, 29))] == [True] * 4


def test_other_sizes_fill_the_frame_around_the_focus(shelf: Shelf) -> None:
    wide = shelf.clip("smptehdbars", frames=1, size="640x180")
    square = Frame(width=180, height=180)
    left, middle, right = (
        next(pictures(shelf(wide), wanted=[0], frame=square, focus=box))
        for box in (Box(x=0, y=0, width=0.1, height=1), None, Box(x=0.9, y=0, width=0.1, height=1))
    )
    whole = planes(shelf(wide))[0]
    assert left.shape == (270, 180)
    assert np.array_equal(left[:180], whole[:180, :180])
    assert np.array_equal(middle[:180], whole[:180, 230:410])
    assert np.array_equal(right[:180], whole[:180, 460:640])


def test_a_clip_that_ends_too_soon_is_an_error(shelf: Shelf, clips: tuple[Artifact, ...], tmp_path: Path) -> None:
    shot = Shot(scene="scene-01", clip=clips[0], clip_frames=35, start=0, frames=35)
    film = Timeline(project="p", title="t", frame=FRAME, shots=(shot,))
    with pytest.raises(MediaBroken, match="ends before its frame 30"):
        cut.encode_stretch(film, stretches(film)[0], shelf=shelf, out=tmp_path / "out.mp4", preset="ultrafast")
    assert list(tmp_path.iterdir()) == []


def test_an_incremental_cut_is_the_same_film(shelf: Shelf, clips: tuple[Artifact, ...], tmp_path: Path) -> None:
    kept: dict[str, Path] = {}
    folders = [tmp_path / name for name in ("kept", "anew")]
    for folder in folders:
        folder.mkdir()
    said = (Caption(start=0.2, end=1.1, lines=("It’s “100%”: 50,5 \\N {cup}",)),)
    encoded(timeline(clips, transitions=FADES, captions=said), shelf, folders[0], kept)
    edited = timeline([*clips[:2], clips[0]], transitions=FADES, captions=said)
    before = len(kept)
    incremental = encoded(edited, shelf, folders[0], kept)
    assert len(kept) - before == 2
    fresh = encoded(edited, shelf, folders[1])
    assert [path.read_bytes() for path in incremental] == [path.read_bytes() for path in fresh]


def test_the_joined_film_is_exact(shelf: Shelf, clips: tuple[Artifact, ...], tmp_path: Path) -> None:
    film = timeline(clips, transitions=FADES)
    folder = tmp_path / "it’s: a [folder], \\100%"
    folder.mkdir()
    parts = encoded(film, shelf, folder)
    mix(film, shelf=shelf, out=folder / "mix.m4a")
    out = folder / "film.mp4"
    cut.join(parts, lengths=[part.frames for part in stretches(film)], audio=folder / "mix.m4a", frame=FRAME, out=out)
    facts = probe.facts(out)
    assert facts.video is not None
    assert facts.audio is not None
    assert (facts.video.frames, facts.video.profile, facts.video.colour_space, facts.video.colour_range) == (70, "High", 1, 1)
    assert facts.seconds == pytest.approx(film.seconds, abs=1 / 30)
    assert facts.audio.seconds == pytest.approx(film.seconds, abs=0.04)
    with av.open(str(out)) as container:
        stream = container.streams.video[0]
        assert stream.start_time == 0
        times = sorted(packet.pts for packet in container.demux(stream) if packet.pts is not None)
    assert set(np.diff(times)) == {times[1]}
    joined = planes(out)
    apart = [picture for part in parts for picture in planes(part)]
    assert all(np.array_equal(one, other) for one, other in zip(joined, apart, strict=True))
    data = out.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    assert sorted(path.name for path in folder.iterdir() if path.name not in {part.name for part in parts}) == [
        "film.mp4",
        "mix.m4a",
    ]


def test_a_missing_stretch_is_noticed(shelf: Shelf, clips: tuple[Artifact, ...], tmp_path: Path) -> None:
    film = timeline(clips[:2])
    parts = encoded(film, shelf, tmp_path)
    mix(film, shelf=shelf, out=tmp_path / "mix.m4a")
    with pytest.raises(MediaBroken, match="wanted 60 frames"):
        cut.join(parts[:1], lengths=[60], audio=tmp_path / "mix.m4a", frame=FRAME, out=tmp_path / "film.mp4")
    assert not (tmp_path / "film.mp4").exists()
