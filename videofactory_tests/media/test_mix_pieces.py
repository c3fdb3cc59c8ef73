"""A film's sound in pieces: cut again it is the film from nothing, and only what changed is made; exact, in time, seamless."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from videofactory.domain.footage import Artifact
from videofactory.domain.timeline import Cue, Shot, Timeline
from videofactory.media import ffmpeg, probe
from videofactory.media.mix import aac, mix
from videofactory.media.mix.dry import rendered
from videofactory.media.mix.dynamics import AROUND, limited
from videofactory.media.mix.keeping import ForNow
from videofactory.media.mix.mastering import Levels
from videofactory.media.mix.mixdown import _ceiling
from videofactory.media.mix.pieces import PIECE, Piece, excerpt, length, pieces
from videofactory.media.mix.sound import RATE, Signal
from videofactory.media.mix.sources import Sources
from videofactory_tests.media.cuts import FRAME, Shelf
from videofactory_tests.media.mixes import Kept, dry
from videofactory_tests.media.test_mix import ebur128

WORDS = "aevalsrc='0.2*sin(2*PI*{0}*t)*gt(sin(2*PI*2*t),-0.6)+0.05*sin(2*PI*{0}*3.7*t)':s=22050"
SCENES, SECONDS = 10, 4.0
"""Of the film: 40 seconds, four pieces."""
CLIP = Artifact(sha256="0" * 64, media_type="video/mp4", size=1)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    return Shelf(tmp_path_factory.mktemp("sounds"))


@pytest.fixture(scope="module")
def cut(shelf: Shelf, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """What is kept of `film` once it is cut."""
    kept = Kept(tmp_path_factory.mktemp("kept"))
    mix(film(shelf), shelf=shelf, out=kept.folder / "before.m4a", keep=kept)
    made = kept.count()
    assert made["sound_level"] == len(pieces(round(SCENES * SECONDS * RATE)))
    assert made["sound_source"] == SCENES + 2, "each is measured once, however many pieces it is heard in"
    return kept


def words(shelf: Shelf, pitch: int) -> Artifact:
    return shelf.sound(WORDS.format(pitch), seconds=3)


def film(shelf: Shelf, *, scenes: int = SCENES) -> Timeline:
    """Words in each scene, a bang in every second one, music through all of it."""
    music = shelf.sound("anoisesrc=c=pink:r=48000:a=0.4:seed=5", seconds=17)
    bang = shelf.sound("aevalsrc='0.9*exp(-40*t)*sin(2*PI*70*t)':s=48000", seconds=0.4)
    frames = round(SECONDS * 30)
    return Timeline(
        project="test",
        title="Test",
        frame=FRAME,
        shots=tuple(
            Shot(scene=f"scene-{number + 1:02d}", clip=CLIP, clip_frames=frames, start=number * frames, frames=frames)
            for number in range(scenes)
        ),
        narration=tuple(
            Cue(scene=None, artifact=words(shelf, 150 + 20 * number), start=number * SECONDS + 0.25, seconds=3)
            for number in range(scenes)
        ),
        effects=tuple(Cue(scene=None, artifact=bang, start=at * SECONDS, seconds=0.4, gain=-6) for at in range(0, scenes, 2)),
        music=(Cue(scene=None, artifact=music, start=0, seconds=scenes * SECONDS, gain=-6),),
    )


def silent(frames: int, **cues: tuple[Cue, ...]) -> Timeline:
    """A film of so many frames with these cues."""
    shot = Shot(scene="scene-01", clip=CLIP, clip_frames=frames, start=0, frames=frames)
    return Timeline(project="test", title="Test", frame=FRAME, shots=(shot,)).model_copy(update=cues)


def other_words(film: Timeline, shelf: Shelf) -> Timeline:
    cues = list(film.narration)
    cues[4] = cues[4].model_copy(update={"artifact": words(shelf, 500)})
    return film.model_copy(update={"narration": tuple(cues)})


def moved_bang(film: Timeline, _: Shelf) -> Timeline:
    cues = list(film.effects)
    cues[1] = cues[1].model_copy(update={"start": 7.0})
    return film.model_copy(update={"effects": tuple(cues)})


def no_bang(film: Timeline, _: Shelf) -> Timeline:
    return film.model_copy(update={"effects": film.effects[:-1]})


def louder_word(film: Timeline, _: Shelf) -> Timeline:
    cues = list(film.narration)
    cues[7] = cues[7].model_copy(update={"gain": 1.0})
    return film.model_copy(update={"narration": tuple(cues)})


def other_music(film: Timeline, shelf: Shelf) -> Timeline:
    music = shelf.sound("anoisesrc=c=pink:r=48000:a=0.4:seed=6", seconds=17)
    return film.model_copy(update={"music": (film.music[0].model_copy(update={"artifact": music}),)})


def longer(_: Timeline, shelf: Shelf) -> Timeline:
    return film(shelf, scenes=SCENES + 1)


CHANGES: list[tuple[Callable[[Timeline, Shelf], Timeline], int]] = [
    (other_words, 2),
    (moved_bang, 1),
    (no_bang, 1),
    (louder_word, 2),
    (other_music, 4),
    (longer, 2),
]
"""Each with the pieces it may make again at most."""


@pytest.mark.parametrize(("change", "most"), CHANGES, ids=[change.__name__ for change, _ in CHANGES])
def test_cut_again_it_is_the_film_from_nothing_and_only_what_changed_is_made(
    shelf: Shelf, cut: Kept, tmp_path: Path, change: Callable[[Timeline, Shelf], Timeline], most: int
) -> None:
    before, kept = film(shelf), cut.copy()
    after = change(before, shelf)
    folder = cut.folder
    files = {path.name: path.read_bytes() for path in folder.glob("sound_piece-*")}
    told = mix(after, shelf=shelf, out=tmp_path / "again.m4a", keep=kept)
    made = kept.count()
    assert 1 <= made["sound_level"] <= most
    assert made["sound_piece"] <= most
    assert {path.name: path.read_bytes() for path in folder.glob("sound_piece-*") if path.name in files} == files
    assert mix(after, shelf=shelf, out=tmp_path / "nothing.m4a") == told
    assert (tmp_path / "again.m4a").read_bytes() == (tmp_path / "nothing.m4a").read_bytes()
    assert (tmp_path / "again.m4a").read_bytes() != (folder / "before.m4a").read_bytes()


def test_what_was_cut_before_leaves_no_trace(shelf: Shelf, cut: Kept, tmp_path: Path) -> None:
    """There and back again, over a film that is far louder in between."""
    kept, first = cut.copy(), film(shelf)
    loud = first.model_copy(update={"narration": tuple(cue.model_copy(update={"gain": 9.0}) for cue in first.narration)})
    mix(loud, shelf=shelf, out=tmp_path / "loud.m4a", keep=kept)
    mix(first, shelf=shelf, out=tmp_path / "back.m4a", keep=kept)
    assert kept.count()["sound_level"] == 4
    assert (tmp_path / "back.m4a").read_bytes() == (cut.folder / "before.m4a").read_bytes()


def test_no_source_is_opened_for_a_piece_that_is_kept(shelf: Shelf, cut: Kept, tmp_path: Path) -> None:
    asked: list[str] = []

    def watched(artifact: Artifact) -> Path:
        asked.append(artifact.sha256)
        return shelf(artifact)

    kept, before = cut.copy(), film(shelf)
    after = other_words(before, shelf)
    mix(after, shelf=watched, out=tmp_path / "after.m4a", keep=kept)
    opened = [number for number, cue in enumerate(after.narration) if cue.artifact.sha256 in asked]
    assert 4 in opened
    assert set(opened) <= set(range(1, 8))
    asked.clear()
    mix(before, shelf=watched, out=tmp_path / "back.m4a", keep=kept)
    assert asked == []


@pytest.mark.parametrize("frames", [17, 144, 287, 288, 289, 431, 432, 433, 575, 577])
def test_every_length_is_exact(shelf: Shelf, tmp_path: Path, frames: int) -> None:
    """288 frames are one piece to the sample."""
    hum = shelf.sound("sine=f=300:r=48000", seconds=1)
    cue = Cue(scene=None, artifact=hum, start=0, seconds=frames / 30)
    mix(silent(frames, music=(cue,)), shelf=shelf, out=tmp_path / "mix.m4a")
    assert len(played(tmp_path / "mix.m4a")) == frames * 1600
    assert probe.facts(tmp_path / "mix.m4a").seconds == pytest.approx(frames / 30, abs=1e-4)


def test_pieces_lie_end_to_end_and_none_is_short() -> None:
    for samples in (1, PIECE // 2 - 1, PIECE, PIECE + PIECE // 2 - 1, PIECE + PIECE // 2, 5 * PIECE + 77, 360 * RATE):
        row = pieces(samples)
        assert [piece.start for piece in row] == [0, *(piece.stop for piece in row[:-1])]
        assert row[-1].stop == samples
        assert all(piece.samples == PIECE for piece in row[:-1])
        assert len(row) == 1 or PIECE // 2 <= row[-1].samples < PIECE * 3 // 2
        assert all(piece.start % (RATE // 10) == piece.start % aac.FRAME == piece.opens % aac.FRAME == 0 for piece in row)


def played(path: Path) -> Signal:
    """What FFmpeg plays of a file, with its edit list."""
    raw = path.with_suffix(".f32")
    ffmpeg.run(["-i", path, "-f", "f32le", raw], purpose="play a mix")
    return np.fromfile(raw, np.float32).reshape(-1, 2)


@pytest.mark.parametrize("off", [-1500, -1, 0, 1, 700])
def test_a_click_at_a_join_is_heard_to_the_sample(shelf: Shelf, tmp_path: Path, off: int) -> None:
    tick = shelf.sound("aevalsrc='0.8*exp(-3000*abs(t-0.1))':s=48000", seconds=0.2)
    places = [number * PIECE + off for number in (1, 2)]
    cues = tuple(Cue(scene=None, artifact=tick, start=(place - RATE // 10) / RATE, seconds=0.2) for place in places)
    hum = shelf.sound("sine=f=300:r=48000", seconds=31)
    music = (Cue(scene=None, artifact=hum, start=0, seconds=30, gain=-6),)
    mix(silent(30 * 30, effects=cues, music=music), shelf=shelf, out=tmp_path / "mix.m4a")
    heard = np.abs(played(tmp_path / "mix.m4a")[:, 0])
    assert [int(heard[place - 4000 : place + 4000].argmax()) - 4000 + place for place in places] == places


def test_what_is_played_is_the_mix_at_joins_as_elsewhere(shelf: Shelf, tmp_path: Path) -> None:
    """Soft sounds that no limiter touches: all that differs from the dry mix is one gain, and coding noise."""
    chord = shelf.sound("aevalsrc='0.1*sin(2*PI*220*t)+0.1*sin(2*PI*331*t)+0.05*sin(2*PI*1740*t)':s=48000", seconds=50)
    quiet = silent(50 * 30, music=(Cue(scene=None, artifact=chord, start=0, seconds=50),))
    mix(quiet, shelf=shelf, out=tmp_path / "mix.m4a")
    wanted, heard = dry(quiet, shelf), played(tmp_path / "mix.m4a")
    middle = slice(5 * RATE, 45 * RATE)
    gain = float(np.vdot(wanted[middle], heard[middle]) / np.vdot(wanted[middle], wanted[middle]))
    assert 20 * np.log10(gain) / 0.25 == pytest.approx(round(20 * np.log10(gain) / 0.25), abs=0.1), "gains stand on a grid"
    error = np.square(heard - wanted * gain)[: len(wanted) // aac.FRAME * aac.FRAME].reshape(-1, 2 * aac.FRAME).mean(axis=1)
    joins = [piece.start // aac.FRAME for piece in pieces(len(wanted))[1:]]
    assert len(joins) == 4
    for join in joins:
        assert error[join - 3 : join + 4].max() <= 2 * np.quantile(error[join - 200 : join + 200], 0.99)
        assert error[join - 50 : join].mean() == pytest.approx(error[join : join + 50].mean(), rel=0.5)
    assert np.sqrt(error[50:-150].mean()) < 0.0003


def test_pieces_together_are_the_mix_of_the_whole(shelf: Shelf, tmp_path: Path) -> None:
    """Ducking, fades, repeats: mixed in one window over the whole film they are the same. Speech ends just before a window."""
    early = tuple(cue.model_copy(update={"start": max(0.0, cue.start - 0.65)}) for cue in film(shelf).narration)
    cut = film(shelf).model_copy(update={"narration": early})
    assert any(0 < pieces(length(cut))[2].opens / RATE - (cue.start + cue.seconds) < 0.2 for cue in early)
    total = length(cut)
    with ForNow(folder=tmp_path) as keep, Sources(shelf=shelf, keep=keep, folder=tmp_path) as sources:
        whole = rendered(excerpt(cut, Piece(0, 0, total, 0, total), sources=sources), sources=sources)
    assert len(pieces(total)) == 4
    assert np.abs(dry(cut, shelf) - whole).max() < 1e-5


def test_where_ceilings_differ_neighbours_make_the_same_sound(shelf: Shelf) -> None:
    """Around a join both have the lower ceiling, so that what they share is one sound."""
    row, levels = pieces(length(film(shelf))), Levels(9.0, (-1.5, -2.5, -1.5, -1.75))
    signal = (0.3 * np.random.default_rng(1).standard_normal((length(film(shelf)), 2))).astype(np.float32)
    made = [
        limited(signal[piece.opens : piece.closes], boost=9.0, ceiling=_ceiling(piece, levels.around(piece.number)))
        for piece in row
    ]
    for one, two in pairwise(row):
        first, last = two.opens + AROUND, one.closes - AROUND
        before = made[one.number][first - one.opens : last - one.opens]
        after = made[two.number][first - two.opens : last - two.opens]
        assert len(before) > 25 * aac.FRAME
        assert np.allclose(before, after, atol=1e-6)
        assert np.abs(made[one.number][one.head :][: PIECE // 2]).max() == pytest.approx(
            10 ** (levels.ceilings[one.number] / 20), rel=0.06
        )


def test_limits_hold_over_joins_and_for_each_piece(shelf: Shelf, tmp_path: Path) -> None:
    """Spikes at the joins and all over, so that limiter and ceilings work."""
    spikes = shelf.sound("aevalsrc='0.02*sin(2*PI*200*t)+0.9*exp(-900*mod(t,0.37))*sin(2*PI*3000*t)':s=48000", seconds=40)
    cut = film(shelf)
    cues = (Cue(scene=None, artifact=spikes, start=0, seconds=40, gain=6),)
    told = mix(cut.model_copy(update={"effects": cues}), shelf=shelf, out=tmp_path / "mix.m4a")
    heard = ebur128(tmp_path / "mix.m4a")
    assert heard.integrated == pytest.approx(-14, abs=0.4)
    assert heard.true_peak <= -1.0
    assert told.integrated == pytest.approx(heard.integrated, abs=0.15)
