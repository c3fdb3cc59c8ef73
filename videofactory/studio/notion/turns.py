"""Whose turn it is at Notion, when many channels share the time of a tick and one budget of requests.

The channel that had none for longest comes first, and a turn is short: who has more to do stands at the end of the line again.
So a channel with five hundred rows and one with two have as many turns, and nobody waits longer than one round.
"""

import time
from collections import deque
from collections.abc import Iterator, Sequence

from videofactory.domain.channel import Channel
from videofactory.studio.factory import Studio


class Turns:
    """The turns of one tick, `seconds` long in all; `desk` names what is done in them. Hand back each turn that was had."""

    def __init__(self, studio: Studio, channels: Sequence[Channel], *, desk: str, seconds: float) -> None:
        self._books = studio.ledger.notion
        self._stamp = studio.ledger.database.stamp
        self._desk = desk
        self._line = deque(sorted(channels, key=lambda channel: self._books.cursor(self._place(channel))))
        self._end = time.monotonic() + seconds
        self._longest = seconds / 2

    def __iter__(self) -> Iterator[tuple[Channel, float]]:
        """The channels, each with the end of its turn: half of the tick at most, so that one that hangs leaves time to others."""
        while self._line and (now := time.monotonic()) < self._end:
            yield self._line.popleft(), min(self._end, now + self._longest)

    def had(self, channel: Channel, *, more: bool = False) -> None:
        """The channel had its turn. `more`: it has more to do, and gets another if there is time when all others had theirs."""
        self._books.move_cursor(self._place(channel), self._stamp())
        if more:
            self._line.append(channel)

    def _place(self, channel: Channel) -> str:
        return f"turn/{self._desk}/{channel.key}"
