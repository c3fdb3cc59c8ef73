"""From seconds to film frames: the one rounding that captions and titles share."""


def frame_of(seconds: float, *, fps: int) -> int:
    """The film frame nearest to a time."""
    return int(seconds * fps + 0.5 + 1e-6)
