"""One held call before the engine has it for certain: sent, sent again, or looked up. What follows is `studio.following`.

Each way is a generator that yields the seconds it waits (`studio.steps`). Every change is in the ledger before the next thing
happens; an error is written down before anybody hears of it. What may be sent again, and what never, is decided here:

    certainly not accepted              sent again, as often as its kind of call allows
    lost, and cheap (`resend_is_free`)  booked at its price and sent again
    lost, and dear                      looked up; sent again only when the engine proves that it never arrived; else parked
    accepted                            only the engine's own no ends it: whatever else breaks, the next try asks for it again
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from videofactory.domain.errors import (
    AnswerUnreadable,
    BreakerOpen,
    Busy,
    CallParked,
    FactoryError,
    NeedsPerson,
    OutcomeUnknown,
    Passing,
)
from videofactory.providers.roles import Pending, RequestT, Sought
from videofactory.studio.following import LOOK_AGAIN, READINGS, Following
from videofactory.studio.steps import Steps
from videofactory.studio.terms import Bought, broken, parked

ROOM_WAIT = 2.0
"""Seconds between two looks whether the engine has room for one more call."""


@dataclass
class Dispatch(Following[RequestT]):
    """A held call from before it is sent to its end."""

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
                raise broken(self.call, error) from error
            else:
                return (yield from self.follow(receipt))

    def resend(self) -> Steps[Bought]:
        """A cheap call whose answer was lost with a process that died: booked, and sent again."""
        self._book_lost(OutcomeUnknown("the process that sent it died before it had the answer"))
        return (yield from self.send())

    def look_up(self) -> Steps[Bought]:
        """Find out what became of a dear call whose answer was lost. Raises `CallParked` when nobody can."""
        sent = datetime.fromisoformat(self.call.sent_at or self.call.created_at)
        sought = Sought(self.call.token, request=self.call.request, sent_at=sent)
        until, end = sent + timedelta(seconds=self.engine.findable_for), self._patient_until()
        wrong = 0
        while True:
            told = self.ledger.calls.look(self.call.fingerprint)
            if told is not None and told.external_id is not None:  # the engine reported it meanwhile
                return (yield from self.follow(Pending(told.external_id, wait=0)))
            try:
                receipt = self.engine.find(sought)
            except (Passing, AnswerUnreadable):
                wrong += 1
                if wrong >= READINGS:
                    raise
            except FactoryError as error:
                if not isinstance(error, OutcomeUnknown) or self.now() >= until:
                    raise self._parked(error) from error
            else:
                if receipt is not None:
                    return (yield from self.follow(receipt))
                if self.now() >= until:
                    return (yield from self._never_arrived())
            self._require_time(end)
            yield LOOK_AGAIN

    def _admission(self) -> Steps[None]:
        """Wait in line for the rate limits and for room at the engine, ask the breaker, and write down that it is sent now."""
        end = self._patient_until()
        if self.engine.metered:
            while (pause := self.ledger.limits.enter_all(self.terms.gates)) > 0:
                yield pause
            self._ask_breaker()
        while True:
            try:
                self.terms.allowed()
                self.call = self.ledger.calls.sending(self.call.fingerprint, identity=self.engine.identity, room=self.engine.room)
            except Busy as error:
                if self.now() >= end:
                    self._end(error)
                    raise
                yield ROOM_WAIT
            except NeedsPerson as error:
                self._end(error)
                raise
            else:
                return

    def _ask_breaker(self) -> None:
        closed_for = self.ledger.breakers.ask(self.engine.id)
        if closed_for > 0:
            error = BreakerOpen(
                f"{self.engine.id} failed so often that it is left alone for {closed_for:.0f} s more.",
                remedy="Wait, or choose another engine for the scene.",
                retry_after=closed_for,
            )
            self._end(error)
            raise error

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

    def _parked(self, error: FactoryError) -> CallParked:
        self.call = self.ledger.calls.park(self.call.fingerprint, problem=str(error))
        return parked(self.call)
