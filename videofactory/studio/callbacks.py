"""What an engine reports by itself: which job a call became whose answer was lost. Nothing else of a report is believed.

The report comes with our own token in its address: 128 random bits that only the engine was told. It names a job; what that job
is worth is asked of the engine itself, with our key, by the next run or by upkeep. How reports come in is the business of `cli`.
"""

from collections.abc import Mapping
from typing import Any

from videofactory.ledger.call import Call
from videofactory.studio.factory import Studio


def hear(studio: Studio, *, token: str, report: Mapping[str, Any]) -> Call | None:
    """The call the report is about, with its job written down; `None` for an unknown token or a report that names no job."""
    call = studio.ledger.settling.by_token(token)
    engine = None if call is None else studio.casting.sent_to(call)
    job = "" if engine is None else engine.job_named(report)
    return studio.ledger.settling.reported(token, external_id=job) if job else None
