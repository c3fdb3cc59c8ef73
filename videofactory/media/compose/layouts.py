"""Layouts: the ways a frame is composed. Each takes a stage and returns a picture without the last lights and grain.

Every layout keeps the lower third without a second subject, since words are laid there at the cut.
"""

from collections.abc import Callable, Mapping

import cv2
import numpy as np

from videofactory.media.compose.colour import Picture, Plane, mix
from videofactory.media.compose.direction import chosen
from videofactory.media.compose.framing import Framing
from videofactory.media.compose.grading import graded
from videofactory.media.compose.grounds import SHAPES, designed, gradient, papered
from videofactory.media.compose.light import laid, screened, shaded
from videofactory.media.compose.masks import Rect, ShapeKind, blurred, box, disc, ring, shape, soft, solid
from videofactory.media.compose.matte import without_subject
from videofactory.media.compose.panes import split
from videofactory.media.compose.photo import shown, shown_plane
from videofactory.media.compose.places import inset_place, subject_place
from videofactory.media.compose.stage import Stage, Subject


def full(stage: Stage) -> Picture:
    """The photograph fills the frame."""
    return stage.shot(stage.subject, stage.size, framing=stage.direction.framing, side=stage.direction.side)


def melt(stage: Stage) -> Picture:
    """The photograph on one side (in tall frames: above) melts into a ground of the palette: a calm field for words."""
    width, height = stage.size
    tall = height > width * 1.05
    share = 0.68 if tall else 0.72
    size = (width, round(height * share)) if tall else (round(width * share), height)
    side = stage.direction.side or 1.0
    picture = stage.shot(stage.subject, size, framing=stage.direction.framing, side=0.0)
    ground = gradient(stage.size, stage.tinted, key=_key(stage, dark=True), rng=stage.direction.stream("ground"))
    left = 0 if tall or side < 0 else width - size[0]
    canvas = ground.copy()
    canvas[: size[1], left : left + size[0]] = picture
    along = np.linspace(0, 1, size[1] if tall else size[0], dtype=np.float32)
    along = along if tall or side < 0 else along[::-1]
    fade = 1 - np.clip((along - 0.5) / 0.5, 0, 1)
    fade = fade * fade * (3 - 2 * fade)
    alpha = np.zeros((height, width), np.float32)
    alpha[: size[1], left : left + size[0]] = fade[:, None] if tall else fade[None, :]
    return laid(ground, canvas, alpha)


def card(stage: Stage) -> Picture:
    """A print of the photograph with a soft shadow on a palette ground or on its own blurred colours; maybe a detail beside."""
    rng = stage.direction.stream("card")
    ground = _quiet_ground(stage, own=bool(rng.random() < 0.4))  # noqa: PLR2004 - palette grounds are the more frequent ones
    place = inset_place(stage, aspect=chosen(rng, [(1.5, 2.0), (1.25, 1.0), (0.8, 1.5)]))
    border = 0.014 * stage.short if rng.random() < 0.5 else 0.0  # noqa: PLR2004 - a coin
    picture = _print(stage, ground, stage.subject, place=place, framing=stage.direction.framing, border=border)
    if rng.random() < 0.45 and stage.direction.framing is not Framing.MACRO:  # noqa: PLR2004 - now and then
        side = -1.0 if place.x > stage.size[0] / 2 else 1.0
        edge = 0.3 * stage.short
        beside = Rect(place.x + side * (place.width / 2 + 0.06 * edge), place.y + 0.27 * place.height, edge, edge * 1.15)
        inside = Rect(min(max(beside.x, edge * 0.7), stage.size[0] - edge * 0.7), beside.y, edge, edge * 1.15)
        picture = _print(stage, picture, stage.subjects[-1], place=inside, framing=Framing.MACRO, border=border)
    return picture


def _print(stage: Stage, ground: Picture, subject: Subject, *, place: Rect, framing: Framing, border: float) -> Picture:
    sheet = Rect(place.x, place.y, place.width + 2 * border, place.height + 2 * border)
    radius = 0.0 if border else 0.012 * stage.short
    for offset, reach, amount in ((0.03, 0.07, 0.42), (0.006, 0.014, 0.3)):
        under = Rect(sheet.x, sheet.y + offset * stage.short, sheet.width * 0.98, sheet.height * 0.98)
        ground = shaded(
            ground, soft(box(stage.size, under, radius=radius), reach=reach * stage.short), stage.tinted.deep, amount=amount
        )
    if border:
        ground = laid(ground, mix(stage.tinted.light, np.ones(3, np.float32), 0.35), solid(box(stage.size, sheet, radius=radius)))
    return _inset(stage, ground, subject, place=place, framing=framing, mask=solid(box(stage.size, place, radius=radius)))


