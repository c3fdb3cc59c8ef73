"""What was learnt from the brand image: palette, mood, subject, invariants and the four scores that route and gate."""

from typing import Annotated

from pydantic import Field

from videofactory.domain.footage import Box, Unit
from videofactory.domain.value import Value

INTEGRITY_LIMIT = 0.4
HexColour = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]


class Swatch(Value):
    """One colour of the palette and the share of the picture it covers."""

    hex: HexColour
    share: Unit


class Scores(Value):
    """How much of each quality the picture has, 0..1.

    `physics`: things that would move (liquid, cloth, smoke, people). `vibe`: atmosphere (warm light, depth, softness).
    `logic`: structure (edges, text, diagrams). `integrity`: fit for use at all; below `INTEGRITY_LIMIT` a person decides.
    """

    physics: Unit
    vibe: Unit
    logic: Unit
    integrity: Unit


class BrandAnalysis(Value):
    """The reading of a brand image by an analyst engine.

    `palette` by falling share; `essence` is a prompt that carries the look; `invariants` are elements every scene must keep;
    `focus` is the box of the subject; `measures` are the analyst's raw figures (name → value), for people to check.
    """

    palette: tuple[Swatch, ...] = Field(min_length=1, max_length=12)
    mood: str
    subject: str
    essence: str
    invariants: tuple[str, ...]
    scores: Scores
    focus: Box
    measures: dict[str, float] = {}
    remarks: tuple[str, ...] = ()
