"""Quality of finished media, measured from the file itself: nothing here trusts what the maker says it made.

Facts only: nothing raises for a bad film, and whether a finding blocks is decided by who asks. Limits are data (`limits`).
`tracks` reads packets, `seeing` and `hearing` measure pieces into `figures`, `decoding` puts a film's pieces together; all else
judges.
"""

from videofactory.media.quality.clip import measure_clip
from videofactory.media.quality.film import measure_cut, measure_film
from videofactory.media.quality.plan import plan_of
from videofactory.media.quality.report import FilmReport, Finding
from videofactory.media.quality.still import measure_still

__all__ = ["FilmReport", "Finding", "measure_clip", "measure_cut", "measure_film", "measure_still", "plan_of"]
