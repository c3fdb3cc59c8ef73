"""An engine that delivers a useless clip: it goes into no film, its scene is named, a new one is bought when asked for."""

from dataclasses import replace

import pytest

from videofactory.domain.errors import MediaBroken
from videofactory.providers.cast import embedded_cast
from videofactory_tests.film.bad_engines import KINDS, BadVideo
from videofactory_tests.film.line import Line
from videofactory_tests.film.traces import Sent, Trace, film_file

WORD = "umbrella"
SCENES = (
    {"narration": "We open.", "prompt": "a warm window at dawn", "seconds": 2},
    {"narration": "Come in.", "prompt": f"a wet {WORD} by the door", "camera": "push_in", "seconds": 2},
)
STILL = "still|frozen|move"
FINDING = {
    "black": "black",
    "frozen": STILL,
    "photograph": STILL,
    "short": "frames|long",
    "corrupt": "cannot be opened",
    "torn": "damaged",
}


def with_video(line: Line, engine: BadVideo) -> Line:
    cast = replace(embedded_cast(), video={engine.id: engine})
    return Line(replace(line.studio, cast=cast))


@pytest.mark.parametrize("kind", KINDS)
def test_a_bad_clip_stops_the_cut_until_it_is_made_again(line: Line, kind: str) -> None:
    bad = with_video(line, BadVideo(kind, word=WORD))
    project = bad.take_in(script=list(SCENES))
    bad.develop(project)
    bad.green(project)
    with pytest.raises(MediaBroken, match=f"(?s)(?=.*scene-02)(?=.*({FINDING[kind]}))") as stopped:
        bad.produce(project)
    assert "scene-01" not in str(stopped.value)
    assert list((line.home / "films").rglob("*.mp4")) == []
    before = Trace.of(line)
    desk = line.desk(project)
    desk.redo(2)
    desk.record()
    assert line.produce(project).findings == ()
    sent = Trace.of(line).sent_since(before)
    assert sent[Sent("video", "scene-02")] == 1
    assert film_file(line.home, project)
