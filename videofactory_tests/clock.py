"""A clock that stands still until it is moved, for whatever waits minutes."""

from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Clock:
    """Tells the time it was set to; call it as `ledger.database.Clock`."""

    def __init__(self, start: datetime = NOON) -> None:
        self.time = start

    def __call__(self) -> datetime:
        """The time."""
        return self.time

    def forward(self, seconds: float) -> None:
        """Let so many seconds pass (or come back, when negative)."""
        self.time += timedelta(seconds=seconds)
