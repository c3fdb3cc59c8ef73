"""The plot: bars as high as their amounts, stacked in colours that differ, however small or many they are."""

from pathlib import Path

import pytest
from PIL import Image, ImageColor

from videofactory.media.plot import BOTTOM, COLOURS, LEFT, RIGHT, TOP, Bars, draw

DAYS = [str(day) for day in range(1, 11)]


def _drawn(folder: Path, **kinds: list[float]) -> Image.Image:
    out = folder / "plot.png"
    draw(Bars(title="Spent", subtitle="by day", labels=DAYS, kinds=kinds, unit="USD"), out=out)
    assert [path.name for path in folder.iterdir()] == ["plot.png"]
    with Image.open(out) as picture:
        return picture.convert("RGB")


def _column(picture: Image.Image, day: int) -> list[tuple[int, ...]]:
    """The colours in the middle of a bar, from the ground up."""
    middle = round(LEFT + (RIGHT - LEFT) / len(DAYS) * (day - 0.5))
    found = [picture.getpixel((middle, height)) for height in range(BOTTOM - 2, TOP - 2, -1)]
    return [colour for colour in found if isinstance(colour, tuple)]


def _share(column: list[tuple[int, ...]], kind: int) -> float:
    """Which part of the field's height a kind fills."""
    return sum(colour == ImageColor.getrgb(COLOURS[kind]) for colour in column) / (BOTTOM - TOP)


@pytest.mark.parametrize("scale", [1000.0, 1.0, 0.001])
def test_bars_are_as_high_as_their_amounts(tmp_path: Path, scale: float) -> None:
    one = [scale * part for part in (10.0, 5.0, *[0.0] * 8)]
    picture = _drawn(tmp_path, fal=one)
    assert _share(_column(picture, 1), 0) == pytest.approx(1, abs=0.01)
    assert _share(_column(picture, 2), 0) == pytest.approx(0.5, abs=0.01)
    assert _share(_column(picture, 3), 0) == 0


def test_kinds_are_stacked_in_order(tmp_path: Path) -> None:
    column = _column(_drawn(tmp_path, fal=[4.0] * 10, kling=[6.0] * 10), 5)
    assert _share(column, 0) == pytest.approx(0.4, abs=0.01)
    assert _share(column, 1) == pytest.approx(0.6, abs=0.01)
    assert column[0] == ImageColor.getrgb(COLOURS[0])
    assert column[-10] == ImageColor.getrgb(COLOURS[1])


def test_nothing_and_very_many_kinds_are_drawn_too(tmp_path: Path) -> None:
    assert _share(_column(_drawn(tmp_path), 1), 0) == 0
    _drawn(tmp_path, **{f"engine-{number}": [0.01] * 10 for number in range(30)})


def test_the_same_bars_give_the_same_bytes(tmp_path: Path) -> None:
    _drawn(tmp_path, fal=[1.0] * 10)
    first = (tmp_path / "plot.png").read_bytes()
    _drawn(tmp_path, fal=[1.0] * 10)
    assert (tmp_path / "plot.png").read_bytes() == first
