"""A brand image as it is shown to a model, and the model's reading as a `BrandAnalysis`.

The palette is measured from the picture itself: a model names colours well, but cannot count pixels.
"""

import io
from pathlib import Path
from typing import Annotated

from PIL import Image
from pydantic import Field

from videofactory.domain.brand import BrandAnalysis, Scores, Swatch
from videofactory.domain.footage import Box, Unit
from videofactory.media.measure import load_picture, palette
from videofactory.providers.direction.languages import language_problems
from videofactory.providers.direction.shapes import AnswerShape, Unfit, read
from videofactory.providers.roles import Payload

LONGEST_SIDE = 1280
"""Pixels of the longer side of what is sent: enough to see, and the most that is paid for."""
JPEG_QUALITY = 90
MOST_INVARIANTS = 6
LONGEST_INVARIANT = 60
"""Characters: an invariant stands in every prompt."""
DECIMALS = 4


class SeenScores(AnswerShape):
    """The four scores as a model gives them."""

    physics: Unit
    vibe: Unit
    logic: Unit
    integrity: Unit


class SeenBox(AnswerShape):
    """The subject's box as a model gives it, in shares of the picture from its upper left corner."""

    x: Unit
    y: Unit
    width: Annotated[float, Field(gt=0, le=1)]
    height: Annotated[float, Field(gt=0, le=1)]


class WrittenAnalysis(AnswerShape):
    """The reading of a brand image as a model writes it."""

    mood: str
    subject: str
    essence: str
    invariants: tuple[str, ...] = Field(description="two to five short noun phrases")
    scores: SeenScores = Field(description="each from 0 to 1")
    focus: SeenBox = Field(description="shares of the picture, 0 to 1")
    remarks: tuple[str, ...]


def shown(path: Path) -> tuple[Payload, tuple[Swatch, ...]]:
    """The picture as it is sent, upright and no larger than a model needs, and its measured palette. Raises `MediaBroken`."""
    opened = load_picture(path, longest=LONGEST_SIDE)
    out = io.BytesIO()
    Image.fromarray(opened.pixels).save(out, "JPEG", quality=JPEG_QUALITY)
    return Payload(out.getvalue(), "image/jpeg"), palette(opened)


def analysis_of(text: str, *, colours: tuple[Swatch, ...]) -> BrandAnalysis:
    """The analysis in a model's answer. Raises `Unfit` with every problem."""
    seen = read(text, shape=WrittenAnalysis)
    invariants = tuple(dict.fromkeys(token for token in seen.invariants if token))
    problems = [f"{name} is empty: write it." for name in ("mood", "subject", "essence") if not getattr(seen, name)]
    if not 1 <= len(invariants) <= MOST_INVARIANTS:
        problems.append(f"There are {len(invariants)} invariants, two to five are asked for.")
    problems += [
        f"The invariant {token[:30]!r}… has {len(token)} characters, at most {LONGEST_INVARIANT} are allowed: shorten it."
        for token in invariants
        if len(token) > LONGEST_INVARIANT
    ]
    problems += language_problems(prompts=[seen.subject, seen.essence, "; ".join(invariants)], spoken=[], language="en")
    if problems:
        raise Unfit(tuple(problems))
    return BrandAnalysis(
        palette=colours,
        mood=seen.mood,
        subject=seen.subject,
        essence=seen.essence,
        invariants=invariants,
        scores=Scores.model_validate(seen.scores.model_dump()),
        focus=_inside(seen.focus),
        remarks=tuple(remark for remark in seen.remarks if remark),
    )


def _inside(seen: SeenBox) -> Box:
    """The box cut at the picture's border."""
    width, height = min(seen.width, 1 - seen.x), min(seen.height, 1 - seen.y)
    return Box(x=seen.x, y=seen.y, width=round(max(0.0, width), DECIMALS), height=round(max(0.0, height), DECIMALS))
