"""Clips brought into the film's format: fitted and checked once for each source, and again when the store lost the file."""

from pathlib import Path

import pytest

from videofactory.studio import scene_clips
from videofactory.studio.factory import Studio
from videofactory_tests.media.cuts import FRAME, Shelf


def test_a_fitted_clip_is_made_again_when_it_is_lost_and_not_otherwise(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = Shelf(tmp_path)
    source = studio.artifacts.put_file(shelf(shelf.clip("testsrc2", size="160x90")), media_type="video/mp4")
    wanted = scene_clips._Wanted(frame=FRAME, seconds=1.0, own_sound=False, still=False)
    first = scene_clips._fitted(studio, source, wanted)
    assert first[0].artifact != source
    studio.artifacts.path(first[0].artifact).unlink()
    assert scene_clips._fitted(studio, source, wanted) == first
    assert studio.artifacts.has(first[0].artifact)
    monkeypatch.delattr(scene_clips, "normalise")
    assert scene_clips._fitted(studio, source, wanted) == first
