"""Checking a picture's bytes: what it really is, how large, and that it decodes to its end. Bytes are kept as they came.

Where the bytes come from is `folders` and `links`. Which picture is good enough for a brand is the analyst's judgement.
"""

import io
import struct
from collections.abc import Callable
from typing import NamedTuple

from PIL import ImageFile, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from videofactory.studio.intake.refusal import NotTakenIn

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 50_000_000
MAX_SCANS = 100
"""Progressive JPEGs have about ten scans; thousands of them in a small file would keep the decoder busy for hours."""
MEDIA_TYPES = ("image/jpeg", "image/png", "image/webp")
_SUFFIXES = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp"}
_FOREIGN = {
    b"GIF8": "a GIF",
    b"MZ": "a Windows program",
    b"\x7fELF": "a Linux program",
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a ZIP archive",
    b"BM": "a BMP",
    b"II*\x00": "a TIFF",
    b"MM\x00*": "a TIFF",
    b"<": "a text with tags (SVG, HTML, XML)",
}
_START_OF_SCAN = b"\xff\xda"
_WANTED = "hand in a JPEG, PNG or WebP"


class Picture(NamedTuple):
    """What a checked picture is: media type, width and height in pixels (as stored, before any EXIF rotation)."""

    media_type: str
    width: int
    height: int


def type_of_suffix(suffix: str) -> str:
    """The media type a file name's ending declares. Raises `NotTakenIn` for endings other than those of our three types."""
    try:
        return _SUFFIXES[suffix.lower()]
    except KeyError:
        raise NotTakenIn(f"its name ends in {suffix!r}, not in .jpg, .jpeg, .png or .webp; {_WANTED}") from None


def check_picture(content: bytes, *, declared: str) -> Picture:
    """What the bytes are, once they have been decoded in full. Raises `NotTakenIn` with the reason.

    `declared` is the media type the name or the server gave; the first bytes must agree with it.
    """
    check_size(len(content))
    actual = sniff(content)
    if actual != declared:
        raise NotTakenIn(f"it is declared as {declared} and is {actual}; give it its true name")
    width, height = _DECODERS[actual](content)
    return Picture(actual, width, height)


def check_size(size: int) -> None:
    """Raises `NotTakenIn` for more bytes than a picture may have, and for none."""
    if size > MAX_BYTES:
        raise NotTakenIn(f"it is larger than {MAX_BYTES // 1024 // 1024} MB; save it smaller")
    if not size:
        raise NotTakenIn("it is empty; hand it in again")


def sniff(content: bytes) -> str:
    """The media type told by the first bytes. Raises `NotTakenIn` for anything but JPEG, PNG and WebP."""
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    start = content[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    found = next((name for magic, name in _FOREIGN.items() if start.startswith(magic)), "no picture we know")
    raise NotTakenIn(f"it is {found}; {_WANTED}")


def _check_pixels(size: tuple[int, int]) -> None:
    width, height = size
    if width * height > MAX_PIXELS:
        raise NotTakenIn(f"it has {width} x {height} pixels, more than {MAX_PIXELS // 1_000_000} megapixels; save it smaller")
    if not width * height:
        raise NotTakenIn(f"it has {width} x {height} pixels: nothing to see; hand in another")


def _check_still(image: ImageFile.ImageFile) -> None:
    frames = getattr(image, "n_frames", 1)
    if frames > 1:
        raise NotTakenIn(f"it is animated ({frames} frames); hand in a single picture")


def _jpeg(content: bytes) -> tuple[int, int]:
    if content.count(_START_OF_SCAN) > MAX_SCANS:
        raise NotTakenIn(f"it has more than {MAX_SCANS} scans; save it again with usual settings")
    return _decoded(lambda: JpegImagePlugin.JpegImageFile(io.BytesIO(content)))


def _png(content: bytes) -> tuple[int, int]:
    return _decoded(lambda: PngImagePlugin.PngImageFile(io.BytesIO(content)))


def _webp(content: bytes) -> tuple[int, int]:
    _check_pixels(_webp_size(content))  # its decoder reserves the canvas as soon as it is opened
    return _decoded(lambda: WebPImagePlugin.WebPImageFile(io.BytesIO(content)))


def _webp_size(content: bytes) -> tuple[int, int]:
    """Width and height in the first chunk of a WebP container (RFC 9649): extended, lossless or lossy."""
    kind, body = content[12:16], content[20:30].ljust(10, b"\x00")
    if kind == b"VP8X":
        return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
    if kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack("<HH", body[6:10])
    return width & 0x3FFF, height & 0x3FFF


def _decoded(opened: Callable[[], ImageFile.ImageFile]) -> tuple[int, int]:
    """Open (headers only), check the size, decode every pixel. The plugin is named, so nothing else can be talked into it."""
    try:
        with opened() as image:
            _check_pixels(image.size)
            _check_still(image)
            image.load()
            return image.size
    except NotTakenIn:
        raise
    except Exception as error:
        raise NotTakenIn(f"it does not decode ({error}): damaged or cut short; save or fetch it again") from error


_DECODERS = {"image/jpeg": _jpeg, "image/png": _png, "image/webp": _webp}
