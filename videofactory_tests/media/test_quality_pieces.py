"""A film is measured in pieces that other films share: whatever the pieces, and whoever measured them, the report is the same."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from videofactory.media.cut import join, stretches
from videofactory.media.quality import tracks
from videofactory.media.quality.decoding import decode
from videofactory.media.quality.figures import PictureFigures, SoundFigures
from videofactory.media.quality.film import measured
from videofactory.media.quality.hearing import hear
from videofactory.media.quality.plan import Plan, plan_of
from videofactory_tests.media.cuts import Shelf, encoded, timeline
from videofactory_tests.media.films import FRAME, FRAMES, LOUDNESS, PICTURE, VIDEO, VOICE, film

RATE = 48_000
BROKEN = (
    f"{PICTURE},drawbox=t=fill:c=black:enable='between(t,0.8,1.55)',drawbox=t=fill:c=white:enable='gt(t,1.8)*lt(mod(t,0.2),0.1)'"
)
"""Much is wrong with it, and across every border at which it may be cut."""


class Kept(dict[str, bytes]):
    """Figures in memory."""

    find: Callable[[str], bytes | None] = dict.get  # type: ignore[assignment]

    def keep(self, key: str, figures: bytes) -> None:
        """Keep figures."""
        self[key] = figures


def same(one: PictureFigures | SoundFigures, other: PictureFigures | SoundFigures) -> bool:
    """Whether all figures are equal to the last bit."""
    return all(np.array_equal(np.asarray(mine), np.asarray(other[at])) for at, mine in enumerate(one))


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bad film that may be cut every fifth frame."""
    keys = (*VIDEO, "-force_key_frames", "expr:eq(mod(n,5),0)")
    return film(tmp_path_factory.mktemp("pieces") / "broken.mp4", picture=BROKEN, video=keys, sound=f"{VOICE},{LOUDNESS}")


@settings(max_examples=8, deadline=None)
@given(borders=st.sets(st.integers(1, 89)))
def test_the_judgement_does_not_know_into_which_pieces_a_film_was_cut(broken: Path, borders: set[int]) -> None:
    whole = measured(broken, plan=Plan(FRAME, FRAMES))
    assert {finding.check for finding in whole.findings} == {"black", "flashes"}
    kept = Kept()
    plan = Plan(FRAME, FRAMES, borders=frozenset(borders))
    assert measured(broken, plan=plan, shelf=kept) == whole
    assert measured(broken, plan=plan, shelf=kept) == whole


def test_pieces_begin_only_where_a_picture_stands_alone(broken: Path) -> None:
    video = tracks.read(broken).video
    assert video is not None
    cuts = [piece.first for piece in tracks.picture_pieces(video, borders=range(90))]
    assert cuts == list(range(0, 90, 5))
    assert [piece.first for piece in tracks.picture_pieces(video, borders={1, 5, 7, 40})] == [0, 5, 40]


def test_a_film_whose_pictures_lean_on_each_other_is_one_piece(tmp_path: Path) -> None:
    leaning = film(tmp_path / "open.mp4", video=(*VIDEO, "-g", "10", "-x264-params", "open-gop=1:scenecut=0"))
    video = tracks.read(leaning).video
    assert video is not None
    assert video.key.sum() > 3
    assert len(tracks.picture_pieces(video, borders=range(90))) == 1
    assert measured(leaning, plan=Plan(FRAME, FRAMES, borders=frozenset(range(90)))).passed


def test_figures_survive_being_kept(broken: Path) -> None:
    pictures = decode(broken, sample_rate=None).pictures
    assert pictures is not None
    again = PictureFigures.unpacked(pictures.packed())
    assert same(pictures, again)
    assert len(pictures.packed()) < pictures.grid.nbytes


