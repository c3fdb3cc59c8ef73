"""Direction and analysis by a text model, as engines: a service's class says only which `TextModel` it is."""

from abc import abstractmethod

from videofactory.domain.errors import EngineFailed
from videofactory.providers.account import Account
from videofactory.providers.adapter import Adapter
from videofactory.providers.registry import Model
from videofactory.providers.roles import AnalysisRequest, Analyst, Delivered, Director, RewriteRequest, ScriptRequest, Shelf
from videofactory.providers.text import TextModel


class TextDirector(Adapter, Director):
    """Writes scripts and rewrites scenes with a text model."""

    def __init__(self, sold: Model, *, account: Account) -> None:
        super().__init__(sold, account=account)

    @abstractmethod
    def text_model(self) -> TextModel:
        """The service that answers."""

    def submit(self, request: ScriptRequest | RewriteRequest, *, shelf: Shelf, token: str) -> Delivered:
        """Not written yet."""
        raise EngineFailed("Direction by a text model is being written.")


class TextAnalyst(Adapter, Analyst):
    """Reads brand images with a text model that sees pictures."""

    def __init__(self, sold: Model, *, account: Account) -> None:
        super().__init__(sold, account=account)

    @abstractmethod
    def text_model(self) -> TextModel:
        """The service that answers."""

    def submit(self, request: AnalysisRequest, *, shelf: Shelf, token: str) -> Delivered:
        """Not written yet."""
        raise EngineFailed("Analysis by a text model is being written.")
