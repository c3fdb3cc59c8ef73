"""Rows nobody could read, through no fault of their writers: said in the audit log with the row's id, once for each reason.

One of them never stops the others. What its writer can mend is said on the row itself: `answers`.
"""

from videofactory.domain.errors import FactoryError
from videofactory.studio.factory import Studio

WHAT = "row not read"


def pass_over(studio: Studio, page: str, error: Exception) -> None:
    """Note why the row is left, unless that is what was noted last."""
    why = str(error) if isinstance(error, FactoryError) else f"{type(error).__name__}: {error}"
    books, place = studio.ledger.notion, f"unread/{page}"
    if books.cursor(place) != why:
        studio.ledger.audit.note(WHAT, who="notion", why=why, detail={"page": page})
        books.move_cursor(place, why)
