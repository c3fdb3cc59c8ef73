"""What hangs on a finished film is made again when it was lost, as its stretches are: a run mends what the store lost."""

from pathlib import Path

import pytest

from videofactory.domain.footage import Artifact
from videofactory.domain.timeline import Timeline
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


def test_the_thumbnail_is_made_again_when_its_letters_are_drawn_otherwise(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def drawn(_film: Path, *, timeline: Timeline, title: str, out: Path) -> None:
        made.append(title)
        out.write_bytes(timeline.title.encode())

    monkeypatch.setattr(final_cut, "thumbnail", drawn)
    monkeypatch.setattr(final_cut, "film_sheet", lambda _film, *, max_bytes: b"sheet"[:max_bytes])
    film = studio.artifacts.put(b"film", media_type="video/mp4")
    for font, times in (("Inter 1", 1), ("Inter 1", 1), ("Inter 2", 2)):
        monkeypatch.setattr(final_cut, "poster_text", lambda text, *, look, font=font: [font, text, look.heading_font])
        final_cut._extras(studio, film, timeline([film]))
        assert len(made) == times
