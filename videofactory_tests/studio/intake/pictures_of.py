"""Pictures for the intake's tests: good ones, and those a careless or hostile hand would send."""

import io
import struct
import zlib

from PIL import Image


def picture(kind: str, *, size: tuple[int, int] = (64, 48), mode: str = "RGB") -> bytes:
    """A good picture with some structure, as JPEG, PNG or WEBP."""
    image = Image.linear_gradient("L").resize(size).convert(mode)
    return saved(image, kind=kind)


def saved(image: Image.Image, *, kind: str, **options: object) -> bytes:
    """The bytes Pillow writes."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def animated(kind: str) -> bytes:
    """Two frames, as WEBP or PNG."""
    frames = [Image.new("RGB", (16, 16), colour) for colour in ("red", "blue")]
    return saved(frames[0], kind=kind, save_all=True, append_images=frames[1:], duration=100)


def png_claiming(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header claims this size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\x00" * 1000)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )


def webp_claiming(width: int, height: int) -> bytes:
    """A WebP whose extended header claims this canvas."""
    body = b"\x00" * 4 + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    chunk = b"VP8X" + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk


def jpeg_claiming(width: int, height: int) -> bytes:
    """A small JPEG whose frame header was rewritten to claim this size."""
    content = bytearray(picture("JPEG"))
    at = content.index(b"\xff\xc0")
    content[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(content)
