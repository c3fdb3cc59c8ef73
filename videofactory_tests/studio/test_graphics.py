"""Text and logo of one scene over a real face: captions leave it, in every format alike for the whole scene; no sign is a box."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from videofactory.domain.channel import Channel
from videofactory.domain.errors import InvalidInput
from videofactory.domain.footage import Clip, Frame
from videofactory.domain.timeline import Caption, Look, Shot, Timeline, Title
from videofactory.media import ffmpeg
from videofactory.media.measure import CAN_SEE, load_rgb
from videofactory.media.titles import burnt
from videofactory.media.titles.placing import caption_box, covered
from videofactory.studio.factory import Studio
from videofactory.studio.graphics import Graphics
from videofactory.studio.scene_plan import ScenePlan
from videofactory_tests.media.films import TAGS

PORTRAIT = Path(__file__).parents[1] / "media" / "portrait.jpg"
FRAMES = 24
SAID = (
    Caption(start=0.0, end=1.0, lines=("She has been up since two,", "and she needs it.")),
    Caption(start=1.0, end=2.0, lines=("Come in.",)),
)
FRAME = Frame(width=360, height=640, fps=12)
LOW, HIGH = 358, 20
"""Upper edge of the portrait in an upright picture: its face where captions usually stand, or above."""


class OneScene(ScenePlan):
    """A plan of one scene with given text."""

    def __init__(self, *, captions: tuple[Caption, ...], titles: tuple[Title, ...], look: Look) -> None:
        self.channel = Channel(key="harbour", name="Harbour", language="en")
        self.lengths = ()
        self.starts = (0, FRAMES)
        self._texts, self._look = (captions, titles), look

    def shot(self, index: int, clip: Clip, *, frame: Frame) -> Shot:  # noqa: ARG002 - the clip has the frame's size
        """The whole clip."""
        return Shot(scene="scene-01", clip=clip.artifact, clip_frames=clip.frames, start=0, frames=clip.frames)

    def captions(self, index: int) -> tuple[Caption, ...]:  # noqa: ARG002 - there is one scene
        """What is said."""
        return self._texts[0]

    def titles(self, index: int) -> tuple[Title, ...]:  # noqa: ARG002 - there is one scene
        """What is written."""
        return self._texts[1]

    def alone_until(self, index: int) -> int:  # noqa: ARG002 - there is one scene
        """Its end."""
        return FRAMES

    @property
    def look(self) -> Look:
        """How text is drawn."""
        return self._look


def portrait_at(top: int, studio: Studio, folder: Path) -> Clip:
    """A still clip of an upright picture with a portrait in it."""
    portrait = cv2.resize(load_rgb(PORTRAIT), None, fx=1.3, fy=1.3)[:, 57:417]
    picture = np.full((FRAME.height, FRAME.width, 3), 120, np.uint8)
    seen = portrait[: FRAME.height - top]
    picture[top : top + len(seen)] = seen
    cv2.imwrite(str(folder / "picture.png"), picture[..., ::-1])
    look = f"scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,{TAGS}"
    coding = ("-frames:v", str(FRAMES), "-r", str(FRAME.fps), "-c:v", "libx264", "-preset", "ultrafast", "-threads", "1")
    ffmpeg.run(
        ["-loop", "1", "-i", folder / "picture.png", "-vf", look, *coding, folder / "clip.mp4"], purpose="make a clip for a test"
    )
    artifact = studio.artifacts.put_file(folder / "clip.mp4", media_type="video/mp4")
    return Clip(artifact=artifact, width=FRAME.width, height=FRAME.height, fps=FRAME.fps, frames=FRAMES)


def scene(clip: Clip, studio: Studio, *, titles: tuple[Title, ...] = (), look: Look | None = None) -> Timeline:
    plan = OneScene(captions=SAID, titles=titles, look=look or Look())
    return Graphics(studio, plan).scene(0, clip, frame=FRAME)


@pytest.mark.skipif(not CAN_SEE, reason="the detector has wheels for x86-64 only")
@pytest.mark.parametrize(("top", "place"), [(LOW, "upper"), (HIGH, "lower")])
def test_all_captions_of_a_scene_leave_the_face_together(top: int, place: str, studio: Studio, tmp_path: Path) -> None:
    found = scene(portrait_at(top, studio, tmp_path), studio)
    assert [caption.place for caption in found.captions] == [place] * len(SAID)
    below = found.model_copy(update={"captions": SAID})
    assert [caption.model_copy(update={"place": "lower"}) for caption in found.captions] == list(SAID)
    assert (burnt(found, start=0, stop=FRAMES) == burnt(below, start=0, stop=FRAMES)) == (place == "lower")


@pytest.mark.skipif(not CAN_SEE, reason="the detector has wheels for x86-64 only")
def test_a_title_and_captions_that_have_moved_do_not_meet(studio: Studio, tmp_path: Path) -> None:
    third = Title(start=0.2, end=1.8, text="Anna Berg, roaster at the harbour")
    found = scene(portrait_at(LOW, studio, tmp_path), studio, titles=(third,))
    lines = caption_box(found.captions, place="upper", frame=FRAME, look=found.look)
    title = covered(found.titles[0], frame=FRAME, look=found.look)
    assert title.y >= lines.y + lines.height or title.y + title.height <= lines.y


def test_without_burnt_in_captions_nothing_is_looked_at(studio: Studio, tmp_path: Path) -> None:
    found = scene(portrait_at(LOW, studio, tmp_path), studio, look=Look(burn_in="off"))
    assert found.captions == SAID
    assert not list((studio.settings.home / "store" / "products").rglob("behind/*"))


def test_signs_that_no_font_has_are_named_and_not_drawn_as_boxes(studio: Studio, tmp_path: Path) -> None:
    title = Title(start=0.2, end=1.8, text="Ꮳ and more")
    with pytest.raises(InvalidInput, match=r"scene-01: text in the picture = Ꮳ \(U\+13E3\): no installed font has these signs"):
        scene(portrait_at(HIGH, studio, tmp_path), studio, titles=(title,))
