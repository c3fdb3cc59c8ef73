"""Formats and material: what a frame may be, and how long a clip is."""

import pytest
from pydantic import ValidationError

from videofactory.domain.footage import Artifact, Aspect, Clip, Frame

ARTIFACT = Artifact(sha256="a" * 64, media_type="video/mp4", size=1)


@pytest.mark.parametrize(("aspect", "size"), [("16:9", (1920, 1080)), ("9:16", (1080, 1920)), ("1:1", (1080, 1080))])
def test_a_frame_has_the_asked_short_side(aspect: Aspect, size: tuple[int, int]) -> None:
    frame = Frame.of(aspect)
    assert (frame.width, frame.height) == size


@pytest.mark.parametrize("short", range(180, 760, 2))
def test_every_frame_is_even_and_near_its_aspect(short: int) -> None:
    frame = Frame.of("16:9", short_side=short)
    assert frame.width % 2 == 0
    assert abs(frame.width - short * 16 / 9) <= 1


@pytest.mark.parametrize("wrong", [{"width": 321}, {"height": 0}, {"fps": 0}, {"width": 7682}, {"depth": 8}])
def test_impossible_frames_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        Frame.model_validate(wrong)


@pytest.mark.parametrize("name", ["A" * 64, "a" * 63, "../" + "a" * 61, ""])
def test_an_artifact_is_named_by_a_hash(name: str) -> None:
    with pytest.raises(ValidationError):
        Artifact(sha256=name, media_type="image/png", size=1)


def test_a_clip_lasts_its_frames() -> None:
    assert Clip(artifact=ARTIFACT, width=320, height=180, fps=24, frames=60).seconds == 2.5
