"""Direction and analysis by Gemini: which text model is asked; everything else is `providers.direction`."""

from videofactory.providers.account import Account
from videofactory.providers.direction import TextAnalyst, TextDirector
from videofactory.providers.gemini import GeminiText
from videofactory.providers.registry import Model
from videofactory.providers.text import TextModel


class GeminiDirector(TextDirector):
    """Writes scripts and rewrites scenes with a Gemini model."""

    def __init__(self, sold: Model, *, account: Account) -> None:
        super().__init__(sold, account=account)
        self._text = GeminiText(sold, account)

    def text_model(self) -> TextModel:
        """Gemini by generateContent."""
        return self._text


class GeminiAnalyst(TextAnalyst):
    """Reads brand images with a Gemini model."""

    def __init__(self, sold: Model, *, account: Account) -> None:
        super().__init__(sold, account=account)
        self._text = GeminiText(sold, account)

    def text_model(self) -> TextModel:
        """Gemini by generateContent."""
        return self._text
