"""The cut: a timeline becomes the master. Each frame is encoded once, in stretches; the film is their join, by copy.

`stretches` plans (pure), `encode_stretch` makes one, `join` makes the film of them and its sound. Sound is made in `mix`,
text in `titles` and `captions`. Which stretches are kept, and where, is not decided here.
"""

from videofactory.media.cut.encode import Halted, encode_stretch
from videofactory.media.cut.join import JOINING, join
from videofactory.media.cut.plan import ENCODING, PRESET, Stretch, body, layers, stretches

__all__ = ["ENCODING", "JOINING", "PRESET", "Halted", "Stretch", "body", "encode_stretch", "join", "layers", "stretches"]
