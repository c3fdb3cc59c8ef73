"""The film that the tests of edits change: three scenes, five stretches, two characters, two video engines to choose from."""

from dataclasses import replace
from pathlib import Path

from videofactory.providers.embedded.video import EmbeddedVideo
from videofactory_tests.film.line import CHANNEL, Line, put_channel

SCENES = (
    {"narration": "We open at six.", "seconds": 2, "on_screen_text": "Six", "sound": "rain on a roof"},
    {"narration": "Mia warms cups.", "seconds": 2, "transition": "crossfade", "camera": "push_in", "on_screen_text": "Warm"},
    {"narration": "Come in.", "seconds": 2, "transition": "crossfade", "camera": "pan_left"},
)
CHARACTERS = (
    {"name": "Mia", "description": "a barista in a green apron"},
    {"name": "Tom", "description": "a baker with flour on his sleeves"},
)


class OtherVideo(EmbeddedVideo):
    """The embedded engine under another name: a second one to choose, which no score asks for."""

    id = "openai"
    model = "other-video-1"


def reviewed_line(home: Path) -> Line:
    """The line of this film's home, with its two video engines."""
    if not (home / "channels" / f"{CHANNEL}.yaml").exists():
        put_channel(home, engines={"video": {"default": "embedded", "allowed": ["embedded", "openai"]}})
    line = Line.at(home)
    cast = line.studio.engines(CHANNEL)
    return Line(replace(line.studio, cast=replace(cast, video={**cast.video, OtherVideo.id: OtherVideo()})))


def make_reviewed(home: Path) -> str:
    """Make the film; its project."""
    line = reviewed_line(home)
    text = "We open at six. Mia warms cups. Tom brings bread. Come in."
    project = line.take_in(text=text, script=list(SCENES), characters=list(CHARACTERS))
    cut = line.film(project)
    assert not cut.findings
    return project
