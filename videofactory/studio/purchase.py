"""The one door through which engines are asked, and money leaves: look, reserve, write down, send, keep, settle.

A call that is done is answered from the store. One that runs is joined, wherever it runs. One whose process died is taken over:
asked for by its job id, sent again where that is cheap, looked up by our token, or else parked for a person; always at the
service it was sent to. How a held call goes on is `studio.dispatch`; under which terms is `studio.budgets`; what may be asked at
all (lights) is `studio.gate`.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from decimal import Decimal
from typing import Any

from videofactory.domain.errors import CallParked, EngineFailed, FactoryError, Lasting, Refused
from videofactory.domain.fingerprint import canonical, fingerprint
from videofactory.ledger.call import OPEN, OVER, Call, CallState, Order
from videofactory.ledger.ledger import Ledger
from videofactory.providers.roles import Engine, Pending, Request, RequestT, Role
from videofactory.store.artifacts import Artifacts
from videofactory.studio.dispatch import Dispatch
from videofactory.studio.fetching import Fetcher
from videofactory.studio.heart import Heart
from videofactory.studio.patience import PATIENCE
from videofactory.studio.steps import Steps, run
from videofactory.studio.terms import Bought, Terms, broken, name_of, parked

JOIN_WAIT, JOIN_WAIT_MOST = 0.1, 2.0
"""Seconds between two looks at a call that somebody else holds: at first, and after a while."""
FREE = Terms()
"""The terms of engines that cost nothing."""
_AT_WORK: set[str] = set()
"""The fingerprints this process works on, through whichever door."""
_TAKING = threading.Lock()
Elsewhere = Callable[[Call], Engine[Any] | None]
"""Finds the engine a call was sent to (by the identity written down then) when it is not the one asked now."""


class Door:
    """Buys from engines, each distinct request once."""

    def __init__(
        self,
        ledger: Ledger,
        *,
        artifacts: Artifacts,
        sleep: Callable[[float], None] = time.sleep,
        elsewhere: Elsewhere = lambda _: None,
    ) -> None:
        self._ledger = ledger
        self._artifacts = artifacts
        self.sleep = sleep
        self._elsewhere = elsewhere
        self._fetcher = Fetcher(artifacts)
        self._heart = Heart(ledger.calls)

    def buy(
        self,
        engine: Engine[RequestT],
        request: RequestT,
        *,
        role: Role,
        project: str,
        scene: str | None = None,
        take: int = 1,
        terms: Terms = FREE,
    ) -> Bought:
        """The engine's answer to this request, bought now or long ago; waits until it is there.

        Raises what the engine raises (`Refused`, `EngineFailed`, `Passing` …) after it is written down, `TooDear` before anything
        is, and `CallParked` when a person must settle the call first.
        """
        order = order_of(engine, request, role=role, project=project, scene=scene, take=take, terms=terms)
        return run(self.buying(engine, request, order=order, terms=terms), sleep=self.sleep)

    def buying(self, engine: Engine[RequestT], request: RequestT, *, order: Order, terms: Terms) -> Steps[Bought]:
        """The same in steps, for many at once."""
        present = self._ledger.calls.look(order.fingerprint)
        if present is not None and present.state is CallState.DONE:
            if all(self._artifacts.has(artifact) for artifact in present.files.values()):
                return Bought(present, present.files, kept=True)
            if present.external_id is not None and not engine.resend_is_free:
                return (yield from self._fetched_again(engine, request, present, terms=terms))
            self._lost(engine, present)
        pause, joined = JOIN_WAIT, False
        while True:
            call, held, adopted = self._taken(order, price=engine.price(request), terms=terms, anew=not joined)
            if held:
                dispatch = self._dispatch(engine, request, call, terms)
                return (yield from self._guarded(call, dispatch.send(), metered=engine.metered))
            if call.state is CallState.DONE:
                return Bought(call, call.files, kept=True)
            if adopted:
                asked = self._sent_to(engine, call)
                steps = self.going_on(asked, request, call, terms=terms)
                return (yield from self._guarded(call, steps, metered=asked.metered))
            if call.state in OVER:
                raise _ended_meanwhile(call)
            if call.state not in OPEN:
                raise parked(call)
            yield pause
            pause, joined = min(JOIN_WAIT_MOST, pause * 1.5), True

    def _taken(self, order: Order, *, price: Decimal, terms: Terms, anew: bool) -> tuple[Call, bool, bool]:
        """The call as it stands; whether this thread holds it to send it; whether it took it over from one who left it.

        One thread of a process at a time: between the ledger's answer and the note that somebody here is at work on the call,
        no other one may look at both.
        """
        with _TAKING:
            call, held = self._ledger.calls.reserve(order, price=price, purses=terms.purses, anew=anew)
            left = call.mine and not held and order.fingerprint not in _AT_WORK
            adopted = self._ledger.calls.adopt(order.fingerprint, left_by_me=left) if left or call.orphaned else None
            if held or adopted is not None:
                _AT_WORK.add(order.fingerprint)
            return adopted or call, held, adopted is not None

    def going_on(self, engine: Engine[RequestT], request: RequestT, call: Call, *, terms: Terms) -> Steps[Bought]:
        """Go on with a call of a process that died, now held by this one, at the engine it was sent to."""
        dispatch = self._dispatch(engine, request, call, terms)
        if call.state is CallState.RESERVED:
            return dispatch.send()  # it died before it sent anything: there is nothing to book and nothing to look up
        if call.external_id is not None:
            return dispatch.follow(Pending(call.external_id, wait=0))
        return dispatch.resend() if engine.resend_is_free else dispatch.look_up()

    def settle(self, call: Call) -> Call:
        """Take in what became of a call whose process died, without waiting and without buying anything; how it stands now.

        What is not finished yet is left to the next look. A cheap call whose answer was lost is booked as paid. A call whose
        service is not configured any more is left as it is: a person settles it with 'videofactory calls'.
        """
        calls = self._ledger.calls
        mine = calls.adopt(call.fingerprint)
        if mine is None:
            return calls.look(call.fingerprint) or call
        if mine.state is CallState.RESERVED:
            return calls.fail(mine.fingerprint, state=CallState.FAILED, problem="never sent: its process died")
        try:
            engine = self._elsewhere(mine)
        except BaseException:
            self._let_go(mine)
            raise
        if engine is None:
            self._let_go(mine)
            return mine
        if engine.resend_is_free and mine.external_id is None:
            words = "its answer was lost with its process; booked as paid"
            return calls.fail(mine.fingerprint, state=CallState.FAILED, problem=words, cost=mine.reserved_usd)
        dispatch = self._dispatch(engine, None, mine, FREE)
        dispatch.may_send = False
        known = mine.external_id
        steps = dispatch.look_up() if known is None else dispatch.follow(Pending(known, wait=0))
        _one_look(self._guarded(mine, steps, metered=engine.metered))
        return calls.look(mine.fingerprint) or mine

    def _fetched_again(self, engine: Engine[RequestT], request: RequestT, call: Call, *, terms: Terms) -> Steps[Bought]:
        """The files of a paid call, from the engine's job once more, because the store has lost them; nothing is bought."""
        mine = self._ledger.calls.refetch(call.fingerprint)
        dispatch = self._dispatch(self._sent_to(engine, mine), request, mine, terms)
        steps = dispatch.follow(Pending(mine.external_id or "", wait=0))
        return (yield from self._guarded(mine, steps, metered=engine.metered))

    def _dispatch(self, engine: Engine[Any], request: Any, call: Call, terms: Terms) -> Dispatch[Any]:  # noqa: ANN401 - any role's
        return Dispatch(
            engine=engine,
            request=request,
            call=call,
            terms=terms,
            patience=PATIENCE[call.role],  # type: ignore[index]  # a call's role was a Role when it was written down
            ledger=self._ledger,
            artifacts=self._artifacts,
            fetcher=self._fetcher,
            now=self._ledger.database.time,
        )

    def _guarded(self, call: Call, steps: Steps[Bought], *, metered: bool) -> Steps[Bought]:
        """The steps; whatever stops them, a call that is not over is let go, so that the next one takes it up at once."""
        with self._heart.beating(metered=metered), self._at_work(call):
            try:
                return (yield from steps)
            except FactoryError as error:
                self._let_go(call, str(error))
                raise
            except Exception as error:
                self._let_go(call, f"{type(error).__name__}: {error}")
                raise broken(call, error) from error
            except BaseException:
                self._let_go(call)
                raise

    @contextmanager
    def _at_work(self, call: Call) -> Iterator[None]:
        """Known in this process as being worked on: what it holds otherwise was left by a ledger that was away."""
        _AT_WORK.add(call.fingerprint)
        try:
            yield
        finally:
            _AT_WORK.discard(call.fingerprint)

    def _leave(self, call: Call) -> None:
        """Let a call go that was taken over, and never worked on."""
        _AT_WORK.discard(call.fingerprint)
        self._let_go(call)

    def _let_go(self, call: Call, problem: str | None = None) -> None:
        with suppress(Exception):  # what broke may be the ledger itself; then the lease runs out
            self._ledger.calls.let_go(call.fingerprint, problem=problem)

    def _sent_to(self, engine: Engine[RequestT], call: Call) -> Engine[RequestT]:
        if call.identity in {"", engine.identity} or call.state is CallState.RESERVED:
            return engine
        try:
            other = self._elsewhere(call)
        except BaseException:
            self._leave(call)
            raise
        if other is None:
            self._leave(call)
            raise Lasting(
                f"{name_of(call)} was sent to {call.identity}, which is not configured any more.",
                remedy="Set that address and key again until it is settled, or settle it with 'videofactory calls'.",
            )
        return other

    def _lost(self, engine: Engine[RequestT], call: Call) -> None:
        words = "its results are no longer in the store"
        if not engine.resend_is_free:
            raise CallParked(f"{name_of(call)} was paid for, but {words}.", remedy="Restore the store from a backup.")
        self._ledger.calls.reopen(call.fingerprint, problem=words)


def _ended_meanwhile(call: Call) -> FactoryError:
    """What the call we waited for ended with: who joined it does not start it once more."""
    kind = Refused if call.state is CallState.REFUSED else EngineFailed
    return kind(f"{name_of(call)}, which somebody else made meanwhile, ended: {call.problem}")


def _one_look(steps: Steps[Bought]) -> None:
    """Go as far as it goes without waiting; what fails is in the ledger."""
    with suppress(StopIteration, FactoryError):
        while next(steps) == 0:
            pass
    steps.close()


def order_of(
    engine: Engine[Any], request: Request, *, role: Role, project: str, scene: str | None, take: int, terms: Terms = FREE
) -> Order:
    """What is asked of an engine, as the ledger writes it down; its fingerprint is over all that the answer depends on."""
    text = canonical(request.model_dump(mode="json"))
    model = engine.model_for(request)
    parts = {"engine": engine.id, "model": model, "role": role, "request": text, "take": take}
    return Order(
        fingerprint=fingerprint(parts),
        project=project,
        channel=terms.channel,
        scene=scene,
        take=take,
        role=role,
        engine=engine.id,
        model=model,
        request=text,
    )
