"""Settling what dead processes left open at engines: looked at again and again until it is known, without buying anything.

The next run of a project does the same for the calls it needs; this is for all the others, so that no money stays reserved and no
paid clip unfetched because nobody asks for it any more.
"""

from videofactory.ledger.call import OPEN, Call
from videofactory.studio.factory import Studio

AT_ONCE = 20
"""Calls one look takes up: a look stays short whatever a crash left behind."""


def settle_orphans(studio: Studio) -> list[Call]:
    """The calls that were settled, or parked, in this look."""
    busy = {worker.project for worker in studio.ledger.runs.alive()}
    unsettled = [call for call in studio.ledger.calls.open() if call.reserved_usd > 0 and call.project not in busy]
    orphans = [call for call in unsettled if call.orphaned]
    looked_at = [studio.door.settle(call) for call in orphans[:AT_ONCE]]
    return [call for call in looked_at if call.state not in OPEN]
