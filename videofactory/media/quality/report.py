"""What a measurement says: figures, and what is wrong with them. Plain JSON through pydantic."""

from videofactory.domain.value import Value


class Finding(Value):
    """One thing wrong: which check, where in the film (`at`, seconds; `None`: all of it), what was measured against what limit.

    `words` says it to a person in one sentence.
    """

    check: str
    at: float | None
    measure: float | str
    limit: float | str
    words: str


class FilmReport(Value):
    """The findings (none: all is well) and every figure measured, by name; the unit is the end of the name."""

    findings: tuple[Finding, ...]
    measures: dict[str, float | str]

    @property
    def passed(self) -> bool:
        """True when nothing was found."""
        return not self.findings

    def explain(self) -> str:
        """The findings' words, one a line; empty when there are none."""
        return "\n".join(finding.words for finding in self.findings)
