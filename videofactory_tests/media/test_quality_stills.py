"""Stills: blur lowers sharpness, foreign colours raise the distance to the brand's palette."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter

from videofactory.domain.errors import MediaBroken
from videofactory.media.quality import measure_still

BROWN, GOLD = (0x6B, 0x3F, 0x1D), (0xE8, 0xB0, 0x4B)
BRAND = ("#6b3f1d", "#e8b04b")


@pytest.fixture
def still(tmp_path: Path) -> Path:
    chooser = np.random.default_rng(7).integers(0, 2, (45, 80)).repeat(8, axis=0).repeat(8, axis=1)
    pixels = np.array([BROWN, GOLD], dtype=np.uint8)[chooser]
    path = tmp_path / "still.png"
    Image.fromarray(pixels).save(path)
    return path


def test_blur_lowers_sharpness(still: Path, tmp_path: Path) -> None:
    soft = tmp_path / "soft.png"
    with Image.open(still) as image:
        image.filter(ImageFilter.GaussianBlur(6)).save(soft)
    assert measure_still(soft, palette=BRAND)["sharpness"] < measure_still(still, palette=BRAND)["sharpness"] - 0.2


def test_foreign_colours_are_far_from_the_brand(still: Path) -> None:
    assert measure_still(still, palette=BRAND)["palette_distance"] < 0.15
    assert measure_still(still, palette=("#0000ff", "#00ffee"))["palette_distance"] > 0.5


def test_what_is_no_picture_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "still.png"
    path.write_bytes(b"no picture")
    with pytest.raises(MediaBroken, match=r"still\.png"):
        measure_still(path, palette=BRAND)
