"""A picture as an engine takes it: in the exact size it asks for (each adapter knows it), and without transparent places."""

import io

from PIL import Image, ImageOps

from videofactory.domain.errors import MediaBroken
from videofactory.media.measure.ground import has_transparency, on_ground


def fitted_png(picture: bytes, *, size: tuple[int, int]) -> bytes:
    """The picture as PNG of exactly this size (width, height): scaled, and cut around its middle where the shape differs.

    What is transparent is laid on its ground. Raises `MediaBroken` for one that cannot be read.
    """
    out = io.BytesIO()
    try:
        with Image.open(io.BytesIO(picture)) as image:
            ImageOps.fit(on_ground(image), size, method=Image.Resampling.LANCZOS).save(out, format="PNG")
    except OSError as error:
        raise MediaBroken(f"The picture cannot be read: {error}.", remedy="Draw or take it in again.") from error
    return out.getvalue()


def seen_picture(picture: bytes, *, media_type: str) -> tuple[bytes, str]:
    """A picture's own bytes and media type, or, where it has transparent places, those of a PNG in which it lies on its ground.

    What an engine makes of transparency is its own affair: some show black, some what is hidden there. Raises `MediaBroken`.
    """
    out = io.BytesIO()
    try:
        with Image.open(io.BytesIO(picture)) as image:
            if not has_transparency(image):
                return picture, media_type
            on_ground(ImageOps.exif_transpose(image)).save(out, format="PNG")
    except OSError as error:
        raise MediaBroken(f"The picture cannot be read: {error}.", remedy="Draw or take it in again.") from error
    return out.getvalue(), "image/png"
