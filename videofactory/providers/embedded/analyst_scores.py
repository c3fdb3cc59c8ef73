"""From figures to scores: the formulas of docs/analyst.md, with every weight and limit by its name.

Knows nothing of files or words; `analyst` measures, `analyst_words` speaks.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from videofactory.domain.brand import INTEGRITY_LIMIT, Scores
from videofactory.media.measure import Attention, Detail, Form, Light

Ramp = tuple[float, float]
DRAWN: Ramp = (0.35, 0.75)
"""`flat · few` from which a picture begins to be, and surely is, drawn rather than photographed."""
LETTERED: Ramp = (0.02, 0.2)
CURVED: Ramp = (0.5, 0.9)
GLEAM: Ramp = (0.002, 0.02)
SHADE: Ramp = (0.3, 0.8)
SLANT: Ramp = (0.3, 0.6)
UPRIGHT: Ramp = (0.3, 0.8)
EDGES: Ramp = (0.0, 0.1)
DARK: Ramp = (0.25, 0.65)

PHYSICS_WEIGHTS = {"curved": 0.4, "gleam": 0.2, "shade": 0.2, "slant": 0.2}
VIBE_WEIGHTS = {"tint": 0.3, "harmony": 0.25, "depth": 0.25, "dark": 0.2}
LOGIC_DRAWN, LOGIC_DRAWN_UPRIGHT = 0.75, 0.2
LOGIC_LETTERS = 0.85
LOGIC_BUILT = 0.3

Fitness = tuple[float, float, float]
"""Where a figure is worth nothing, just enough (`INTEGRITY_LIMIT`), and nothing is left to wish for."""
SHARPNESS_FITNESS: Fitness = (0.0, 0.2, 0.5)
SIZE_FITNESS: Fitness = (48.0, 200.0, 360.0)
NOISE_FITNESS: Fitness = (0.8, 0.42, 0.22)
BLANK_FITNESS: Fitness = (0.9995, 0.99, 0.96)
SPREAD_FITNESS: Fitness = (1.0, 2.5, 5.0)
UNUSED_TILE = 0.5
"""What a tile without content counts as when the ground's sharpness is averaged: neither sharp nor blurred."""
DEPTH_GAIN = 2.0


class Figures(NamedTuple):
    """All that was measured of one picture; `width` and `height` are those of the file in pixels."""

    width: int
    height: int
    detail: Detail
    light: Light
    form: Form
    attention: Attention


def scores(figures: Figures) -> Scores:
    """The four scores, 0..1 each, rounded to a thousandth."""
    return Scores(
        physics=round(_physics(figures), 3),
        vibe=round(_vibe(figures), 3),
        logic=round(_logic(figures), 3),
        integrity=round(min(fitness(figures).values()), 3),
    )


def drawn(form: Form) -> float:
    """How surely the picture is a drawing, chart or flat logo: 0 photograph, 1 drawing."""
    return _ramp(form.flat * form.few, DRAWN)


def lettered(form: Form) -> float:
    """How much writing there is: 0 none, 1 a page of it."""
    return _ramp(form.letters, LETTERED)


def depth(figures: Figures) -> float:
    """How much sharper the subject is than what surrounds it: 0 equally sharp, 1 sharp before blurred."""
    inside = _tiles_inside(figures)
    tiles = figures.detail.tiles
    subject, ground = tiles[inside], tiles[~inside]
    if np.isnan(subject).all() or not ground.size:
        return 0.0
    behind = float(np.nan_to_num(ground, nan=UNUSED_TILE).mean())
    return float(np.clip(DEPTH_GAIN * (float(np.nanmean(subject)) - behind), 0, 1))


def fitness(figures: Figures) -> dict[str, float]:
    """What integrity is the least of: how fit the picture is in each respect, 0..1, `INTEGRITY_LIMIT` being just enough."""
    return {
        "blank": _fit(figures.light.blank, BLANK_FITNESS),
        "contrast": _fit(figures.light.spread, SPREAD_FITNESS),
        "noise": _fit(figures.detail.noise, NOISE_FITNESS),
        "size": _fit(min(figures.width, figures.height), SIZE_FITNESS),
        "sharpness": _fit(figures.detail.sharpness, SHARPNESS_FITNESS),
    }


def _physics(figures: Figures) -> float:
    form = figures.form
    parts = {
        "curved": _ramp(form.curved, CURVED),
        "gleam": _ramp(form.gleam, GLEAM),
        "shade": _ramp(form.shade, SHADE),
        "slant": _ramp(form.slanted, SLANT),
    }
    photographed = (1 - drawn(form)) * (1 - lettered(form))
    return photographed * sum(weight * parts[part] for part, weight in PHYSICS_WEIGHTS.items())


def _vibe(figures: Figures) -> float:
    parts = {
        "tint": abs(figures.light.warmth - 0.5) * 2,
        "harmony": figures.light.harmony,
        "depth": depth(figures),
        "dark": 1 - _ramp(figures.light.brightness, DARK),
    }
    return (1 - drawn(figures.form)) * sum(weight * parts[part] for part, weight in VIBE_WEIGHTS.items())


def _logic(figures: Figures) -> float:
    form = figures.form
    upright = _ramp(form.upright, UPRIGHT)
    as_drawing = drawn(form) * (LOGIC_DRAWN + LOGIC_DRAWN_UPRIGHT * upright)
    as_writing = LOGIC_LETTERS * lettered(form)
    as_building = LOGIC_BUILT * upright * _ramp(figures.detail.edges, EDGES)
    return 1 - (1 - as_drawing) * (1 - as_writing) * (1 - as_building)


def _tiles_inside(figures: Figures) -> NDArray[np.bool_]:
    rows, columns = figures.detail.tiles.shape
    box = figures.attention.box
    down, across = (np.arange(rows) + 0.5) / rows, (np.arange(columns) + 0.5) / columns
    in_rows = (down >= box.y) & (down <= box.y + box.height)
    in_columns = (across >= box.x) & (across <= box.x + box.width)
    return np.asarray(np.logical_and.outer(in_rows, in_columns), dtype=np.bool_)


def _ramp(figure: float, ramp: Ramp) -> float:
    return float(np.interp(figure, ramp, (0.0, 1.0)))


def _fit(figure: float, limits: Fitness) -> float:
    """Straight lines through the three points; `np.interp` wants them rising, so falling ones are mirrored."""
    sign = 1.0 if limits[0] < limits[2] else -1.0
    return float(np.interp(sign * figure, [sign * limit for limit in limits], (0.0, INTEGRITY_LIMIT, 1.0)))