def _inset(stage: Stage, ground: Picture, subject: Subject, *, place: Rect, framing: Framing, mask: Plane) -> Picture:
    """A shot of the subject shown inside a mask whose bounding box is `place`."""
    left, top = max(0, int(np.floor(place.left))), max(0, int(np.floor(place.top)))
    right, bottom = int(np.ceil(place.left + place.width)), int(np.ceil(place.top + place.height))
    right, bottom = min(stage.size[0], max(right, left + 8)), min(stage.size[1], max(bottom, top + 8))
    picture = stage.shot(subject, (right - left, bottom - top), framing=framing)
    result = ground.copy()
    part = mask[top:bottom, left:right]
    result[top:bottom, left:right] = laid(ground[top:bottom, left:right], picture, part)
    return result


def porthole(stage: Stage) -> Picture:
    """The photograph seen through a doorway that rises from the lower edge, or through a disc, an echo of the shape behind it."""
    rng = stage.direction.stream("porthole")
    kind: ShapeKind = chosen(rng, [("arch", 1.2), ("disc", 1.0)])
    ground = _quiet_ground(stage, own=False)
    place = inset_place(stage, aspect=0.8 if kind == "arch" else 1.0, height=0.8)
    if kind == "arch":
        top = 0.1 * stage.size[1]
        place = Rect(place.x, top + stage.size[1] / 2, place.width, stage.size[1])
    else:
        place = Rect(place.x, 0.48 * stage.size[1], place.width, place.height)
    side = -1.0 if place.x > stage.size[0] / 2 else 1.0
    echo = Rect(place.x + side * 0.16 * place.width, place.y + 0.03 * stage.short, place.width * 0.92, place.height * 0.92)
    ground = laid(
        ground, mix(stage.tinted.accent, stage.tinted.second, float(rng.uniform(0, 0.3))), solid(shape(kind, stage.size, echo))
    )
    field = shape(kind, stage.size, place)
    reach = 0.04 * stage.short
    ground = shaded(ground, soft(field - 0.3 * reach, reach=reach), stage.tinted.deep, amount=0.4)
    return _inset(stage, ground, stage.subject, place=place, framing=_at_least_medium(stage), mask=solid(field))


def cutout(stage: Stage) -> Picture:
    """The subject cut out over geometric shapes of the palette; without a convincing matte a porthole stands in for it."""
    matte = stage.subject.matte
    if matte is None:
        return porthole(stage)
    place = subject_place(stage, matte, layout="cutout")
    rng = stage.direction.stream("shapes")
    pick = int(rng.integers(len(SHAPES)))
    back = stage.direction.view.at_depth(0.45).placed(place, stage.size)
    ground = designed(stage.size, stage.tinted, back, key=_key(stage), pick=pick, rng=rng)
    front = stage.direction.view.placed(place, stage.size)
    picture, alpha = stage.cut(stage.subject, matte, front, grade=stage.direction.grade)
    return _standing(stage, ground, picture, alpha=alpha)


def composite(stage: Stage) -> Picture:
    """The subject before a re-lit ground: its own surroundings far out of focus, or a pool of palette light."""
    matte = stage.subject.matte
    rng = stage.direction.stream("composite")
    if matte is None:
        return _print(
            stage,
            _own_ground(stage),
            stage.subject,
            place=inset_place(stage, aspect=1.4),
            framing=_at_least_medium(stage),
            border=0.0,
        )
    place = subject_place(stage, matte, layout="composite")
    front = stage.direction.view.placed(place, stage.size)
    ground = _own_ground(stage) if rng.random() < 0.55 else _pool(stage, front)  # noqa: PLR2004 - both are wanted
    if "bokeh" in stage.direction.lights:
        ground = stage._lamps(ground)  # noqa: SLF001
    picture, alpha = stage.cut(stage.subject, matte, front, grade=stage.direction.grade)
    return _standing(stage, ground, _rimmed(stage, picture, alpha), alpha=alpha)


