"""The embedded video engine as a role: delivers the clip at once, for nothing, as the request says."""

from hashlib import sha256
from pathlib import Path

import cv2
import numpy as np
import pytest

from videofactory.domain.footage import Artifact
from videofactory.domain.script import Camera
from videofactory.media.probe import facts
from videofactory.providers.embedded.video import EmbeddedVideo
from videofactory.providers.roles import Delivered, Shelf, VideoRequest


@pytest.fixture
def pictures(tmp_path: Path) -> dict[str, Path]:
    """Two pictures on disk by the hash of their bytes."""
    found = {}
    for seed in (1, 2):
        path = tmp_path / f"{seed}.png"
        noise = np.random.default_rng(seed).integers(0, 255, (9, 16, 3), dtype=np.uint8)
        cv2.imwrite(str(path), cv2.resize(noise, (160, 90), interpolation=cv2.INTER_CUBIC))
        found[sha256(path.read_bytes()).hexdigest()] = path
    return found


@pytest.fixture
def shelf(pictures: dict[str, Path]) -> Shelf:
    return lambda artifact: pictures[artifact.sha256]


def request(pictures: dict[str, Path], *, last: bool = False) -> VideoRequest:
    first, second = (Artifact(sha256=name, media_type="image/png", size=path.stat().st_size) for name, path in pictures.items())
    return VideoRequest(
        prompt="warm light", first_frame=first, last_frame=second if last else None, seconds=1.0, width=160, height=90, fps=24,
        camera=Camera.ORBIT, seed=4,
    )  # fmt: skip


def delivered(engine: EmbeddedVideo, asked: VideoRequest, *, shelf: Shelf) -> Delivered:
    receipt = engine.submit(asked, shelf=shelf, token="t")  # noqa: S106 - our own id for the request, no secret
    assert isinstance(receipt, Delivered)
    return receipt


def test_delivers_the_clip_that_was_asked_for_at_no_price(pictures: dict[str, Path], shelf: Shelf, tmp_path: Path) -> None:
    engine = EmbeddedVideo()
    receipt = delivered(engine, request(pictures), shelf=shelf)
    assert (engine.id, engine.model, engine.resend_is_free) == ("embedded", "embedded-video-1", True)
    assert engine.price(request(pictures)) == 0
    assert receipt.cost_usd is None  # as reserved: nothing
    assert receipt.files["clip"].media_type == "video/mp4"
    (tmp_path / "clip.mp4").write_bytes(receipt.files["clip"].content)
    video = facts(tmp_path / "clip.mp4").video
    assert video is not None
    assert (video.width, video.height, video.fps, video.frames) == (160, 90, 24, 24)


def test_same_request_gives_the_same_bytes_and_the_last_picture_counts(pictures: dict[str, Path], shelf: Shelf) -> None:
    engine = EmbeddedVideo()
    contents = [
        delivered(engine, asked, shelf=shelf).files["clip"].content
        for asked in (request(pictures), request(pictures), request(pictures, last=True))
    ]
    assert contents[0] == contents[1] != contents[2]
