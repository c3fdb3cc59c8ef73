"""The mix: narration, effects and music of a timeline become one stereo track at broadcast loudness, as AAC.

`sound` decodes and encodes, `loudness` measures (ITU-R BS.1770), `dynamics` ducks and limits, `stems` lays cues out in time,
`mixdown` puts it together. All work in blocks from tapes on the disk: memory does not grow with the film.
"""

from videofactory.media.mix.loudness import Loudness, measure
from videofactory.media.mix.mixdown import MIXING, mix

__all__ = ["MIXING", "Loudness", "measure", "mix"]