def light_study(stage: Stage) -> Picture:
    """A frame without any photograph: palette gradient, large shapes, depth by blur."""
    rng = stage.direction.stream("study")
    width, height = stage.size
    place = stage.direction.view.placed(
        Rect(width * (0.5 + 0.17 * stage.direction.side), height * 0.42, 0.6 * stage.short, 0.6 * stage.short), stage.size
    )
    ground = designed(stage.size, stage.tinted, place, key=_key(stage), pick=int(rng.integers(len(SHAPES))), rng=rng)
    glow = soft(disc(stage.size, x=place.x, y=place.y - 0.2 * stage.short, radius=0.3 * stage.short), reach=0.5 * stage.short)
    line = solid(ring(stage.size, x=place.x, y=place.y, radius=0.36 * stage.short, thickness=max(1.2, 0.003 * stage.short)))
    ground = laid(ground, stage.tinted.light, line * 0.35)
    return graded(screened(ground, glow * 0.22, stage.tinted.light), stage.direction.grade.softened(0.5), stage.colours)


def _key(stage: Stage, *, dark: bool = False) -> str:
    """The brightness of the ground: the grade's, else the seed's choice."""
    if stage.direction.grade.key != "middle":
        return stage.direction.grade.key
    options = [("dark", 1.5), ("middle", 1.5)] if dark else [("dark", 1.0), ("middle", 1.5), ("light", 1.5)]
    return chosen(stage.direction.stream("key"), options)


def _at_least_medium(stage: Stage) -> Framing:
    return Framing.MEDIUM if stage.direction.framing is Framing.WIDE else stage.direction.framing


def _quiet_ground(stage: Stage, *, own: bool) -> Picture:
    if own:
        return _own_ground(stage)
    ground = gradient(stage.size, stage.tinted, key=_key(stage), rng=stage.direction.stream("ground"))
    return papered(ground, stage.direction.stream("paper"), amount=0.014)


def _own_ground(stage: Stage) -> Picture:
    """The photograph's surroundings, far out of focus and a little darker, its subject left out."""
    part = stage.window(stage.subject, stage.size, framing=Framing.WIDE, side=0.0)
    picture = shown(stage.subject.photo, part, stage.size)
    reach = 0.05 * stage.short
    matte = stage.subject.matte
    far = (
        blurred(picture, reach)
        if matte is None
        else without_subject(picture, shown_plane(matte.alpha, part, stage.size), reach=reach)
    )
    far = graded(far, stage.direction.grade, stage.colours)
    tint = gradient(stage.size, stage.tinted, key="dark", rng=stage.direction.stream("ground"))
    return np.asarray(far * 0.74 + tint * 0.2, np.float32)


def _pool(stage: Stage, place: Rect) -> Picture:
    """A pool of light on a wall of the palette behind the subject."""
    ground = gradient(
        stage.size, stage.tinted, key="dark" if _key(stage) != "light" else "light", rng=stage.direction.stream("ground")
    )
    glow = soft(
        disc(stage.size, x=place.x, y=place.y - 0.1 * place.height, radius=0.35 * place.height), reach=0.75 * place.height
    )
    return screened(ground, glow * 0.42, mix(stage.tinted.accent, stage.tinted.light, 0.35))


def _standing(stage: Stage, ground: Picture, picture: Picture, *, alpha: Plane) -> Picture:
    """The cut-out on its ground with a wide soft shadow and a tight one, both falling down and to one side."""
    for down, across, reach, amount in ((0.045, 0.03, 0.034, 0.42), (0.012, 0.006, 0.009, 0.34)):
        shift = np.array([[1, 0, across * stage.short], [0, 1, down * stage.short]], np.float64)
        shadow = blurred(_shifted(alpha, shift), reach * stage.short)
        ground = shaded(ground, shadow, stage.tinted.deep, amount=amount)
    return laid(ground, picture, alpha)


def _shifted(plane: Plane, matrix: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Plane:
    return np.asarray(cv2.warpAffine(plane, matrix, (plane.shape[1], plane.shape[0])), np.float32)


def _rimmed(stage: Stage, picture: Picture, alpha: Plane) -> Picture:
    """A rim of light on the subject's upper edge, of the palette's light colour."""
    shift = np.array([[1, 0, 0.004 * stage.short], [0, 1, 0.012 * stage.short]], np.float64)
    inner = blurred(_shifted(alpha, shift), 0.008 * stage.short)
    rim = np.clip(alpha - inner, 0, 1) * alpha
    return screened(picture, np.asarray(rim * 0.55 * min(1.0, stage.direction.strength * 2), np.float32), stage.tinted.light)


LAYOUTS: Mapping[str, Callable[[Stage], Picture]] = {
    "full": full, "melt": melt, "card": card, "porthole": porthole, "cutout": cutout, "composite": composite, "split": split,
}  # fmt: skip
"""The layouts by the names the vocabulary uses."""
