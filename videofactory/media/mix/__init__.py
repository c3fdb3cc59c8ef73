"""The mix: narration, effects, music and clips' own sound of a timeline become one stereo track at broadcast loudness, as AAC.

It is made in pieces that are kept, so that a new cut makes few of them. `pieces` plans (pure); `sound` decodes, `sources` holds
what is decoded, `stems` and `dry` mix a piece with `dynamics`; `loudness` measures (ITU-R BS.1770) and `mastering` sets levels;
`aac` codes, `joins` finds where pieces meet, `mixdown` puts it together. Memory does not grow with the film.
"""

from videofactory.media.mix.keeping import Facts, Keep
from videofactory.media.mix.loudness import Loudness, measure
from videofactory.media.mix.mixdown import mix
from videofactory.media.mix.pieces import MIXING

__all__ = ["MIXING", "Facts", "Keep", "Loudness", "measure", "mix"]
