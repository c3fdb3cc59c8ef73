"""The mix: narration, effects and music of a timeline become one stereo track at broadcast loudness, as AAC.

`loudness` measures (ITU-R BS.1770), `dynamics` ducks and limits, `sound` reads files, `mixdown` puts it together.
"""

from videofactory.media.mix.loudness import Loudness, measure
from videofactory.media.mix.mixdown import MIXING, mix

__all__ = ["MIXING", "Loudness", "measure", "mix"]
