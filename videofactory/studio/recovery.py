"""Settling what dead processes left open at engines: looked at again and again until it is known, without buying anything.

The next run of a project does the same for the calls it needs; this is for all the others, so that no money stays reserved and no
paid clip unfetched because nobody asks for it any more.
"""

from videofactory.ledger.call import OPEN, Call
from videofactory.studio.factory import Studio
from videofactory.studio.terms import name_of

AT_ONCE = 20
"""Calls one look takes up: a look stays short whatever a crash left behind."""


def settle_orphans(studio: Studio) -> tuple[list[Call], list[str]]:
    """The calls that were settled, or parked, in this look, and the words of what could not be looked at.

    Those looked at longest ago come first, so that a few that never end do not hide the others.
    """
    orphans = [call for call in studio.ledger.calls.open() if call.reserved_usd > 0 and call.orphaned]
    settled, troubles = [], []
    for call in sorted(orphans, key=lambda call: call.beat_at or "")[:AT_ONCE]:
        try:
            after = studio.door.settle(call)
        except Exception as error:  # noqa: BLE001 - one call that cannot be looked at never stops the others
            troubles.append(f"{name_of(call)}: {type(error).__name__}: {error}")
        else:
            settled += [after] if after.state not in OPEN else []
    return settled, troubles
