"""A picture in the exact size an engine asks for. Which size that is, each adapter knows."""

import io

from PIL import Image, ImageOps

from videofactory.domain.errors import MediaBroken


def fitted_png(picture: bytes, *, size: tuple[int, int]) -> bytes:
    """The picture as PNG of exactly this size (width, height): scaled, and cut around its middle where the shape differs.

    Raises `MediaBroken` for one that cannot be read.
    """
    out = io.BytesIO()
    try:
        with Image.open(io.BytesIO(picture)) as image:
            ImageOps.fit(image.convert("RGB"), size, method=Image.Resampling.LANCZOS).save(out, format="PNG")
    except OSError as error:
        raise MediaBroken(f"The picture cannot be read: {error}.", remedy="Draw or take it in again.") from error
    return out.getvalue()
