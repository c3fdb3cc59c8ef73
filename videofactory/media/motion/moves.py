"""Where the camera is in every frame of a shot, and the homography that a layer of some nearness sees from there.

Coordinates are in picture heights from the picture's centre, x to the right, y down: the frame spans ±aspect/2 by ±1/2.
A matrix maps a point of the frame to the point of the picture that is seen there. Pixels come in with `planes`.
"""

from typing import NamedTuple

import numpy as np

from videofactory.domain.script import Camera
from videofactory.media.motion.easing import Floats, eased, sway

TRAVEL_PER_SECOND = 0.018
"""Share of the picture a move covers in a second: 9 % in five seconds, brisk enough to see and slow enough to read."""
TRAVEL_RANGE = (0.025, 0.16)
HELD_DRIFT = 0.0032
"""Drift of a static camera, in picture heights: 3 to 4 lines of 1080, seen as breathing."""
MOVING_DRIFT = 0.0012
PARALLAX = 0.13
"""How much more the nearest layer moves than the farthest; more would uncover what no picture shows."""
ORBIT_PARALLAX = 0.26
ORBIT_YAW = 0.55
"""Perspective of an orbit per share of travel: keystone of about 2 % at each side in five seconds."""
SAFETY = 1.004
"""Overscan kept beyond the farthest corner, so that filtering never reaches the border of the picture."""
_DIRECTIONS: dict[Camera, tuple[float, float]] = {
    Camera.PAN_LEFT: (-1.0, 0.0),
    Camera.PAN_RIGHT: (1.0, 0.0),
    Camera.TILT_UP: (0.0, -1.0),
    Camera.TILT_DOWN: (0.0, 1.0),
    Camera.ORBIT: (0.6, 0.0),
}


class Path(NamedTuple):
    """A shot's camera, one figure per frame: offset in picture heights, zoom factor, yaw; `parallax` of the nearest layer."""

    x: Floats
    y: Floats
    zoom: Floats
    yaw: Floats
    parallax: float

    def __len__(self) -> int:
        return len(self.x)


def travel(seconds: float) -> float:
    """Share of the picture covered by a move of this length: constant speed, within `TRAVEL_RANGE`."""
    return float(np.clip(seconds * TRAVEL_PER_SECOND, *TRAVEL_RANGE))


def path(camera: Camera, *, frames: int, fps: int, aspect: float, seed: int, focus: tuple[float, float] = (0.0, 0.0)) -> Path:
    """The camera's way. `focus` is the subject's centre in picture heights: zooms lean half-way towards it."""
    amount = travel(frames / fps)
    ease = eased(frames)
    drift = sway(frames, fps=fps, seed=seed)
    held = HELD_DRIFT if camera is Camera.STATIC else MOVING_DRIFT
    zoom = _zoom(camera, ease=ease, amount=amount)
    direction = _DIRECTIONS.get(camera, (0.0, 0.0))
    lean = 0.5 * (1.0 - 1.0 / zoom)
    along = (ease - 0.5) * amount
    return Path(
        x=along * direction[0] * aspect + lean * focus[0] + held * drift.x,
        y=along * direction[1] + lean * focus[1] + held * drift.y,
        zoom=zoom * (1.0 + 0.8 * held * drift.zoom),
        yaw=ORBIT_YAW * along if camera is Camera.ORBIT else np.zeros(frames),
        parallax=ORBIT_PARALLAX if camera is Camera.ORBIT else PARALLAX,
    )


def _zoom(camera: Camera, *, ease: Floats, amount: float) -> Floats:
    if camera is Camera.PUSH_IN:
        return np.asarray((1.0 + amount) ** ease)
    if camera is Camera.PULL_OUT:
        return np.asarray((1.0 + amount) ** (1.0 - ease))
    return np.ones_like(ease)


def matrices(way: Path, *, nearness: float) -> Floats:
    """One 3x3 matrix per frame (shape n, 3, 3) for a layer of `nearness` 0 (far) … 1 (near).

    Layers agree where the camera is half-way, so that what a move uncovers is shared between its start and its end.
    """
    more = 1.0 + way.parallax * nearness
    middle = np.sqrt(way.zoom[0] * way.zoom[-1])
    shrink = (middle / way.zoom) ** (more - 1.0) / way.zoom
    result = np.zeros((len(way), 3, 3))
    result[:, 0, 0] = result[:, 1, 1] = shrink
    result[:, 0, 2] = way.x * more
    result[:, 1, 2] = way.y * more
    result[:, 2, 0] = way.yaw
    result[:, 2, 2] = 1.0
    return result


def reach(seen: Floats, *, aspect: float) -> Floats:
    """How far each frame's corners reach, as a multiple of the picture: above 1 something outside would be seen. Shape n."""
    half = np.array([aspect / 2.0, 0.5])
    corners = np.array([[x, y, 1.0] for x in (-half[0], half[0]) for y in (-half[1], half[1])])
    points = seen @ corners.T
    ratio = np.abs(points[:, :2] / points[:, 2:]) / half[:, np.newaxis]
    return np.asarray(ratio.max(axis=(1, 2)))


def fitted(seen: Floats, *, factor: Floats | float) -> Floats:
    """The same moves brought `factor` times nearer to the picture's centre."""
    result = seen.copy()
    result[:, :2] /= np.reshape(factor, (-1, 1, 1))
    return result


def overscan(layers: list[Floats], *, aspect: float) -> float:
    """The factor for `fitted` that keeps every layer of a whole shot inside the picture."""
    return SAFETY * max(float(reach(seen, aspect=aspect).max()) for seen in layers)


def arrival(seen: Floats, *, aspect: float) -> Floats:
    """Moves for the last picture: they go along with the shot, stay inside, and end exactly on the whole picture."""
    along = seen @ np.linalg.inv(seen[-1])
    return fitted(along, factor=np.maximum(reach(along, aspect=aspect), 1.0))
