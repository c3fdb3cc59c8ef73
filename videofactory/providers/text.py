"""The seam between what is asked in words (direction, analysis) and the services that answer in text: one question, one answer.

What is asked, how the answer is checked and repaired, and what it costs, is `providers.direction`; a service only carries it.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any, Literal

from videofactory.providers.roles import Payload


@dataclass(frozen=True)
class Turn:
    """One turn of a conversation with a text model."""

    who: Literal["user", "model"]
    text: str


@dataclass(frozen=True)
class Question:
    """What a text model is asked: instructions, the conversation so far, pictures (with the first turn), the JSON to answer.

    `schema` is plain JSON Schema, for services that enforce or are told it; `tokens` is the most it may answer, with what it
    thinks.
    """

    system: str
    turns: tuple[Turn, ...]
    schema: dict[str, Any]
    tokens: int
    pictures: tuple[Payload, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Reply:
    """A text model's answer: its text (JSON, if it kept to what was asked), and the tokens it is billed for."""

    text: str
    sent: int
    made: int


class TextModel(ABC):
    """A service that answers questions in text."""

    @abstractmethod
    def ask(self, question: Question) -> Reply:
        """Ask once. Raises `Refused` for the content, else as `Engine.submit` does; a cut or blank answer is `EngineFailed`."""
