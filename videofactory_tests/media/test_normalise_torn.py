"""Clips torn on their way, and a whole film of awkward ones: nothing damaged passes for whole, all else passes the gate."""

from pathlib import Path
from typing import Any

import av
import pytest

from videofactory.domain.errors import MediaBroken
from videofactory.domain.footage import Artifact, Frame
from videofactory.domain.timeline import Cue
from videofactory.media.cut import join, stretches
from videofactory.media.mix import mix
from videofactory.media.normalise import damage, normalise
from videofactory.media.quality import measure_clip
from videofactory.media.quality.film import measure_film
from videofactory_tests.media.awkward import BT709, QUICK, TAGGED, VP9, clip, number, seen
from videofactory_tests.media.cuts import Shelf, encoded, timeline

FRAME = Frame(width=320, height=180, fps=30)
EACH = tuple(range(30))


def test_a_broken_tail_leaves_what_decodes_and_is_found(tmp_path: Path) -> None:
    whole = clip(tmp_path / "whole.mp4", numbers=range(90), coding=(*QUICK, "-g", "15"), ending=("-movflags", "+faststart"))
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    normalise(broken, frame=FRAME, out=tmp_path / "out.mp4", seconds=3.0)
    numbers = [number(picture) for picture in seen(tmp_path / "out.mp4")]
    assert 30 < len(numbers) < 75
    assert set(range(30)) <= set(numbers)
    assert numbers == sorted(numbers)
    assert "frames" in measure_clip(tmp_path / "out.mp4", frame=FRAME, seconds=3.0).explain()


@pytest.mark.parametrize("where", ["the end", "the middle"])
def test_a_clip_torn_by_a_few_pictures_is_not_passed_off_as_whole(where: str, tmp_path: Path) -> None:
    quick: dict[str, Any] = {"coding": (*QUICK, "-g", "15"), "ending": ("-movflags", "+faststart")}
    whole = clip(tmp_path / "whole.mp4", size=(322, 180), numbers=range(60), **quick)
    data = whole.read_bytes()
    torn = data[: -len(data) // 12] if where == "the end" else data[: len(data) // 2] + bytes(400) + data[len(data) // 2 + 400 :]
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(torn)
    (words,) = damage(broken)
    assert "damaged" in words
    assert damage(whole) == ()
    normalise(broken, frame=FRAME, out=tmp_path / "out.mp4", seconds=2.0)
    assert seen(tmp_path / "out.mp4")


def test_a_file_without_its_index_is_an_error_with_its_remedy(tmp_path: Path) -> None:
    whole = clip(tmp_path / "whole.mp4", numbers=EACH)
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(whole.read_bytes()[:-400])
    with pytest.raises(MediaBroken, match=r"broken\.mp4") as told:
        normalise(broken, frame=FRAME, out=tmp_path / "out.mp4", seconds=1.0)
    assert told.value.remedy
    assert broken.exists()
    assert not (tmp_path / "out.mp4").exists()


def test_a_file_that_ends_after_its_index_is_an_error(tmp_path: Path) -> None:
    whole = clip(tmp_path / "whole.mp4", numbers=EACH, ending=("-movflags", "+faststart")).read_bytes()
    empty = tmp_path / "empty.mp4"
    empty.write_bytes(whole[: whole.index(b"mdat") + 8])
    with pytest.raises(MediaBroken):
        normalise(empty, frame=FRAME, out=tmp_path / "out.mp4", seconds=1.0)
    assert not (tmp_path / "out.mp4").exists()


def test_a_film_of_awkward_clips_passes_the_gate(tmp_path: Path) -> None:
    """Three scenes: a tall VP9 clip, full-range HEVC in 24 pictures a second, an interlaced one; cut and mixed."""
    shelf = Shelf(tmp_path)
    recipes: tuple[tuple[str, dict[str, Any]], ...] = (
        ("tall.webm", {"size": (180, 320), "coding": VP9}),
        ("24.mp4", {"rate": "24", "look": f"{BT709.replace('tv', 'pc')},{TAGGED.replace('tv', 'pc')}"}),
        ("fields.ts", {"rate": "60", "numbers": range(60), "coding": (*QUICK, "-flags", "+ildct+ilme"),
                       "look": f"{BT709},tinterlace=interleave_top,setparams=field_mode=tff,{TAGGED}"}),
    )  # fmt: skip
    clips: list[Artifact] = []
    for name, recipe in recipes:
        source, out = clip(tmp_path / name, **recipe), tmp_path / f"{name}.fit.mp4"
        normalise(source, frame=FRAME, out=out, seconds=1.0)
        clips.append(shelf.keep(out))
    voice = shelf.sound("anoisesrc=c=pink:r=48000:a=0.5:seed=7,tremolo=f=4:d=0.7", seconds=3)
    film = timeline(clips, narration=(Cue(scene=None, artifact=voice, start=0, seconds=3),))
    mix(film, shelf=shelf, out=tmp_path / "mix.aac")
    lengths, audio = [part.frames for part in stretches(film)], tmp_path / "mix.aac"
    join(encoded(film, shelf, tmp_path), lengths=lengths, audio=audio, frame=FRAME, out=tmp_path / "film.mp4")
    report = measure_film(tmp_path / "film.mp4", frame=FRAME, frames=film.frames, captions=())
    assert report.explain() == ""
    with av.open(str(tmp_path / "film.mp4")) as container:
        assert sum(1 for _ in container.decode(video=0)) == 90
