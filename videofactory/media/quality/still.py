"""One preview still, measured for its reviewer: how sharp, and how far from the brand's colours. Nothing here blocks."""

from collections.abc import Sequence
from pathlib import Path

from videofactory.media import measure

_LONGEST = 960
"""Pixels: enough to judge sharpness as it shows in a preview, and quick."""


def measure_still(path: Path, *, palette: Sequence[str]) -> dict[str, float]:
    """`sharpness` (0 blurred to 1 crisp) and `palette_distance` to the brand's hex colours (0 the same to 1 nothing in common).

    Raises `MediaBroken` for what is no picture and `ValueError` for an empty palette.
    """
    picture = measure.load_rgb(path, longest=_LONGEST)
    colours = [swatch.hex for swatch in measure.palette(picture)]
    return {
        "sharpness": round(measure.sharpness(picture), 4),
        "palette_distance": round(measure.palette_distance(colours, palette), 4),
    }
