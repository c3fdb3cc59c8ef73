"""What a person decides about a call nobody else can settle: parked, unconfirmed, or left behind by a process that died.

    adopt    the job was found at the engine: the call waits for it, and the next run asks for it
    release  nothing was bought: the call failed, and its money is back in its purses
    retry    it may have been bought, and is lost: booked at its price, so that the next run may buy again

Each is one transaction with its line in the audit log: who, and why. What moves calls otherwise is `ledger.calls`.
"""

import json
import re
from typing import Literal

from sqlalchemy import Connection, select

from videofactory.domain.errors import Conflict, InvalidInput, NotFound, Problem
from videofactory.domain.money import ZERO
from videofactory.ledger.audit import Audit, AuditLine
from videofactory.ledger.call import OPEN, Call, CallState
from videofactory.ledger.call_rows import end, find, get, row
from videofactory.ledger.database import Database
from videofactory.ledger.tables import calls

SHORTEST_WHY = 3
SHORTEST_BEGINNING = 6
"""Characters of a fingerprint that a person has to write at least."""
UNSETTLED = (*sorted(OPEN), CallState.PARKED)
_MOST_CANDIDATES = 12
_BEGINNING = re.compile(rf"^[0-9a-f]{{{SHORTEST_BEGINNING},64}}$")
Decision = Literal["adopt", "release", "retry"]


REPORTABLE = frozenset({CallState.SENT, CallState.UNCONFIRMED, CallState.PARKED})
"""States of a call whose job an engine's report may name."""


