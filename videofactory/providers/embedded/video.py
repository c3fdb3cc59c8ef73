"""The embedded video engine: moves a still with depth by layers, on this machine, at no price. How it moves is `media.motion`."""

from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory

from videofactory.media import motion
from videofactory.providers.roles import Delivered, Payload, Receipt, Shelf, VideoEngine, VideoRequest

STEP = 0.5
SHORTEST = 1.0
"""Seconds: the steps in which clips are made, and the shortest one."""


class EmbeddedVideo(VideoEngine):
    """Delivers file `clip`: a silent MP4, near-lossless, of exactly the asked size, rate and number of frames."""

    id = "embedded"
    model = "embedded-video-1"
    resend_is_free = True
    can = frozenset({"first_frame", "last_frame", "seed", "panes"})

    def sold_seconds(self, seconds: float) -> float:
        """Half seconds, at least one second: a reworded sentence seldom asks for a new clip, and few frames are made in vain."""
        return max(SHORTEST, ceil(seconds / STEP) * STEP)

    def submit(self, request: VideoRequest, *, shelf: Shelf, token: str) -> Receipt:  # noqa: ARG002 - nothing is sent anywhere
        """Make the clip at once. Raises `MediaBroken` when a picture cannot be read."""
        with TemporaryDirectory(prefix="videofactory-clip-") as folder:
            clip = Path(folder) / "clip.mp4"
            motion.render(
                shelf(request.first_frame),
                out=clip,
                last=shelf(request.last_frame) if request.last_frame else None,
                seconds=request.seconds,
                width=request.width,
                height=request.height,
                fps=request.fps,
                camera=request.camera,
                layout=request.layout,
                panes=request.panes,
                prompt=request.prompt,
                seed=request.seed,
            )
            return Delivered(files={"clip": Payload(clip.read_bytes(), "video/mp4")})
