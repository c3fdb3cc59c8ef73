"""One held call on its way: sent, looked up when its answer was lost, followed until it is made, kept and settled.

Each way is a generator that yields the seconds it waits (`studio.steps`). Every change is in the ledger before the next thing
happens; an error is written down before anybody hears of it. What may be sent again, and what never, is decided here:

    certainly not accepted              sent again, as often as its kind of call allows
    lost, and cheap (`resend_is_free`)  booked at its price and sent again
    lost, and dear                      looked up; sent again only when the engine proves that it never arrived; else parked
    accepted                            only the engine's own no ends it: whatever else breaks, the next try asks for it again
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic

from videofactory.domain.errors import (
    AnswerUnreadable,
    BreakerOpen,
    Busy,
    CallParked,
    EngineFailed,
    EngineRejected,
    FactoryError,
    LinkDead,
    OutcomeUnknown,
    Passing,
    Refused,
    StillRunning,
)
from videofactory.domain.footage import Artifact
from videofactory.domain.money import ZERO
from videofactory.ledger.call import Call, CallState
from videofactory.ledger.ledger import Ledger
from videofactory.providers.roles import Delivered, Engine, Pending, Receipt, RequestT, Sought
from videofactory.store.artifacts import Artifacts
from videofactory.studio.fetching import Fetcher
from videofactory.studio.patience import Patience
from videofactory.studio.steps import Steps
from videofactory.studio.terms import Bought, Terms, name_of, parked

ROOM_WAIT = 2.0
"""Seconds between two looks whether the engine has room for one more call."""
LOOK_AGAIN = 5.0
"""Seconds between two look-ups of a lost call."""
READINGS = 5
"""How often in a row a look-up or a poll may go wrong before the call is left to the next try."""
FETCHES = 3
"""How often a dead link is replaced by a fresh one."""


@dataclass
class Dispatch(Generic[RequestT]):
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

    def send(self) -> Steps[Bought]:
        """Send the request, as often as its kind of call allows, and go on with what comes."""
        while True:
            yield from self._admission()
            self.tried += 1
            try:
                receipt = self.engine.submit(self.request, shelf=self.artifacts.path, token=self.call.token)
            except Passing as error:
                self._blame(error)
                self.call = self.ledger.calls.unsent(self.call.fingerprint, problem=str(error))
                yield from self._pause(error)
            except (OutcomeUnknown, AnswerUnreadable) as error:
                self._blame(error)
                if not self.engine.resend_is_free:
                    self.call = self.ledger.calls.doubt(self.call.fingerprint, problem=str(error))
                    return (yield from self.look_up())
                self._book_lost(error)
                yield from self._pause(error)
            except FactoryError as error:
                self._blame(error)
                self._end(error)
                raise
            except Exception as error:
                words = f"{type(error).__name__}: {error}"
                if not self.engine.resend_is_free and self.engine.metered:
                    self.call = self.ledger.calls.doubt(self.call.fingerprint, problem=words)
                    return (yield from self.look_up())
                self._end(FactoryError(words))
                raise self._defect(error) from error
            else:
                self._praise()
                return (yield from self.follow(receipt))

    def resend(self) -> Steps[Bought]:
        """A cheap call whose answer was lost with a process that died: booked, and sent again."""
        self._book_lost(OutcomeUnknown("the process that sent it died before it had the answer"))
        return (yield from self.send())

    def look_up(self) -> Steps[Bought]:
        """Find out what became of a dear call whose answer was lost. Raises `CallParked` when nobody can."""
        sent = datetime.fromisoformat(self.call.sent_at or self.call.created_at)
        sought = Sought(self.call.token, request=self.call.request, sent_at=sent)
        until = sent + timedelta(seconds=self.engine.findable_for)
        broken = 0
        while True:
            try:
                receipt = self.engine.find(sought)
            except (Passing, AnswerUnreadable) as error:
                broken += 1
                if broken >= READINGS:
                    self._let_go(error)
                    raise
            except FactoryError as error:
                if not isinstance(error, OutcomeUnknown) or self.now() >= until:
                    raise self._parked(error) from error
            except Exception as error:
                self._let_go(error)
                raise self._defect(error) from error
            else:
                if receipt is not None:
                    self._praise()
                    return (yield from self.follow(receipt))
                if self.now() >= until:
                    return (yield from self._never_arrived())
            yield LOOK_AGAIN

    def follow(self, receipt: Receipt) -> Steps[Bought]:
        """Wait for an accepted request and keep what it brings."""
        end = self.now() + timedelta(seconds=self.patience.whole)
        broken = 0
        while isinstance(receipt, Pending):
            if (self.call.state, self.call.external_id) != (CallState.PENDING, receipt.external_id):
                self.call = self.ledger.calls.accepted(self.call.fingerprint, external_id=receipt.external_id)
            if self.now() > end:
                late = StillRunning(
                    f"{self.name} is not finished after {self.patience.whole:.0f} s; it goes on at the engine.",
                    remedy="Run the step again later: it is asked for then, and not bought a second time.",
                )
                self._let_go(late)
                raise late
            yield receipt.wait
            try:
                receipt = self._asked(receipt.external_id)
                broken = 0
            except Passing as error:
                broken += 1
                if broken >= READINGS:
                    self._let_go(error)
                    raise
        return (yield from self._keep(receipt))

    def _asked(self, external_id: str) -> Receipt:
        """How the job goes. Only the engine's own no ends the call."""
        try:
            return self.engine.poll(external_id)
        except Passing:
            raise
        except AnswerUnreadable as error:
            raise Passing(error.message, remedy=error.remedy) from error
        except (Refused, EngineFailed) as error:
            if isinstance(error, EngineRejected):
                self._let_go(error)
            else:
                self._blame(error)
                self._end(error)
            raise
        except FactoryError as error:
            self._let_go(error)
            raise
        except Exception as error:
            self._let_go(error)
            raise self._defect(error) from error

    def _keep(self, delivered: Delivered) -> Steps[Bought]:
        """The files into the store, and only then the call is done; a dead link is replaced by a fresh one."""
        for number in range(1, FETCHES + 1):
            try:
                files = self._stored(delivered)
                break
            except LinkDead as error:
                if number == FETCHES or self.call.external_id is None:
                    self._let_go(error)
                    raise
            except Exception as error:
                self._let_go(error)
                raise
            yield self.patience.first
            fresh = self._asked(self.call.external_id)
            delivered = fresh if isinstance(fresh, Delivered) else delivered
        cost = self.call.reserved_usd if delivered.cost_usd is None else delivered.cost_usd
        remark = "; ".join(delivered.remarks) or None
        settled = self.ledger.calls.settle(self.call.fingerprint, files=files, cost=cost, remark=remark)
        return Bought(settled, files, kept=False)

    def _stored(self, delivered: Delivered) -> dict[str, Artifact]:
        if not delivered.files and not delivered.links:
            nothing = EngineFailed(f"{self.name} delivered nothing.", remedy="Try another engine.")
            self._end(nothing)
            raise nothing
        files = {
            name: self.artifacts.put(payload.content, media_type=payload.media_type) for name, payload in delivered.files.items()
        }
        return {**files, **{name: self.fetcher.fetch(link) for name, link in delivered.links.items()}}

    def _admission(self) -> Steps[None]:
        """Wait in line for the rate limits and for room at the engine, ask the breaker, and write down that it is sent now."""
        if self.engine.metered:
            while (pause := self.ledger.limits.enter_all(self.terms.gates)) > 0:
                yield pause
            closed_for = self.ledger.breakers.ask(self.engine.id)
            if closed_for > 0:
                error = BreakerOpen(
                    f"{self.engine.id} failed so often that it is left alone for {closed_for:.0f} s more.",
                    remedy="Wait, or choose another engine for the scene.",
                    retry_after=closed_for,
                )
                self._end(error)
                raise error
        while True:
            try:
                self.call = self.ledger.calls.sending(self.call.fingerprint, identity=self.engine.identity, room=self.engine.room)
            except Busy:
                yield ROOM_WAIT
            else:
                return

    def _pause(self, error: FactoryError) -> Steps[None]:
        """Wait before the next try; after the last one, or when asked to wait too long, the error ends the call."""
        pause = self.patience.wait(error, tried=self.tried)
        if not self.engine.metered or self.tried >= self.patience.tries or pause > self.patience.whole:
            self._end(error)
            raise error
        yield pause

    def _never_arrived(self) -> Steps[Bought]:
        words = f"{self.engine.id} never received it"
        self.call = self.ledger.calls.unsent(self.call.fingerprint, problem=words)
        if self.tried >= self.patience.tries or not self.may_send:
            error = Passing(f"{self.name}: {words}, after {self.tried} tries.")
            self._end(error)
            raise error
        return (yield from self.send())

    def _book_lost(self, error: FactoryError) -> None:
        self.call = self.ledger.calls.lost(self.call.fingerprint, problem=str(error), purses=self.terms.purses)

    def _end(self, error: FactoryError) -> None:
        state = CallState.REFUSED if isinstance(error, Refused) else CallState.FAILED
        if self.call.state is not CallState.FAILED:
            cost = error.cost_usd or ZERO
            self.call = self.ledger.calls.fail(self.call.fingerprint, state=state, problem=str(error), cost=cost)

    def _parked(self, error: FactoryError) -> CallParked:
        self.call = self.ledger.calls.park(self.call.fingerprint, problem=str(error))
        return parked(self.call)

    def _let_go(self, error: Exception) -> None:
        words = str(error) if isinstance(error, FactoryError) else f"{type(error).__name__}: {error}"
        self.ledger.calls.let_go(self.call.fingerprint, problem=words)

    def _blame(self, error: FactoryError) -> None:
        if not self.engine.metered:
            return
        if error.blames_engine:
            self.ledger.breakers.failed(self.engine.id)
        elif isinstance(error, Refused | EngineRejected):
            self.ledger.breakers.succeeded(self.engine.id)  # it answered, and a trial that gets an answer has succeeded

    def _praise(self) -> None:
        if self.engine.metered:
            self.ledger.breakers.succeeded(self.engine.id)

    def _defect(self, error: Exception) -> FactoryError:
        words = f"{self.name} broke: {type(error).__name__}: {error}"
        return EngineFailed(words, remedy="This is a defect of the engine; report it.")

    @property
    def name(self) -> str:
        """The call, for people."""
        return name_of(self.call)
