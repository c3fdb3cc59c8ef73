"""The palette of a picture: its main colours and a small accent that catches the eye; and how far two palettes lie apart.

Clustering is k-means in CIELAB on a colour histogram, seeded by farthest points, so that equal pictures give equal palettes.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from videofactory.domain.brand import Swatch
from videofactory.media.measure.colour import Lab, difference, hex_of, lab_of_hex, to_lab
from videofactory.media.measure.picture import Opened, Picture

LONGEST = 640
MERGE_BELOW = 6.0
"""Swatches nearer than this (CIEDE2000) are one colour to somebody glancing at a film."""
ACCENT_CHROMA = 35.0
"""An accent is clearly coloured: Lab chroma at least this."""
ACCENT_APART = 16.0
"""… lies this far (CIEDE2000) from every other swatch …"""
ACCENT_REACH = 14.0
"""… gathers what lies within this distance (Lab) around it …"""
ACCENT_SHARE = 0.003
"""… and covers at least this share of the picture: a lip, a lamp, a cup in a wide shot."""
SMALLEST_SHARE = 0.004
FAR = 40.0
"""Mean nearest difference (CIEDE2000) at which two palettes count as having nothing in common."""
_ROUNDS = 24
_BITS = 5
Weights = NDArray[np.float64]


def palette(image: Picture | Opened, *, count: int = 6) -> tuple[Swatch, ...]:
    """At most `count` colours by falling share; the shares sum to 1 up to rounding.

    Colours nearer than `MERGE_BELOW` are merged. A small but clearly coloured spot far from all others gets a swatch too.
    Of an opened picture with transparent places only what is opaque counts: its ground is none of its colours.
    """
    opened = image if isinstance(image, Opened) else Opened(image)
    return palette_of_pixels(opened.at(longest=LONGEST).coloured(), count=count)


def palette_of_pixels(pixels: Picture, *, count: int = 6) -> tuple[Swatch, ...]:
    """The same for loose pixels (uint8 RGB, N x 3), say those outside the subject. Raises `ValueError` when there are none."""
    if not len(pixels):
        raise ValueError("a palette needs at least one pixel")
    colours, weights = _histogram(pixels)
    centres, owners = clusters(colours, weights, count=count)
    centres, shares = _merged(centres, _shares(owners, weights, count=len(centres)))
    accent = _accent(colours, weights, centres)
    if accent is not None:
        centres, shares = _with_accent(centres, shares, accent, count=count)
    return _swatches(centres, shares)


def palette_distance(a: Sequence[str], b: Sequence[str]) -> float:
    """How far two palettes of hex colours lie apart: 0 the same colours, 1 nothing in common.

    The mean, over all colours of both, of the CIEDE2000 difference to the nearest colour of the other palette, divided by
    `FAR` and cut at 1. Shares play no part. Raises `ValueError` when one palette is empty.
    """
    if not a or not b:
        raise ValueError("palette_distance needs at least one colour on each side")
    apart = difference(lab_of_hex(a)[:, None, :], lab_of_hex(b)[None, :, :])
    mean = (float(apart.min(axis=1).mean()) + float(apart.min(axis=0).mean())) / 2
    return min(1.0, mean / FAR)


def clusters(colours: Lab, weights: Weights, *, count: int) -> tuple[Lab, NDArray[np.intp]]:
    """Weighted k-means: the centres and, for each colour, the index of its centre. The first seed is the heaviest colour."""
    centres = _seeds(colours, weights, count=count)
    owners = _nearest(colours, centres)
    for _ in range(_ROUNDS):
        centres = _means(colours, weights, owners, before=centres)
        moved = _nearest(colours, centres)
        if np.array_equal(moved, owners):
            break
        owners = moved
    return centres, owners


def _histogram(pixels: Picture) -> tuple[Lab, Weights]:
    levels = pixels.astype(np.int64) >> (8 - _BITS)
    bins = (levels[:, 0] << 2 * _BITS) | (levels[:, 1] << _BITS) | levels[:, 2]
    lab = to_lab(pixels.reshape(1, -1, 3)).reshape(-1, 3).astype(np.float64)
    counts = np.bincount(bins, minlength=1 << 3 * _BITS).astype(np.float64)
    used = np.flatnonzero(counts)
    sums = np.stack([np.bincount(bins, weights=lab[:, axis], minlength=counts.size)[used] for axis in range(3)], axis=1)
    return sums / counts[used, None], counts[used] / counts.sum()


def _seeds(colours: Lab, weights: Weights, *, count: int) -> Lab:
    chosen = [int(np.argmax(weights))]
    nearest = np.sum((colours - colours[chosen[0]]) ** 2, axis=1)
    while len(chosen) < min(count, len(colours)):
        following = int(np.argmax(nearest * weights))
        chosen.append(following)
        nearest = np.minimum(nearest, np.sum((colours - colours[following]) ** 2, axis=1))
    return colours[chosen]


def _nearest(colours: Lab, centres: Lab) -> NDArray[np.intp]:
    return np.asarray(np.argmin(np.sum((colours[:, None, :] - centres[None, :, :]) ** 2, axis=2), axis=1), dtype=np.intp)


def _means(colours: Lab, weights: Weights, owners: NDArray[np.intp], *, before: Lab) -> Lab:
    after = before.copy()
    for index in range(len(before)):
        own = owners == index
        if own.any():
            after[index] = np.average(colours[own], axis=0, weights=weights[own])
    return after


def _shares(owners: NDArray[np.intp], weights: Weights, *, count: int) -> Weights:
    return np.bincount(owners, weights=weights, minlength=count).astype(np.float64)


def _merged(centres: Lab, shares: Weights) -> tuple[Lab, Weights]:
    centres, shares = centres[shares > 0], shares[shares > 0]
    while len(centres) > 1:
        apart = difference(centres[:, None, :], centres[None, :, :])
        np.fill_diagonal(apart, np.inf)
        one, other = sorted(int(index) for index in np.unravel_index(int(np.argmin(apart)), apart.shape))
        if apart[one, other] >= MERGE_BELOW:
            break
        centres, shares = _joined(centres, shares, keep=one, drop=other)
    return centres, shares


def _joined(centres: Lab, shares: Weights, *, keep: int, drop: int) -> tuple[Lab, Weights]:
    centres, shares = centres.copy(), shares.copy()
    centres[keep] = np.average(centres[[keep, drop]], axis=0, weights=shares[[keep, drop]])
    shares[keep] += shares[drop]
    return np.delete(centres, drop, axis=0), np.delete(shares, drop)


def _accent(colours: Lab, weights: Weights, centres: Lab) -> tuple[Lab, float] | None:
    vivid = np.hypot(colours[:, 1], colours[:, 2]) >= ACCENT_CHROMA
    apart = difference(colours[:, None, :], centres[None, :, :]).min(axis=1)
    candidates = vivid & (apart >= ACCENT_APART)
    if not candidates.any():
        return None
    first = int(np.argmax(np.where(candidates, weights * apart, 0)))
    near = candidates & (np.linalg.norm(colours - colours[first], axis=1) <= ACCENT_REACH)
    share = float(weights[near].sum())
    if share < ACCENT_SHARE:
        return None
    return np.average(colours[near], axis=0, weights=weights[near]), share


def _with_accent(centres: Lab, shares: Weights, accent: tuple[Lab, float], *, count: int) -> tuple[Lab, Weights]:
    colour, share = accent
    if len(centres) >= count > 1:
        apart = difference(centres[:, None, :], centres[None, :, :])
        np.fill_diagonal(apart, np.inf)
        one, other = sorted(int(index) for index in np.unravel_index(int(np.argmin(apart)), apart.shape))
        centres, shares = _joined(centres, shares, keep=one, drop=other)
    giver = int(np.argmin(difference(centres, colour)))
    shares = shares.copy()
    shares[giver] = max(shares[giver] - share, 0.0)
    return np.vstack([centres, colour]), np.append(shares, share)


def _swatches(centres: Lab, shares: Weights) -> tuple[Swatch, ...]:
    keep = shares >= SMALLEST_SHARE if (shares >= SMALLEST_SHARE).any() else shares > 0
    keep |= np.hypot(centres[:, 1], centres[:, 2]) >= ACCENT_CHROMA
    keep &= shares > 0
    kept = shares[keep] / shares[keep].sum()
    pairs = sorted(zip((hex_of(colour) for colour in centres[keep]), kept, strict=True), key=lambda pair: (-pair[1], pair[0]))
    return tuple(Swatch(hex=colour, share=round(float(share), 4)) for colour, share in pairs)
