"""Paid once, at a price known before, and what becomes of a request whose answer was lost."""

from decimal import Decimal
from pathlib import Path

import pytest

from videofactory.domain.errors import EngineFailed, EngineRejected, OutcomeUnknown, Passing
from videofactory.domain.money import MILLIONTH
from videofactory.providers.registry import Model, registry
from videofactory.providers.roles import Delivered, Sought
from videofactory_tests.providers.contract.scenes import ASKED, PROMISED, pending
from videofactory_tests.providers.contract.stage import Case, Services, Stage, everybody, who_takes_time


@everybody
def test_its_price_is_known_before_and_is_the_most_it_can_cost(stage: Stage) -> None:
    engine = stage.engine()
    for request in ASKED[stage.case.model.role]:
        price = engine.price(request)
        delivered = stage.finished(engine, stage.send(engine, request))
        assert isinstance(price, Decimal)
        assert 0 < price == price.quantize(MILLIONTH) == engine.price(request)
        assert delivered.cost_usd is None or 0 <= delivered.cost_usd <= price


@everybody
def test_it_is_paid_once_and_brings_what_its_role_promises(stage: Stage) -> None:
    for number, request in enumerate(ASKED[stage.case.model.role], start=1):
        engine = stage.engine()
        delivered = stage.finished(engine, stage.send(engine, request))
        promised, files = PROMISED[type(request)], stage.files(delivered)
        assert files.keys() == promised.keys()
        for name, opened in promised.items():
            opened(files[name])
        assert (stage.twin.paid(), stage.submits()) == (number, number)
    assert stage.waits == []


@everybody
def test_a_line_that_breaks_before_it_is_accepted_is_not_called_the_engines_failure(stage: Stage) -> None:
    stage.order("submit", "cut_before")
    with pytest.raises((Passing, OutcomeUnknown)):
        stage.send(stage.engine())
    assert (stage.twin.paid(), stage.submits()) == (0, 1)


@everybody
def test_a_line_that_breaks_after_it_was_accepted_leaves_the_outcome_unknown(stage: Stage) -> None:
    stage.order("submit", "cut_after")
    with pytest.raises(OutcomeUnknown):
        stage.send(stage.engine())
    assert (stage.twin.paid(), stage.submits()) == (1, 1)


@everybody
@pytest.mark.parametrize("status", [409, 500])
def test_an_error_that_proves_nothing_is_never_answered_by_sending_again(stage: Stage, status: int) -> None:
    stage.order("submit", "error", value=status)
    engine = stage.engine()
    with pytest.raises((Passing, OutcomeUnknown) if engine.resend_is_free else OutcomeUnknown):
        stage.send(engine)
    assert (stage.twin.paid(), stage.submits()) == (0, 1)


@everybody
def test_an_answer_that_nobody_can_read_was_paid(stage: Stage) -> None:
    stage.order("submit", "invalid_json")
    with pytest.raises((OutcomeUnknown, EngineFailed)) as caught:
        stage.send(stage.engine())
    if isinstance(caught.value, EngineFailed):  # a sound that is none: the engine answered, and the answer's price is booked
        assert not stage.case.takes_time
        assert caught.value.cost_usd == stage.engine().price(stage.case.request)
    assert (stage.twin.paid(), stage.submits()) == (1, 1)


@who_takes_time
def test_another_process_asks_for_the_job(stage: Stage) -> None:
    job = pending(stage.send(stage.engine()))
    another = stage.engine()
    assert stage.files(stage.finished(another, job)).keys() == PROMISED[type(stage.case.request)].keys()
    assert stage.twin.paid() == 1


@everybody
def test_a_lost_answer_is_found_again_or_stays_unknown(stage: Stage) -> None:
    stage.order("submit", "cut_after")
    engine = stage.engine(callback="https://studio.invalid/calls")
    with pytest.raises(OutcomeUnknown):
        stage.send(engine)
    try:
        found = engine.find(stage.sought())
    except OutcomeUnknown:
        assert engine.findable_for == 0, "it says that it can be found"
        assert "client_id" not in stage.case.model.can
    else:
        assert found is not None, "it arrived, so nothing can prove that it did not"
        assert isinstance(stage.finished(engine, found), Delivered)
    assert (stage.twin.paid(), stage.submits()) == (1, 1)


@everybody
def test_what_never_arrived_is_proven_absent_by_our_id_alone(stage: Stage) -> None:
    engine, sought = stage.engine(), stage.sought()
    if "client_id" in stage.case.model.can:
        assert engine.find(Sought("another", request=sought.request, sent_at=sought.sent_at)) is None
        assert engine.findable_for > 0
        return
    with pytest.raises(OutcomeUnknown):
        engine.find(sought)


@pytest.mark.parametrize("model", [model for model in registry().models if not model.prices], ids=lambda model: model.id)
def test_nothing_is_bought_at_an_unknown_price(model: Model, twin: Services, tmp_path: Path) -> None:
    keys = model.keys or registry().providers[model.provider].keys[0]
    stage = Stage(Case(model, keys), twin=twin, folder=tmp_path, waits=[])
    with pytest.raises(EngineRejected, match="no price"):
        stage.engine().price(stage.case.request)
