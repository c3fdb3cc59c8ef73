"""Notion's webhooks in the ledger: which addresses listen, which events were heard, and where a look is asked for.

An event is only ever a wish that somebody look: it is noted by its id, so that it counts once, together with the nudge it gives,
in one transaction. A nudge bears a mark of its own; who looked takes away the marks read *before* the look, so that a nudge
given meanwhile stays. The verification tokens lie in `ledger.secrets`; what an event means is `studio.notion.webhook`.
"""

import secrets
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.engine import Connection

from videofactory.domain.value import Value
from videofactory.ledger.audit import Audit
from videofactory.ledger.database import Database, stamped
from videofactory.ledger.tables import notion_events, notion_hooks, notion_nudges

MARK_BYTES = 8
"""Random bytes of a nudge's mark: two nudges of one place never have the same."""


class Hook(Value):
    """An address Notion may report to. `place`: whose it is; `bot`: our own id at Notion; times in UTC as stored.

    `open_until`: until when it takes a verification token; `None` when it takes none. `heard_at`: the last genuine event.
    """

    place: str
    bot: str
    open_until: str | None = None
    heard_at: str | None = None


class NotionHooks:
    """Addresses, events and nudges in the ledger."""

    def __init__(self, database: Database, *, audit: Audit) -> None:
        self._database = database
        self._audit = audit

    def of(self, place: str) -> Hook | None:
        """The address of this place, if it was ever opened."""
        with self._database.read() as connection:
            found = connection.execute(select(notion_hooks).where(notion_hooks.c.place == place)).mappings().first()
            return None if found is None else Hook.model_validate(dict(found))

    def open(self, place: str, *, bot: str, seconds: float, who: str) -> None:
        """Let this address take one verification token, for so many seconds. In the audit log."""
        with self._database.write() as connection:
            until = stamped(self._database.time() + timedelta(seconds=seconds))
            _put(connection, notion_hooks, place, {"bot": bot, "open_until": until})
            self._audit.note("webhook opened", who=who, detail={"place": place, "until": until}, within=connection)

    def shut(self, place: str) -> bool:
        """Close the address to tokens, and say whether it was open: of several tokens that come at once, one is taken."""
        with self._database.write() as connection:
            opened = (notion_hooks.c.place == place) & (notion_hooks.c.open_until > self._database.stamp())
            shut = connection.execute(update(notion_hooks).where(opened).values(open_until=None, heard_at=None)).rowcount == 1
            if shut:
                self._audit.note("webhook token taken", who="notion", detail={"place": place}, within=connection)
            return shut

    def heard(self, hook: str, event: str, *, nudges: str | None, memory: float) -> bool:
        """Note an event of this address and what it nudges (`None`: nothing); `False`, and nothing noted, for one heard before.

        Events are remembered for `memory` seconds.
        """
        with self._database.write() as connection:
            now = self._database.time()
            connection.execute(delete(notion_events).where(notion_events.c.at < stamped(now - timedelta(seconds=memory))))
            known = (notion_events.c.hook == hook) & (notion_events.c.event == event)
            if connection.execute(select(notion_events.c.at).where(known)).first() is not None:
                return False
            connection.execute(insert(notion_events).values(hook=hook, event=event, at=stamped(now)))
            connection.execute(update(notion_hooks).where(notion_hooks.c.place == hook).values(heard_at=stamped(now)))
            if nudges is not None:
                _put(connection, notion_nudges, nudges, {"mark": secrets.token_hex(MARK_BYTES)})
            return True

    def nudges(self) -> dict[str, str]:
        """Where a look is asked for, each with the mark to hand to `looked`."""
        with self._database.read() as connection:
            return {row.place: row.mark for row in connection.execute(select(notion_nudges).order_by(notion_nudges.c.place))}

    def looked(self, nudges: Mapping[str, str]) -> None:
        """A look began after these nudges were read: they are done with. One given since bears another mark, and stays."""
        with self._database.write() as connection:
            for place, mark in nudges.items():
                same = (notion_nudges.c.place == place) & (notion_nudges.c.mark == mark)
                connection.execute(delete(notion_nudges).where(same))


def _put(connection: Connection, table: Table, place: str, change: Mapping[str, str]) -> None:
    """Change the row of this place, or add it."""
    if connection.execute(update(table).where(table.c.place == place).values(**change)).rowcount == 0:
        connection.execute(insert(table).values(place=place, **change))
