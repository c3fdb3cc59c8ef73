"""Direction and analysis by Gemini: which text model is asked; everything else is `providers.direction`."""

from videofactory.providers.direction import TextAnalyst, TextDirector
from videofactory.providers.gemini import GeminiText
from videofactory.providers.text import TextModel


class GeminiDirector(TextDirector):
    """Writes scripts and rewrites scenes with a Gemini model."""

    def text_model(self) -> TextModel:
        """Gemini by generateContent."""
        return GeminiText(self.sold, self.account)


class GeminiAnalyst(TextAnalyst):
    """Reads brand images with a Gemini model."""

    def text_model(self) -> TextModel:
        """Gemini by generateContent."""
        return GeminiText(self.sold, self.account)
