"""The recipe of a key frame: choose the photographs and the layout, compose, light, calm, grain, encode."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image

from videofactory.domain.footage import Box, Parts
from videofactory.domain.script import Layout
from videofactory.media.compose.colour import Picture, scheme, shade_of
from videofactory.media.compose.direction import Direction, Wish, chosen, direct
from videofactory.media.compose.finish import calmed, grained, png
from videofactory.media.compose.framing import window
from videofactory.media.compose.grading import tinted
from videofactory.media.compose.layouts import LAYOUTS, light_study
from videofactory.media.compose.light import lit, vignetted
from videofactory.media.compose.panes import panes_of
from videofactory.media.compose.photo import Photo, open_photo
from videofactory.media.compose.places import cut_out_box
from videofactory.media.compose.stage import Stage, Subject
from videofactory.media.measure import subject_box

_PANES = 3
_OWN_COLOURS = 5
_OPAQUE = 0.9
_ENOUGH_PIXELS = 9216
"""As many as the small picture has that own colours are read from."""
_KEEPS = 0.12
"""Below this strength the photograph is only framed and shown, not rearranged."""


@dataclass(frozen=True)
class Drawn:
    """A still: its PNG, and where its parts are, as far as whoever composed it put them there."""

    png: bytes
    parts: Parts


def key_frame(
    wish: Wish, *, size: tuple[int, int], references: Sequence[Path] = (), palette: Sequence[str] = (), focus: Box | None = None
) -> bytes:
    """A designed still of exactly `size` (width, height) as PNG. The same arguments give the same bytes.

    `focus` is the subject's box in `references[0]`. Without references the frame is made of the palette alone; without
    palette the photograph's own colours are used. Raises `MediaBroken` for a reference that is no picture.
    """
    return drawn(wish, size=size, references=references, palette=palette, focus=focus).png


def drawn(
    wish: Wish, *, size: tuple[int, int], references: Sequence[Path] = (), palette: Sequence[str] = (), focus: Box | None = None
) -> Drawn:
    """The same with where its parts are."""
    direction = direct(wish)
    subjects = tuple(Subject(photo) for photo in _opened(direction, references, focus))
    colours = scheme(palette or (_own_palette(subjects[0].photo) if subjects else ()))
    stage = Stage(size, colours, tinted(colours, direction.grade), direction, subjects)
    return Drawn(png(_finished(stage)), _parts(stage))


def _parts(stage: Stage) -> Parts:
    if not stage.subjects:
        return Parts()
    layout = _layout(stage)
    return Parts(panes=panes_of(stage)) if layout == "split" else Parts(focus=cut_out_box(stage, layout=layout))


def _opened(direction: Direction, references: Sequence[Path], focus: Box | None) -> list[Photo]:
    """One photograph (for panes up to three); the first reference leads more often than any other."""
    if not references:
        return []
    first = chosen(direction.stream("reference"), [(index, 2.0 if index == 0 else 1.0) for index in range(len(references))])
    order = [(first + step) % len(references) for step in range(len(references))]
    wanted = order[:_PANES] if direction.layout is Layout.SPLIT_SCREEN else order[:1]
    photos = [open_photo(references[index], focus=focus if index == 0 else None) for index in wanted]
    return [_looked_at(photo) for photo in photos] if len(photos) > 1 or wanted[0] > 0 else photos


def _looked_at(photo: Photo) -> Photo:
    """The photograph with its subject, of which nobody told: a pane is narrow, and must not show the gap beside it."""
    return photo if photo.focus else replace(photo, focus=subject_box(photo.pixels))


def _own_palette(photo: Photo) -> tuple[str, ...]:
    shown = Image.fromarray(photo.pixels).resize((96, 96), Image.Resampling.BOX)
    if photo.alpha is not None and (photo.alpha > _OPAQUE).any():
        own = photo.pixels[photo.alpha > _OPAQUE]  # its ground is none of its colours
        shown = Image.fromarray(own[:: max(1, len(own) // _ENOUGH_PIXELS)][None])
    small = shown.quantize(_OWN_COLOURS, Image.Quantize.MEDIANCUT)
    table = small.getpalette() or []
    counts = sorted(small.getcolors() or [], reverse=True)
    colours = [table[3 * int(str(index)) : 3 * int(str(index)) + 3] for _, index in counts]
    return tuple(f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in colours)


def _finished(stage: Stage) -> Picture:
    direction = stage.direction
    picture = LAYOUTS[_layout(stage)](stage) if stage.subjects else light_study(stage)
    force = 1 - (1 - direction.strength) ** 3
    for name in direction.lights:
        if name != "bokeh" or not stage.subjects:
            picture = lit(picture, name, stage.colours, rng=direction.stream(name), amount=force)
    if force:
        picture = vignetted(
            picture, shade_of(stage.colours), amount=(0.7 if direction.grade.key == "dark" else 0.38) * (0.4 + 0.6 * force)
        )
        picture = calmed(picture, shade_of(stage.colours), amount=0.75 * force)
    return grained(picture, direction.stream("grain"))


def _layout(stage: Stage) -> str:
    """The layout: the scene's own, else what words ask for, else the seed's choice among what the photograph bears."""
    direction = stage.direction
    if direction.layout is Layout.SPLIT_SCREEN:
        return "split"
    if direction.layout is Layout.COMPOSITE:
        return "composite"
    if direction.wished:
        return direction.wished
    if direction.strength < _KEEPS:
        return "full"
    aspect = stage.size[0] / stage.size[1]
    part = window(stage.subject.photo.size, stage.subject.focus, direction.framing, aspect=aspect, side=direction.side)
    enlarged = stage.enlargement(stage.size[0] / part.width)
    bears = next(weight for limit, weight in _FULL_WEIGHTS if enlarged <= limit)
    weights = {"full": bears, **_WEIGHTS}
    if direction.called:
        weights |= {name: 1.2 * weights[name] for name in ("full", "melt")}
    if direction.leaning:
        weights[direction.leaning] *= 3.0
    return chosen(direction.stream("layout"), list(weights.items()))


_WEIGHTS = {"melt": 2.0, "card": 1.3, "porthole": 1.1, "cutout": 1.7, "composite": 1.0}
_FULL_WEIGHTS = ((2.2, 4.2), (3.4, 3.4), (4.6, 2.0), (float("inf"), 0.5))
"""How often the photograph may fill the frame, by its enlargement at 1080 lines."""
