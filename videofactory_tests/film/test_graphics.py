"""A film with the channel's logo: in its corner through every scene and transition, large on the end card, encoded once."""

from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from videofactory.domain.footage import Aspect, Box
from videofactory.domain.timeline import Timeline
from videofactory.studio.material import CutPlan
from videofactory_tests.film.line import CHANNEL, Line, put_channel
from videofactory_tests.film.test_early_cut import BODIES, make_clips
from videofactory_tests.film.traces import Trace

SCRIPT = [
    {"narration": "We open at six.", "seconds": 2, "on_screen_text": "Six"},
    {"narration": "Warm cups.", "seconds": 2, "transition": "slide"},
    {"narration": "Come in.", "seconds": 2, "on_screen_text": "Come in", "transition": "wipe"},
]
GREEN = (0, 110, 0, 255)
"""A dark green: on the dark end card nobody would see it."""
ASPECTS: tuple[Aspect, ...] = ("16:9", "9:16")


def put_logo(line: Line) -> None:
    logo = Image.new("RGBA", (240, 160))
    logo.paste(GREEN, (20, 20, 220, 140))
    logo.save(line.home / "channels" / "logo.png")
    put_channel(line.home, name="Harbour Coffee", logo="logo.png", logo_corner="upper_left", captions={"burn_in": "off"})


def greenness(picture: NDArray[np.uint8], box: Box) -> float:
    """How much greener than red and blue a part of a picture is, in levels."""
    height, width = picture.shape[:2]
    rows = slice(round((box.y + 0.3 * box.height) * height), round((box.y + 0.7 * box.height) * height))
    columns = slice(round((box.x + 0.3 * box.width) * width), round((box.x + 0.7 * box.width) * width))
    red, green, blue = picture[rows, columns].reshape(-1, 3).mean(axis=0)
    return float(green - max(red, blue))


def pictures(film: Path) -> list[NDArray[np.uint8]]:
    with av.open(str(film)) as container:
        return [
            np.asarray(shown.reformat(format="rgb24", src_colorspace="ITU709").to_ndarray(), np.uint8)
            for shown in container.decode(video=0)
        ]


def seen_where_it_should_be(timeline: Timeline, film: Path) -> None:
    seen = pictures(film)
    assert [logo.start for logo in timeline.logos] == sorted(logo.start for logo in timeline.logos)
    assert (timeline.logos[0].start, timeline.logos[-1].stop) == (0, timeline.frames)
    for before, after in zip(timeline.logos, timeline.logos[1:], strict=False):
        assert before.stop == after.start
    for logo in timeline.logos:
        middle = [greenness(seen[at], logo.box) for at in range(logo.start + logo.fade, logo.stop)]
        assert min(middle) > 60, (logo, middle)
    card = timeline.logos[-1]
    corner = timeline.logos[-2]
    assert card.plate is not None
    assert card.box.width > 1.5 * corner.box.width
    assert corner.box.x < 0.2
    assert max(greenness(seen[at], corner.box) for at in range(card.start + card.fade, card.stop)) < 30


def test_the_logo_goes_through_the_whole_film_and_grows_on_the_end_card(line: Line) -> None:
    put_logo(line)
    line = Line.at(line.home)
    project = line.take_in(channel=CHANNEL, script=SCRIPT, aspects=list(ASPECTS))
    line.develop(project)
    line.green(project)
    before = Trace.of(line)
    make_clips(line, project)
    early = Trace.of(line)
    assert early.made_since(before)["stretch"] == len(ASPECTS) * BODIES
    cut = line.produce(project)
    assert Trace.of(line).made_since(early)["stretch"] == len(ASPECTS) * 2
    plan = line.read("timeline", project, CutPlan)
    for master in cut.masters:
        timeline = plan.timelines[master.aspect]
        assert [title.kind for title in timeline.titles] == ["opening", "call_to_action"]
        assert timeline.titles[-1].name == "Harbour Coffee"
        assert timeline.titles[-1].emblem > 1
        seen_where_it_should_be(timeline, line.studio.artifacts.path(master.film))


def test_a_film_without_a_logo_has_none(line: Line) -> None:
    project = line.take_in(script=SCRIPT)
    line.develop(project)
    line.green(project)
    line.produce(project)
    assert line.read("timeline", project, CutPlan).timelines["16:9"].logos == ()
