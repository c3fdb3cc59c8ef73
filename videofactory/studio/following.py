"""An accepted call on its way to its end: asked for until it is made, fetched, kept in the store, and settled.

Only the engine's own no ends such a call. Whatever else breaks (the line, the disk, the ledger, our code), the job may be
finished and paid: it stays open, and the next one asks for it again. How a call gets so far is `studio.dispatch`.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic

from videofactory.domain.errors import (
    AnswerUnreadable,
    Busy,
    EngineFailed,
    EngineRejected,
    FactoryError,
    Lasting,
    LinkDead,
    Passing,
    Refused,
    StillRunning,
    StoreAway,
)
from videofactory.domain.footage import Artifact
from videofactory.domain.money import ZERO
from videofactory.ledger.call import OVER, Call, CallState
from videofactory.ledger.ledger import Ledger
from videofactory.providers.roles import Delivered, Engine, Pending, Receipt, RequestT
from videofactory.store.artifacts import Artifacts
from videofactory.studio.fetching import Fetcher
from videofactory.studio.inspection import flaw_of
from videofactory.studio.patience import Patience
from videofactory.studio.steps import Steps, firmly
from videofactory.studio.terms import Bought, Terms, name_of

LOOK_AGAIN = 5.0
"""Seconds between two look-ups of a lost call, and before a busy engine is asked again."""
READINGS = 5
"""How often in a row a look-up or a poll may go wrong before the call is left to the next try."""
FETCHES, FETCH_WAIT = 3, 2.0
"""How often, and after how many seconds, a result is fetched, each time by a fresh link, before it is taken as it is."""
STORES, STORE_WAIT = 20, 15.0
"""How often, and after how many seconds, bytes in hand are offered again to a store that takes none."""


@dataclass
class Following(Generic[RequestT]):
    """A call this process holds, and all it needs on its way."""

    engine: Engine[RequestT]
    request: RequestT
    call: Call
    terms: Terms
    patience: Patience
    ledger: Ledger
    artifacts: Artifacts
    fetcher: Fetcher
    now: Callable[[], datetime]
    tried: int = 0
    may_send: bool = True
    """False for who only settles what others sent."""

    def follow(self, receipt: Receipt) -> Steps[Bought]:
        """Wait for an accepted request and keep what it brings."""
        end, wrong, praised = self._patient_until(), 0, False
        while isinstance(receipt, Pending):
            yield from self._accepted(receipt.external_id)
            if not praised:
                self._praise()
                praised = True
            self._require_time(end)
            pause = receipt.wait
            yield pause
            try:
                receipt = self._asked(receipt.external_id)
                wrong = 0
            except Busy as error:
                yield error.retry_after or LOOK_AGAIN
            except Passing:
                wrong += 1
                if wrong >= READINGS:
                    raise
        return (yield from self._keep(receipt))

    def _accepted(self, external_id: str) -> Steps[None]:
        """Write the job's id down, whatever the ledger's mood: without it a paid job could not be asked for."""
        if (self.call.state, self.call.external_id) != (CallState.PENDING, external_id):
            self.call = yield from firmly(lambda: self.ledger.calls.accepted(self.call.fingerprint, external_id=external_id))

    def _asked(self, external_id: str) -> Receipt:
        """How the job goes. Only the engine's own no ends the call."""
        try:
            return self.engine.poll(external_id)
        except AnswerUnreadable as error:
            raise Passing(error.message, remedy=error.remedy) from error
        except (Refused, EngineFailed) as error:
            if not isinstance(error, EngineRejected):
                self._blame(error)
                self._end(error)
            raise

    def _keep(self, delivered: Delivered) -> Steps[Bought]:
        """The files into the store, and only then the call is done; a dead link is replaced by a fresh one."""
        fetches = stores = 0
        while True:
            try:
                files, flaw = self._stored(delivered, patient=fetches < FETCHES - 1)
                break
            except LinkDead:
                fetches += 1
                if fetches >= FETCHES or self.call.external_id is None:
                    raise
                yield FETCH_WAIT
                fresh = self._asked(self.call.external_id)
                delivered = fresh if isinstance(fresh, Delivered) else delivered
            except (StoreAway, Lasting):
                stores += 1
                if self.call.external_id is not None or not self.engine.metered or stores >= STORES or self._over:
                    raise
                yield STORE_WAIT  # nobody would give us these bytes a second time
        self._praise()
        cost = self.call.reserved_usd if delivered.cost_usd is None else delivered.cost_usd
        remark = "; ".join((*delivered.remarks, *([flaw] if flaw else []))) or None
        change = {"files": files, "cost": ZERO if self._paid_already else cost, "remark": remark}
        settled = yield from firmly(lambda: self.ledger.calls.settle(self.call.fingerprint, **change))  # type: ignore[arg-type]
        return Bought(settled, files, kept=False)

    def _stored(self, delivered: Delivered, *, patient: bool) -> tuple[dict[str, Artifact], str]:
        """The files in the store, and what is wrong with them; a file that cannot be read is fetched again while `patient`."""
        if not delivered.files and not delivered.links:
            nothing = EngineFailed(f"{self.name} delivered nothing.", remedy="Try another engine.")
            self._end(nothing)
            raise nothing
        files = {
            name: self.artifacts.put(payload.content, media_type=payload.media_type) for name, payload in delivered.files.items()
        }
        files |= {name: self.fetcher.fetch(link) for name, link in delivered.links.items()}
        flaw = next((words for name in delivered.links if (words := flaw_of(self.artifacts, files[name]))), "")
        if flaw and patient and self.call.external_id is not None:
            raise LinkDead(flaw)
        return files, flaw

    def _patient_until(self) -> datetime:
        return self.now() + timedelta(seconds=self.patience.whole)

    def _require_time(self, end: datetime) -> None:
        """Raise `StillRunning` when the whole job was waited for long enough."""
        if self.now() > end:
            raise StillRunning(
                f"{self.name} is not finished after {self.patience.whole:.0f} s; it goes on at the engine.",
                remedy="It is asked for again, and not bought a second time: by the next run, or by upkeep, which then goes on.",
            )

    def _end(self, error: FactoryError) -> None:
        state = CallState.REFUSED if isinstance(error, Refused) else CallState.FAILED
        if not self._over:
            cost = error.cost_usd or ZERO
            self.call = self.ledger.calls.fail(self.call.fingerprint, state=state, problem=str(error), cost=cost)

    @property
    def _over(self) -> bool:
        return self.call.state in OVER

    def _blame(self, error: FactoryError) -> None:
        if not self.engine.metered:
            return
        if error.blames_engine:
            self.ledger.breakers.failed(self.engine.id)
        elif isinstance(error, Refused | EngineRejected):
            self.ledger.breakers.succeeded(self.engine.id)  # it answered, and a trial that gets an answer has succeeded

    def _praise(self) -> None:
        if self.engine.metered:
            with suppress(Exception):  # the breaker's books are not worth a paid job
                self.ledger.breakers.succeeded(self.engine.id)

    @property
    def _paid_already(self) -> bool:
        """Whether only the files of a call that is paid are fetched once more: then nothing is reserved for it."""
        return self.engine.metered and self.call.reserved_usd == ZERO

    @property
    def name(self) -> str:
        """The call, for people."""
        return name_of(self.call)
