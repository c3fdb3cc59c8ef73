"""All errors of the factory, as one tree; each message says what was tried, on what, and what to do next.

FactoryError
├── Passing             worth another try: time-outs, busy services, a full queue
├── Lasting             another try gives the same answer
│   ├── InvalidInput    a brief, channel, setting or edit is wrong: carries every problem found
│   ├── EngineFailed    an engine answered, and the answer is no use
│   ├── MediaBroken     a file does not decode, or is not what it claims
│   ├── CheckFailed     a quality check says no
│   ├── StoreDamaged    an artifact is missing or its bytes are not those it is named by
│   └── NotFound        a project, scene or file that does not exist
├── Refused             an engine or a policy says no to the content
├── TooDear             a budget does not pay for it
├── Conflict            somebody else decided meanwhile
└── NeedsPerson         waits for a decision
    ├── GateClosed      scenes are not green
    ├── BrandFlagged    the integrity filter held the project
    └── CallParked      a paid call whose outcome cannot be known
"""

from collections.abc import Sequence

from videofactory.domain.value import Value


class Problem(Value):
    """One thing wrong in what a person wrote: where (`file`, `field`), what stands there, and how to mend it."""

    file: str
    field: str
    value: str
    remedy: str

    def __str__(self) -> str:
        """One line for people."""
        return f"{self.file}: {self.field} = {self.value}: {self.remedy}"


class FactoryError(Exception):
    """Any failure the factory knows. `remedy` says what to do next; it is part of the text."""

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(f"{message} {remedy}".strip())
        self.message = message
        self.remedy = remedy


class Passing(FactoryError):
    """May succeed when tried again; `retry_after` is the wait in seconds somebody asked for."""

    def __init__(self, message: str, *, remedy: str = "", retry_after: float | None = None) -> None:
        super().__init__(message, remedy=remedy)
        self.retry_after = retry_after


class Lasting(FactoryError):
    """Trying again gives the same answer."""


class InvalidInput(Lasting):
    """What a person wrote is wrong. `problems` holds all of it, not only the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class EngineFailed(Lasting):
    """An engine answered with a failure or with something useless."""


class MediaBroken(Lasting):
    """A media file does not decode, or is not what it claims to be."""


class CheckFailed(Lasting):
    """A quality check that protects money or the public says no."""


class StoreDamaged(Lasting):
    """An artifact is missing, or its bytes are not those it is named by."""


class NotFound(Lasting):
    """A project, scene or file that does not exist."""


class Refused(FactoryError):
    """An engine or a policy says no to the content; carries the engine's own words."""


class TooDear(FactoryError):
    """A budget does not pay for the call."""


class Conflict(FactoryError):
    """Somebody else decided between looking and deciding; nothing was lost, look again."""


class NeedsPerson(FactoryError):
    """Work stops here until a person decides."""


class GateClosed(NeedsPerson):
    """Scenes are not green for their take; `scenes` names them."""

    def __init__(self, message: str, *, remedy: str = "", scenes: Sequence[str] = ()) -> None:
        super().__init__(message, remedy=remedy)
        self.scenes = tuple(scenes)


class BrandFlagged(NeedsPerson):
    """The brand image's integrity is below the limit."""


class CallParked(NeedsPerson):
    """The outcome of a paid call cannot be known; a person settles it."""
