"""Motion from a still picture: camera moves with depth by layers, light and particles, written as a silent intermediate clip.

`easing` and `moves` say where the camera is, `depth` finds the subject, `layers` cuts the picture into planes that move by
different amounts, `light` and `particles` give life, `painter` makes the frames, `render` writes the file.
What a scene is to look like is decided by the director; delivery encoding and captions belong to the cut.
"""

from videofactory.media.motion.render import render

__all__ = ["render"]