class Settling:
    """Decisions of people about calls.

    Each raises `NotFound`, `InvalidInput` without a reason of at least 3 characters, and `Conflict` for a call that is over or
    that a living process works on; then nothing is changed.
    """

    def __init__(self, database: Database, *, audit: Audit) -> None:
        self._database = database
        self._audit = audit

    def adopt(self, fingerprint: str, external_id: str, *, who: str, why: str) -> Call:
        """The engine works, or has worked, on the call as this job: the next run asks for it. Its price stays reserved.

        Who decides vouches that the job is at the service that is configured now: the address it was sent to is forgotten.
        """
        name = external_id.strip()
        if not name or not name.isprintable() or " " in name:
            raise _invalid("ID", external_id, "write the job's id as the engine shows it")
        with self._database.write() as connection:
            present = self._unsettled(connection, fingerprint, decision="adopt", who=who, why=why)
            _require_unclaimed(connection, present, name)
            change = {"state": CallState.PENDING, "external_id": name, "identity": "", "owner": None, "problem": None}
            connection.execute(row(fingerprint).values(change))
            self._note(connection, present, "call adopted", who=who, why=why, external_id=name)
            return get(connection, fingerprint)

    def release(self, fingerprint: str, *, who: str, why: str) -> Call:
        """Nothing was bought: the money goes back, and the next run may buy."""
        with self._database.write() as connection:
            present = self._unsettled(connection, fingerprint, decision="release", who=who, why=why)
            change = {"state": CallState.FAILED, "problem": f"released by {who}: {why}"}
            end(connection, present, change, cost=ZERO, at=self._database.stamp())
            self._note(connection, present, "call released", who=who, why=why)
            return get(connection, fingerprint)

    def retry(self, fingerprint: str, *, who: str, why: str) -> Call:
        """The lost attempt is booked as paid, at all that was reserved for it, and the next run may buy again."""
        with self._database.write() as connection:
            present = self._unsettled(connection, fingerprint, decision="retry", who=who, why=why)
            change = {"state": CallState.FAILED, "problem": f"given up by {who}, booked as paid: {why}"}
            end(connection, present, change, cost=present.reserved_usd, at=self._database.stamp())
            self._note(connection, present, "call given up", who=who, why=why, booked_usd=str(present.reserved_usd))
            return get(connection, fingerprint)

    def by_token(self, token: str) -> Call | None:
        """The call with this token of ours, if there is one."""
        with self._database.read() as connection:
            found = connection.execute(select(calls).where(calls.c.token == token)).mappings().first()
            return None if found is None else Call.model_validate(dict(found))

    def reported(self, token: str, *, external_id: str) -> Call | None:
        """The engine itself named the job of a call whose answer is lost; `None` when the call knows its job, or is over.

        Whoever looks the call up finds it there; a parked one goes on by itself.
        """
        with self._database.write() as connection:
            found = connection.execute(select(calls).where(calls.c.token == token)).mappings().first()
            call = None if found is None else Call.model_validate(dict(found))
            if call is None or call.state not in REPORTABLE or call.external_id is not None:
                return None
            parked = {"state": CallState.PENDING, "owner": None} if call.state is CallState.PARKED else {}
            connection.execute(row(call.fingerprint).values(external_id=external_id, **parked))
            self._note(connection, call, "call reported", who=call.engine, why="its callback named the job", job=external_id)
            return get(connection, call.fingerprint)

    def named(self, beginning: str) -> Call:
        """The one call whose fingerprint begins so. Raises `NotFound` and `InvalidInput` with the calls that may be meant."""
        if not _BEGINNING.match(beginning):
            raise _invalid(
                "CALL", beginning, f"write at least {SHORTEST_BEGINNING} characters of a call's fingerprint (0-9, a-f)"
            )
        query = select(calls).where(calls.c.fingerprint.startswith(beginning, autoescape=True)).order_by(calls.c.id)
        with self._database.read() as connection:
            found = [Call.model_validate(dict(one)) for one in connection.execute(query.limit(_MOST_CANDIDATES)).mappings()]
        if not found:
            raise NotFound(f"No call begins with {beginning!r}.", remedy=self._waiting())
        if len(found) > 1:
            raise _invalid("CALL", beginning, f"several calls begin so; write more of one: {_list(found)}")
        return found[0]

    def decisions(self, call: Call) -> list[AuditLine]:
        """What people decided about this call, oldest first."""
        return [line for line in self._audit.lines(call.project) if json.loads(line.detail).get("call") == call.fingerprint]

    def _waiting(self) -> str:
        query = select(calls).where(calls.c.state.in_(UNSETTLED)).order_by(calls.c.id.desc()).limit(_MOST_CANDIDATES)
        with self._database.read() as connection:
            found = [Call.model_validate(dict(one)) for one in connection.execute(query).mappings()]
        return f"Not settled yet: {_list(found)}." if found else "Every call is settled; 'videofactory calls' lists them."

    def _unsettled(self, connection: Connection, fingerprint: str, *, decision: Decision, who: str, why: str) -> Call:
        """The call, if a person may decide this about it now."""
        if len(why.strip()) < SHORTEST_WHY:
            raise _invalid("--why", why, f"say in at least {SHORTEST_WHY} characters why; it stands in the audit log")
        if not who.strip():
            raise _invalid("--reviewer", who, "say who decides; it stands in the audit log")
        present = find(connection, fingerprint)
        if present is None:
            raise NotFound(f"There is no call {fingerprint[:10]}.", remedy="'videofactory calls' lists them.")
        if present.state is not CallState.PARKED and not present.orphaned:
            raise _taken(present)
        if present.state is CallState.RESERVED and decision != "release":
            raise Conflict(
                f"{_brief(present)} was never accepted by the engine, so there is nothing to {decision}.",
                remedy="Run the step again: it is sent then. Or release it, and its money is free.",
            )
        return present

    def _note(self, connection: Connection, call: Call, what: str, *, who: str, why: str, **more: str) -> None:
        detail = {"call": call.fingerprint, "was": call.state.value, "reserved_usd": str(call.reserved_usd), **more}
        self._audit.note(what, who=who, project=call.project, scene=call.scene, why=why, detail=detail, within=connection)


def _require_unclaimed(connection: Connection, call: Call, external_id: str) -> None:
    """One job is one call's: the same clip is not taken for two scenes."""
    same = (calls.c.engine == call.engine, calls.c.external_id == external_id, calls.c.fingerprint != call.fingerprint)
    other = connection.execute(select(calls).where(*same)).mappings().first()
    if other is not None:
        claimed = Call.model_validate(dict(other))
        raise Conflict(
            f"{call.engine}'s job {external_id} belongs to {_brief(claimed)} already.",
            remedy="Look for the job of this call at the engine again: same prompt, same time.",
        )


def _taken(call: Call) -> Conflict:
    if call.state in OPEN:
        return Conflict(
            f"{_brief(call)} is held by a living process ({call.owner}).",
            remedy="Let it finish, or stop it first; then decide.",
        )
    return Conflict(f"{_brief(call)} is {call.state.value} since {call.settled_at}.", remedy="There is nothing left to decide.")


def _brief(call: Call) -> str:
    return f"{call.fingerprint[:10]} ({call.role} by {call.engine} for {call.scene or call.project})"


def _list(found: list[Call]) -> str:
    return ", ".join(f"{call.fingerprint[:16]} ({call.role}, {call.scene or call.project}, {call.state.value})" for call in found)


def _invalid(field: str, value: str, remedy: str) -> InvalidInput:
    return InvalidInput([Problem(file="calls", field=field, value=repr(value), remedy=remedy)])