def joined(folder: Path, shelf: Shelf, sources: tuple[str, ...], known: dict[str, Path], sound: Path) -> tuple[Path, Plan]:
    cut = timeline([shelf.clip(source) for source in sources])
    out = folder / f"film-{'-'.join(sources)}.mp4"
    lengths = [part.frames for part in stretches(cut)]
    join(encoded(cut, shelf, folder, known), lengths=lengths, audio=sound, frame=cut.frame, out=out)
    return out, plan_of(cut)._replace(expects_sound=False)


def test_after_one_changed_scene_only_its_stretch_is_decoded(tmp_path: Path) -> None:
    shelf, known, kept = Shelf(tmp_path), dict[str, Path](), Kept()
    sound = film(tmp_path / "sound.m4a", picture="color=s=32x32:d=0.1", video=("-vn",), sound="anullsrc=r=48000:cl=stereo:d=3")
    first, plan = joined(tmp_path, shelf, ("testsrc2", "testsrc", "mandelbrot"), known, sound)
    assert decode(first, sample_rate=RATE, borders=plan.borders, shelf=kept).decoded == 4
    assert decode(first, sample_rate=RATE, borders=plan.borders, shelf=kept).decoded == 0
    second, plan = joined(tmp_path, shelf, ("testsrc2", "life", "mandelbrot"), known, sound)
    assert decode(second, sample_rate=RATE, borders=plan.borders, shelf=kept).decoded == 1
    swapped, plan = joined(tmp_path, shelf, ("mandelbrot", "testsrc2", "testsrc"), known, sound)
    assert decode(swapped, sample_rate=RATE, borders=plan.borders, shelf=kept).decoded == 0
    assert measured(swapped, plan=plan, shelf=kept) == measured(swapped, plan=plan)


def test_damage_is_found_though_all_pieces_were_measured_before_and_never_kept(broken: Path, tmp_path: Path) -> None:
    kept, plan = Kept(), Plan(FRAME, FRAMES, borders=frozenset(range(0, 90, 5)))
    whole = measured(broken, plan=plan, shelf=kept)
    content = bytearray(broken.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 300] = b"\xa5" * 300
    damaged = tmp_path / "damaged.mp4"
    damaged.write_bytes(bytes(content))
    for _ in range(2):
        report = measured(damaged, plan=plan, shelf=kept)
        assert "decode" in {finding.check for finding in report.findings}
        assert report == measured(damaged, plan=plan)
    assert measured(broken, plan=plan, shelf=kept) == whole


@pytest.mark.parametrize("layout", ["stereo", "mono"])
def test_sound_in_pieces_is_heard_as_a_whole(layout: str, tmp_path: Path) -> None:
    out = tmp_path / "sound.m4a"
    noise = f"anoisesrc=c=pink:r=48000:a=0.4:d=60:seed=7,tremolo=f=0.3:d=0.9,aformat=channel_layouts={layout}"
    film(out, picture="color=s=32x32:d=0.1", video=("-vn",), sound=noise, audio=("-c:a", "aac", "-b:a", "128k"))
    kept = Kept()
    new, old = (decode(out, sample_rate=RATE, shelf=kept) for _ in range(2))
    assert (new.decoded, old.decoded) == (5, 0)
    assert new.heard is not None
    assert old.heard is not None
    assert new.heard.end == pytest.approx(60, abs=0.03)
    assert same(new.heard.figures, old.heard.figures)
    packets = tracks.read(out).audio
    assert packets is not None
    all_of_it = tracks.SoundPiece(0, 1 << 40, 0, 0, len(packets), int(packets.dts[0]), "")
    ((_, whole, good),) = hear(out, [all_of_it], rate=RATE)
    assert good
    figures = new.heard.figures
    assert (figures.samples, figures.sides) == (whole.samples, whole.sides)
    assert len(figures.momentary) == len(whole.momentary) >= 600
    assert np.abs(figures.momentary[3:] - whole.momentary[3:]).max() < 0.1
    assert np.abs(figures.energy - whole.energy).max() < 0.02 * whole.energy.max()
    assert figures.true_peak.max() == pytest.approx(whole.true_peak.max(), abs=0.01)
