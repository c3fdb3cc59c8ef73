"""Quality of finished media, measured from the file itself: nothing here trusts what the maker says it made.

Facts only: nothing raises for a bad film, and whether a finding blocks is decided by who asks. Limits are data (`limits`).
"""

from videofactory.media.quality.clip import measure_clip
from videofactory.media.quality.film import measure_film
from videofactory.media.quality.report import FilmReport, Finding
from videofactory.media.quality.still import measure_still

__all__ = ["FilmReport", "Finding", "measure_clip", "measure_film", "measure_still"]
