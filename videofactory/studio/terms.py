"""Under which terms a call is bought, what a purchase brings, and how a call is spoken of."""

from collections.abc import Callable
from dataclasses import dataclass

from videofactory.domain.errors import CallParked, EngineFailed
from videofactory.domain.footage import Artifact
from videofactory.ledger.call import Call
from videofactory.ledger.limits import Gate
from videofactory.ledger.purses import Purse


@dataclass(frozen=True)
class Terms:
    """Under which terms a call is bought: whose channel, which purses pay, which rate limits stand before it.

    `allowed` is asked right before the request leaves, after all waiting in line: it raises `NeedsPerson` when it may not.
    """

    channel: str = ""
    purses: tuple[Purse, ...] = ()
    gates: tuple[Gate, ...] = ()
    allowed: Callable[[], None] = lambda: None


@dataclass(frozen=True)
class Bought:
    """What a purchase brought: the call as settled, its files, whether it had been made before."""

    call: Call
    files: dict[str, Artifact]
    kept: bool


def name_of(call: Call) -> str:
    """Which call, for people."""
    where = f"{call.project}, {call.scene}" if call.scene else call.project
    return f"The {call.role} call to {call.engine} for {where} (take {call.take})"


def broken(call: Call, error: Exception) -> EngineFailed:
    """What to say of a call that something unforeseen stopped."""
    words = f"{name_of(call)} broke: {type(error).__name__}: {error}"
    return EngineFailed(words, remedy="This is a defect of the engine; report it.")


def parked(call: Call) -> CallParked:
    """What a person must settle first."""
    return CallParked(
        f"{name_of(call)} was sent, and nobody knows what became of it ({call.problem or call.state}); "
        f"{call.reserved_usd} US dollars stay reserved.",
        remedy=f"Settle it with 'videofactory calls': show {call.fingerprint[:10]}, then adopt, release or retry.",
    )
