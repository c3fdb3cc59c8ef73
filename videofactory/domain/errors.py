"""All errors of the factory, as one tree; each message says what was tried, on what, and what to do next.

FactoryError
├── Passing             worth another try: time-outs, broken lines; of a paid request: certain that it was not accepted
│   ├── Busy            an engine has no room now (rate, concurrency, our own limits)
│   │   └── QuotaSpent  a service's allowance for the day is used up
│   ├── BreakerOpen     an engine failed so often lately that nobody asks it for a while
│   ├── StillRunning    a job is not finished within the time we wait; it goes on, and is asked for again later
│   ├── LinkDead        a result's link no longer gives the file
│   └── StoreAway       the place where artifacts are kept does not answer
├── OutcomeUnknown      a paid request left, and whether it was accepted nobody knows
├── Lasting             another try gives the same answer
│   ├── InvalidInput    a brief, channel, setting or edit is wrong: carries every problem found
│   ├── EngineFailed    an engine answered, and the answer is no use
│   │   ├── AnswerUnreadable  an answer nobody can read: it proves nothing
│   │   └── EngineRejected  our request or account is at fault: bad parameter, key, balance, retired model
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
    ├── CallParked      a paid call whose outcome cannot be known
    └── AccountClosed   a service lets a channel's account do nothing until a person acts
        └── TokenRevoked  the leave a person gave us has expired or was taken back
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar

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
    """Any failure the factory knows. `remedy` says what to do next; it is part of the text.

    `blames_engine` tells the circuit breaker whether the engine is at fault. `cost_usd` is what the attempt cost all the same, in
    US dollars, where the engine says so (a text answer that is no use is billed); `None` where nothing is known to be owed.
    """

    blames_engine: ClassVar[bool] = False
    cost_usd: Decimal | None = None

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(f"{message} {remedy}".strip())
        self.message = message
        self.remedy = remedy


class Passing(FactoryError):
    """May succeed when tried again; `retry_after` is the wait in seconds somebody asked for."""

    blames_engine = True

    def __init__(self, message: str, *, remedy: str = "", retry_after: float | None = None) -> None:
        super().__init__(message, remedy=remedy)
        self.retry_after = retry_after


class Busy(Passing):
    """The engine, or one of our own limits, has no room now."""

    blames_engine = False


class QuotaSpent(Busy):
    """A service's allowance for the day is used up, the project's or the channel's; `retry_after` says when there is more."""


class BreakerOpen(Passing):
    """The engine's circuit breaker is open; `retry_after` says when one trial call is let through."""

    blames_engine = False


class StillRunning(Passing):
    """The job is not finished within the time we wait for it. The call stays open; nothing is bought in its place."""

    blames_engine = False


class LinkDead(Passing):
    """A result's link no longer gives the file, or gives less than it promised; the engine is asked for a fresh one."""

    blames_engine = False


class StoreAway(Passing):
    """The place where artifacts are kept is out of reach or overrun. No engine is to blame."""

    blames_engine = False


class OutcomeUnknown(FactoryError):
    """A paid request left, and whether it was accepted nobody knows: it is looked up or parked, never simply sent again."""

    blames_engine = True


class Lasting(FactoryError):
    """Trying again gives the same answer."""


class InvalidInput(Lasting):
    """What a person wrote is wrong. `problems` holds all of it, not only the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class EngineFailed(Lasting):
    """An engine answered with a failure or with something useless."""

    blames_engine = True


class AnswerUnreadable(EngineFailed):
    """An answer nobody can read (half a body, a gateway's page). What it was an answer to may have happened all the same."""


class EngineRejected(EngineFailed):
    """Our request or our account is at fault: a bad parameter, a wrong key, an empty balance, a retired model."""

    blames_engine = False


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


class AccountClosed(NeedsPerson):
    """A service lets the channel's account do nothing (suspended, without the right, not signed up) until a person acts."""


class TokenRevoked(AccountClosed):
    """The leave a person gave us has expired or was taken back; it is given anew. Stops that channel only."""
