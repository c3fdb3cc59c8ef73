"""In which order a film is made: pictures, then the sound, so that never more is held than an encoder takes."""

from pathlib import Path
from threading import Event

import pytest

from videofactory.domain.script import Transition
from videofactory.domain.timeline import Timeline
from videofactory.media.cut import Stretch
from videofactory.studio import final_cut
from videofactory.studio.factory import Studio
from videofactory.studio.soundtrack import mixed
from videofactory.studio.stretches import encoded
from videofactory_tests.media.cuts import Shelf, timeline


def test_the_sound_comes_last(studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = Shelf(tmp_path)
    clips = [
        studio.artifacts.put_file(shelf(shelf.clip(source)), media_type="video/mp4") for source in ("testsrc2", "smptehdbars")
    ]
    film = timeline(clips, transitions=(Transition.CROSSFADE,))
    begun: list[object] = []

    def watched(studio: Studio, timeline: Timeline, part: Stretch, *, halt: Event) -> object:
        begun.append(part.start)
        return encoded(studio, timeline, part, halt=halt)

    def heard(studio: Studio, timeline: Timeline) -> object:
        begun.append("sound")
        return mixed(studio, timeline)

    monkeypatch.setattr(final_cut, "encoded", watched)
    monkeypatch.setattr(final_cut, "mixed", heard)
    final_cut.cut_film(studio, film)
    assert sorted(begun[:-1], key=str) == [0, 20, 30]
    assert begun[-1] == "sound"
