"""What hangs on a finished film is made again when it was lost, as its stretches are: a run mends what the store lost."""

from pathlib import Path

import pytest

from videofactory.domain.footage import Artifact
from videofactory.studio import final_cut
from videofactory.studio.factory import Studio
from videofactory_tests.media.cuts import Shelf, timeline


def test_thumbnail_and_sheet_are_made_again_when_one_is_lost_and_not_otherwise(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = Shelf(tmp_path)
    clip = shelf(shelf.clip("testsrc2"))
    film: Artifact = studio.artifacts.put_file(clip, media_type="video/mp4")  # as good as a film here: it is only looked at
    plan = timeline([film])
    first = final_cut._extras(studio, film, plan)
    studio.artifacts.path(first["sheet"]).unlink()
    assert final_cut._extras(studio, film, plan) == first
    assert all(map(studio.artifacts.has, first.values()))
    monkeypatch.delattr(final_cut, "thumbnail")
    assert final_cut._extras(studio, film, plan) == first
