"""The one door through which engines are asked, and money leaves: look, reserve, write down, send, keep, settle.

A call that is done is answered from the store. One that runs is joined, wherever it runs. One whose process died is taken over:
asked for by its job id, sent again where that is free, looked up by our token, or else parked for a person. Result bytes are in
the store before the call counts as done. What may be asked at all (lights, plans) is `studio.gate`.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from videofactory.domain.errors import CallParked, EngineFailed, FactoryError, Passing, Refused
from videofactory.domain.fingerprint import canonical, fingerprint
from videofactory.domain.footage import Artifact
from videofactory.ledger.calls import OPEN, Call, Calls, CallState, Order
from videofactory.providers.roles import Delivered, Engine, Pending, Receipt, RequestT, Role, Sought
from videofactory.store.artifacts import Artifacts

JOIN_WAIT = 0.1
"""Seconds between two looks at a call that somebody else holds."""


@dataclass(frozen=True)
class Bought:
    """What a purchase brought: the call as settled, its files, and whether it had been made before."""

    call: Call
    files: dict[str, Artifact]
    kept: bool


class Door:
    """Buys from engines, each distinct request once."""

    def __init__(self, calls: Calls, *, artifacts: Artifacts, sleep: Callable[[float], None] = time.sleep) -> None:
        self._calls = calls
        self._artifacts = artifacts
        self._sleep = sleep

    def buy(
        self, engine: Engine[RequestT], request: RequestT, *, role: Role, project: str, scene: str | None = None, take: int = 1
    ) -> Bought:
        """The engine's answer to this request, bought now or long ago.

        Raises what the engine raises (`Refused`, `EngineFailed`, `Passing` …) after it is written down, and `CallParked` when a
        person must settle the call first.
        """
        order = _order(engine, request, role=role, project=project, scene=scene, take=take)
        present = self._calls.look(order.fingerprint)
        if present is not None and present.state is CallState.DONE:
            if all(self._artifacts.has(artifact) for artifact in present.files.values()):
                return Bought(present, present.files, kept=True)
            self._lost(engine, present)
        while True:
            call, held = self._calls.reserve(order, price=engine.price(request))
            if held:
                return self._send(engine, request, call)
            if call.state is CallState.DONE:
                return Bought(call, call.files, kept=True)
            if call.state not in OPEN:
                raise _parked(call)
            mine = self._calls.adopt(order.fingerprint) if call.orphaned else None
            if mine is not None:
                return self._recover(engine, request, mine)
            self._sleep(JOIN_WAIT)

    def _lost(self, engine: Engine[RequestT], call: Call) -> None:
        words = "its results are no longer in the store"
        if not engine.resend_is_free:
            raise CallParked(f"{_name(call)} was paid for, but {words}.", remedy="Restore the store from a backup.")
        self._calls.reopen(call.fingerprint, problem=words)

    def _recover(self, engine: Engine[RequestT], request: RequestT, call: Call) -> Bought:
        """Go on with a call whose process died after it may have been sent."""
        if call.state is CallState.PENDING and call.external_id is not None:
            return self._follow(engine, call, Pending(call.external_id, wait=0))
        if engine.resend_is_free:
            return self._send(engine, request, call)
        found = self._find(engine, call)
        if found is None:
            return self._send(engine, request, call)
        return self._follow(engine, call, found)

    def _find(self, engine: Engine[RequestT], call: Call) -> Receipt | None:
        try:
            sent = datetime.fromisoformat(call.sent_at or call.created_at)
            return engine.find(Sought(call.token, request=call.request, sent_at=sent))
        except FactoryError as error:
            if isinstance(error, Passing):
                self._calls.let_go(call.fingerprint, problem=str(error))
                raise
            parked = self._calls.fail(call.fingerprint, state=CallState.PARKED, problem=str(error))
            raise _parked(parked) from error
        except BaseException:
            self._calls.let_go(call.fingerprint)
            raise

    def _send(self, engine: Engine[RequestT], request: RequestT, call: Call) -> Bought:
        sent = self._calls.sending(call.fingerprint)
        with self._written_down(sent, ends=(Exception,)):
            receipt = engine.submit(request, shelf=self._artifacts.path, token=sent.token)
        return self._follow(engine, sent, receipt)

    def _follow(self, engine: Engine[RequestT], call: Call, receipt: Receipt) -> Bought:
        """Wait for an accepted request and keep what it brings.

        Only the engine's own no ends the call here: whatever else breaks (the line, the disk, our code), the job may be finished
        and paid, so the next try asks for it again.
        """
        with self._written_down(call, ends=(Refused, EngineFailed)):
            return self._wait(engine, call, receipt)

    @contextmanager
    def _written_down(self, call: Call, *, ends: tuple[type[Exception], ...]) -> Iterator[None]:
        """Write down how the work failed, in the engine's own words, before anybody hears of it; `ends` settle the call."""
        try:
            yield
        except Exception as error:
            known = isinstance(error, FactoryError)
            problem = str(error) if known else f"{type(error).__name__}: {error}"
            if isinstance(error, ends):
                state = CallState.REFUSED if isinstance(error, Refused) else CallState.FAILED
                self._calls.fail(call.fingerprint, state=state, problem=problem)
            else:
                self._calls.let_go(call.fingerprint, problem=problem)
            if known:
                raise
            raise EngineFailed(f"{_name(call)} broke: {problem}", remedy="This is a defect of the engine; report it.") from error
        except BaseException:
            self._calls.let_go(call.fingerprint)
            raise

    def _wait(self, engine: Engine[RequestT], call: Call, receipt: Receipt) -> Bought:
        while isinstance(receipt, Pending):
            if receipt.external_id != call.external_id:
                call = self._calls.accepted(call.fingerprint, external_id=receipt.external_id)
            self._sleep(receipt.wait)
            receipt = engine.poll(receipt.external_id)
        return self._keep(call, receipt)

    def _keep(self, call: Call, delivered: Delivered) -> Bought:
        if not delivered.files:
            raise EngineFailed(f"{_name(call)} delivered nothing.", remedy="Try another engine.")
        files = {
            name: self._artifacts.put(payload.content, media_type=payload.media_type) for name, payload in delivered.files.items()
        }
        settled = self._calls.settle(
            call.fingerprint, files=files, cost=call.reserved_usd if delivered.cost_usd is None else delivered.cost_usd
        )
        return Bought(settled, files, kept=False)


def _order(engine: Engine[RequestT], request: RequestT, *, role: Role, project: str, scene: str | None, take: int) -> Order:
    text = canonical(request.model_dump(mode="json"))
    parts = {"engine": engine.id, "model": engine.model, "role": role, "request": text, "take": take}
    return Order(
        fingerprint=fingerprint(parts),
        project=project,
        scene=scene,
        take=take,
        role=role,
        engine=engine.id,
        model=engine.model,
        request=text,
    )


def _name(call: Call) -> str:
    where = f"{call.project}, {call.scene}" if call.scene else call.project
    return f"The {call.role} call to {call.engine} for {where} (take {call.take})"


def _parked(call: Call) -> CallParked:
    return CallParked(
        f"{_name(call)} was sent, and nobody knows what became of it ({call.problem or call.state}); "
        f"{call.reserved_usd} US dollars stay reserved.",
        remedy="Settle it with 'videofactory calls'.",
    )
