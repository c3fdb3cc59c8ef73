"""The heartbeat: leases live on while somebody holds a call, also when the ledger is away for a while, and end with him."""

import threading

from videofactory.ledger.calls import Calls
from videofactory.studio.heart import Heart

OFTEN = 0.01
LONG = 5.0


class Beaten(Calls):
    """Counts heartbeats; the first ones find no ledger."""

    def __init__(self, *, away: int) -> None:
        self.beats = 0
        self.reached = threading.Event()
        self._away = away

    def beat(self) -> None:
        """One sign of life."""
        self.beats += 1
        if self.beats <= self._away:
            raise ConnectionError("the ledger is away")
        self.reached.set()


def test_a_ledger_that_is_away_for_a_while_does_not_stop_the_heart() -> None:
    calls = Beaten(away=3)
    with Heart(calls, every=OFTEN).beating(metered=True):
        assert calls.reached.wait(LONG)
    assert calls.beats > 3


def test_it_stops_when_nobody_holds_a_call_any_more_and_begins_again() -> None:
    calls = Beaten(away=0)
    heart = Heart(calls, every=OFTEN)
    with heart.beating(metered=True), heart.beating(metered=True):
        assert calls.reached.wait(LONG)
    stopped = {thread.name for thread in threading.enumerate() if thread.name == "heartbeat" and thread.is_alive()}
    calls.reached.clear()
    with heart.beating(metered=True):
        assert calls.reached.wait(LONG)
    assert len(stopped) <= 1


def test_engines_that_cost_nothing_need_no_heart() -> None:
    calls = Beaten(away=0)
    with Heart(calls, every=OFTEN).beating(metered=False):
        assert not calls.reached.wait(OFTEN * 10)
