"""What a picture with transparent places is laid on, so that it is seen.

White as pages are; where its outline would vanish on white, a tone of its own colours. Equal pictures get equal grounds.
"""

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

PAPER = (255, 255, 255)
"""What shows through transparent places as a rule: white, as pages and boards do."""
CLEAR_SHARE = 0.01
"""A picture of which less than this is transparent has rounded corners or a soft edge, and no outline that could vanish."""
CLEAR_BELOW, OPAQUE_FROM = 128, 230
"""Alpha (0..255) below which a place is rather not there, and from which it is there with its own colour."""
_LOOKED_AT = 256
"""Longer side in pixels at which the outline is looked at."""
_RIM = 7
"""Pixels: how far into the subject its outline reaches."""
_APART = 20.0
"""Least distance (CIE76) of an outline's colour from the ground at which it is seen."""
_ENOUGH = 0.7
"""Share of the outline that must be seen on white; with less of it another ground may be better."""
_TONES = ((24.0, 0.35), (52.0, -0.6))
"""Lightness, and share of the subject's own colour (below 0: of its complement), of the grounds tried after white."""
_MOST_CHROMA = 40.0
Colour = tuple[int, int, int]
Channels = NDArray[np.float32]


def has_transparency(image: Image.Image) -> bool:
    """Whether a picture of any mode may have transparent places."""
    return image.mode in {"RGBA", "LA", "PA", "RGBa", "La"} or "transparency" in image.info


def ground_of(image: Image.Image) -> Colour:
    """The ground for a picture that may have transparent places, as RGB."""
    clear = image if image.mode == "RGBA" else image.convert("RGBA")
    scale = min(1.0, _LOOKED_AT / max(clear.size))
    size = (max(1, round(clear.width * scale)), max(1, round(clear.height * scale)))
    small = np.asarray(clear.resize(size, Image.Resampling.BOX), np.uint8)
    missing, there = small[..., 3] < CLEAR_BELOW, small[..., 3] >= OPAQUE_FROM
    if float(missing.mean()) < CLEAR_SHARE or not there.any():
        return PAPER
    lab = np.asarray(cv2.cvtColor(small[..., :3].astype(np.float32) / np.float32(255), cv2.COLOR_RGB2LAB), np.float32)
    near = np.asarray(cv2.dilate(missing.astype(np.uint8), np.ones((_RIM, _RIM), np.uint8))) > 0
    rim = lab[there & near] if (there & near).any() else lab[there]
    tones = [_tone(light, share, lab[there]) for light, share in _TONES]
    if _seen(rim, PAPER) >= _ENOUGH:
        return PAPER
    return max((PAPER, *tones), key=lambda tone: _seen(rim, tone))


def on_ground(image: Image.Image) -> Image.Image:
    """The picture as it is seen, in RGB: one without transparent places as it is."""
    if not has_transparency(image):
        return image.convert("RGB")
    clear = image if image.mode == "RGBA" else image.convert("RGBA")
    flat = Image.new("RGB", clear.size, ground_of(clear))
    flat.paste(clear, mask=clear.getchannel("A"))
    return flat


def _tone(light: float, share: float, own: Channels) -> Colour:
    """A colour of this lightness in the subject's own hue or its complement; grey for a grey subject."""
    hue = own[:, 1:].mean(axis=0) * share
    held = hue * min(1.0, _MOST_CHROMA / max(float(np.hypot(*hue)), 1e-3))
    pixel = np.array([[[light, held[0], held[1]]]], np.float32)
    red, green, blue = np.rint(np.clip(cv2.cvtColor(pixel, cv2.COLOR_LAB2RGB), 0, 1) * 255).reshape(3)
    return int(red), int(green), int(blue)


def _seen(rim: Channels, ground: Colour) -> float:
    """How much of the outline stands out from this ground."""
    pixel = np.array([[ground]], np.float32) / np.float32(255)
    lab = np.asarray(cv2.cvtColor(pixel, cv2.COLOR_RGB2LAB), np.float32).reshape(3)
    return float((np.linalg.norm(rim - lab, axis=1) >= _APART).mean())
