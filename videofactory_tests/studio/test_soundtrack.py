"""The film's sound among the products: made once, cut again from its pieces, made again where one was lost."""

from pathlib import Path

import pytest

from videofactory.domain.footage import Artifact
from videofactory.domain.timeline import Cue, Timeline
from videofactory.media import ffmpeg
from videofactory.media.mix import mix
from videofactory.studio.factory import Studio
from videofactory.studio.soundtrack import mixed
from videofactory_tests.media.cuts import timeline

SECONDS = 30
"""Three pieces."""


def tone(studio: Studio, folder: Path, pitch: int) -> Artifact:
    path = folder / f"{pitch}.wav"
    ffmpeg.run(["-f", "lavfi", "-i", f"sine=f={pitch}:r=48000:d=2", path], purpose="make a sound for a test")
    return studio.artifacts.put_file(path, media_type="audio/wav")


@pytest.fixture
def film(studio: Studio, tmp_path: Path) -> Timeline:
    clip = Artifact(sha256="0" * 64, media_type="video/mp4", size=1)
    cues = tuple(Cue(scene=None, artifact=tone(studio, tmp_path, 200 + at), start=at, seconds=2) for at in range(0, SECONDS, 5))
    return timeline([clip], frames=SECONDS * 30).model_copy(update={"narration": cues})


def pieces(studio: Studio) -> dict[str, float]:
    """The pieces in the store's folder, and when they were written."""
    return {path.name: path.stat().st_mtime_ns for path in studio.settings.store.rglob("*.aac")}


def test_the_sound_is_made_once(studio: Studio, film: Timeline) -> None:
    sound, kept = mixed(studio, film)
    assert not kept
    assert len(pieces(studio)) == 3
    assert mixed(studio, film) == (sound, True)
    assert mixed(studio, film.model_copy(update={"title": "Another"})) == (sound, True)


def test_another_word_makes_its_piece_only_and_the_sound_is_that_from_nothing(
    studio: Studio, film: Timeline, tmp_path: Path
) -> None:
    mixed(studio, film)
    before = pieces(studio)
    cues = list(film.narration)
    cues[0] = cues[0].model_copy(update={"artifact": tone(studio, tmp_path, 999)})
    changed = film.model_copy(update={"narration": tuple(cues)})
    sound, kept = mixed(studio, changed)
    assert not kept
    assert len(pieces(studio)) == 4
    assert {name: time for name, time in pieces(studio).items() if name in before} == before
    mix(changed, shelf=studio.artifacts.path, out=tmp_path / "nothing.m4a")
    assert studio.artifacts.read(sound) == (tmp_path / "nothing.m4a").read_bytes()


def test_a_clips_own_sound_is_another_sound(studio: Studio, film: Timeline, tmp_path: Path) -> None:
    own = (Cue(scene=None, artifact=tone(studio, tmp_path, 700), start=3, seconds=1),)
    assert mixed(studio, film.model_copy(update={"own": own}))[0] != mixed(studio, film)[0]


def test_a_piece_that_was_lost_is_made_again(studio: Studio, film: Timeline) -> None:
    sound, _ = mixed(studio, film)
    content = studio.artifacts.read(sound)
    studio.artifacts.path(sound).unlink()
    lost = next(iter(studio.settings.store.rglob("*.aac")))
    lost.unlink()
    again, kept = mixed(studio, film)
    assert not kept
    assert studio.artifacts.read(again) == content
    assert lost.exists()
