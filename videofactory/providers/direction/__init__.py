"""Direction and analysis by a text model: what is asked, how the answer is checked and repaired, and the most it can cost.

A service's own class carries the question (`providers.text.TextModel`); everything else is the same for all of them.
"""

from videofactory.providers.direction.engines import TextAnalyst, TextDirector

__all__ = ["TextAnalyst", "TextDirector"]
