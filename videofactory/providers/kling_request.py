"""What Kling's models take, whoever sells them: words and pictures within their limits.

How it is sent is in `kling`, `kling_legacy` and `kie`.
"""

import io
import re
from math import ceil
from pathlib import Path

from PIL import Image

from videofactory.domain.errors import EngineRejected, MediaBroken
from videofactory.domain.script import Camera
from videofactory.providers.roles import Payload, VideoRequest

PROMPT_LIMIT = 2500
"""Characters; kling-3.0 takes 3072, but its page recommends this, and all others end here."""
LARGEST = 10_000_000
"""Bytes of a picture: the stricter of the two generations (the current pages allow 50 MB)."""
LEAST_SIDE = 300
"""Pixels of the shorter side."""
SLIMMEST = 2.5
"""The longer side over the shorter."""
QUALITY = 92
"""Of JPEG, where a picture has to be written anew."""
MOVES = {
    Camera.STATIC: "locked off, it does not move",
    Camera.PUSH_IN: "slow push in",
    Camera.PULL_OUT: "slow pull out",
    Camera.PAN_LEFT: "slow pan to the left",
    Camera.PAN_RIGHT: "slow pan to the right",
    Camera.TILT_UP: "slow tilt up",
    Camera.TILT_DOWN: "slow tilt down",
    Camera.ORBIT: "slow orbit around the subject",
}
"""The camera in words: these models take it no other way."""
_SENTENCE_END = re.compile(r"[.!?…](?=\s)|[\u3002\uff01\uff1f]")


def fitted_prompt(request: VideoRequest) -> tuple[str, tuple[str, ...]]:
    """The prompt with the camera's move, at most 2500 characters, and a remark where it had to be cut (at a sentence's end)."""
    move = f"Camera: {MOVES[request.camera]}."
    text = request.prompt.strip()
    room = PROMPT_LIMIT - len(move) - 1
    if len(text) <= room:
        return f"{text} {move}".strip(), ()
    kept = text[: _cut(text, room)].rstrip()
    remark = f"The prompt was cut from {len(text)} to {len(kept)} characters; Kling takes {PROMPT_LIMIT} with the camera's move."
    return f"{kept} {move}", (remark,)


def _cut(text: str, room: int) -> int:
    ends = [found.end() for found in _SENTENCE_END.finditer(text) if found.end() <= room]
    words = text.rfind(" ", 0, room + 1)
    return ends[-1] if ends else words if words > 0 else room


def picture(path: Path) -> Payload:
    """The picture as Kling takes it: JPEG or PNG, 300 pixels and more, 10 MB and less; written anew as JPEG where it is not so.

    Raises `EngineRejected` for one that is slimmer than 1:2.5, `MediaBroken` for one that cannot be read.
    """
    content = path.read_bytes()
    try:
        with Image.open(io.BytesIO(content)) as image:
            short, long = sorted(image.size)
            if long > SLIMMEST * short:
                raise EngineRejected(
                    f"A picture of {image.width}x{image.height} pixels is too slim: Kling takes 1:2.5 to 2.5:1.",
                    remedy="Draw the scene's picture again in the film's format.",
                )
            if image.format in {"JPEG", "PNG"} and short >= LEAST_SIDE and len(content) <= LARGEST:
                return Payload(content, f"image/{image.format.lower()}")
            return Payload(_jpeg(image.convert("RGB")), "image/jpeg")
    except OSError as error:
        raise MediaBroken(f"The picture {path.name} cannot be read: {error}.", remedy="Draw it again.") from error


def _jpeg(image: Image.Image) -> bytes:
    """Enlarged to the least size, then made smaller until it is light enough."""
    short = min(image.size)
    if short < LEAST_SIDE:
        image = image.resize((ceil(image.width * LEAST_SIDE / short), ceil(image.height * LEAST_SIDE / short)))
    while True:
        out = io.BytesIO()
        image.save(out, format="JPEG", quality=QUALITY)
        if out.tell() <= LARGEST:
            return out.getvalue()
        image = image.resize((image.width * 3 // 4, image.height * 3 // 4))
