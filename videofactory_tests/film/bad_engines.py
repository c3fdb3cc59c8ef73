"""Video engines that deliver what no film may hold. Each is asked like any other, and its clip is kept like any other's."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from videofactory.media import ffmpeg
from videofactory.providers.embedded.video import EmbeddedVideo
from videofactory.providers.roles import Delivered, Payload, Receipt, Shelf, VideoRequest

_X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-threads", "1")
_INDEX_IN_FRONT = ("-movflags", "+faststart")
KINDS = ("black", "frozen", "photograph", "short", "corrupt", "torn")


class BadVideo(EmbeddedVideo):
    """Delivers a clip of one bad kind for the prompts that hold a word; all others as they should be."""

    model = "bad-video-1"

    def __init__(self, kind: str, *, word: str) -> None:
        self._kind = kind
        self._word = word

    def submit(self, request: VideoRequest, *, shelf: Shelf, token: str) -> Receipt:
        """A good clip, or the bad one."""
        if self._word not in request.prompt:
            return super().submit(request, shelf=shelf, token=token)
        if self._kind == "short":
            return super().submit(request.model_copy(update={"seconds": 1.0}), shelf=shelf, token=token)
        content = _rendered(_picture(self._kind, request, shelf=shelf), ending=_INDEX_IN_FRONT if self._kind == "torn" else ())
        left = {"corrupt": len(content) // 2, "torn": len(content) * 19 // 20}.get(self._kind, len(content))
        return Delivered(files={"clip": Payload(content[:left], "video/mp4")})


def _picture(kind: str, request: VideoRequest, *, shelf: Shelf) -> Sequence[str]:
    size, length = f"{request.width}x{request.height}", str(request.seconds)
    if kind == "black":
        return ("-f", "lavfi", "-i", f"color=black:s={size}:r={request.fps}:d={length}")
    if kind == "photograph":
        return ("-loop", "1", "-framerate", str(request.fps), "-t", length, "-i", str(shelf(request.first_frame)))
    if kind == "frozen":
        return ("-f", "lavfi", "-i", f"smptebars=s={size}:r={request.fps}:d={length}")
    return ("-f", "lavfi", "-i", f"testsrc2=s={size}:r={request.fps}:d={length}")


def _rendered(source: Sequence[str], *, ending: Sequence[str]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "clip.mp4"
        ffmpeg.run([*source, *_X264, *ending, *ffmpeg.EXACT, out], purpose="make a bad clip for a test")
        return out.read_bytes()
