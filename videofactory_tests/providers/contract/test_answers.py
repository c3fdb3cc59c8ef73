"""What the service says, and what the adapter makes of it: busy, broken, refused, failed, closed; and no key in any text."""

import pytest

from videofactory.domain.errors import Busy, EngineFailed, EngineRejected, FactoryError, Passing, Refused
from videofactory.providers.roles import Delivered, Link
from videofactory_tests.providers.contract.scenes import NO, pending
from videofactory_tests.providers.contract.stage import Stage, everybody, who_takes_time


@everybody
def test_busy_says_how_long_and_nothing_is_paid(stage: Stage) -> None:
    stage.order("submit", "busy", value=7)
    with pytest.raises(Busy) as caught:
        stage.send(stage.engine())
    assert caught.value.retry_after == 7
    assert (stage.twin.paid(), stage.submits()) == (0, 1)


@everybody
def test_a_closed_account_is_our_fault_and_says_what_to_do(stage: Stage) -> None:
    stage.order("submit", "error", value=401)
    with pytest.raises(EngineRejected) as caught:
        stage.send(stage.engine())
    assert caught.value.remedy
    assert (stage.twin.paid(), stage.submits()) == (0, 1)


@everybody
def test_a_wrong_key_is_our_fault_and_stands_in_no_text(stage: Stage) -> None:
    keys = {name: f"wrong-{name}" for name in stage.case.keys}
    with pytest.raises(EngineRejected) as caught:
        stage.send(stage.engine(**keys))
    assert caught.value.remedy
    assert not any(f"wrong-{name}" in str(caught.value) for name in stage.case.keys if stage.secrets())
    assert stage.twin.paid() == 0


@everybody
def test_a_refusal_carries_the_engines_own_words(stage: Stage) -> None:
    stage.order("submit", "refuse", words=NO)
    engine = stage.engine()
    with pytest.raises(Refused) as caught:
        stage.finished(engine, stage.send(engine))
    assert stage.case.named("refusal").removeprefix("prompt ") in caught.value.message
    assert stage.submits() == 1


@everybody
def test_a_failed_job_is_the_engines_failure(stage: Stage) -> None:
    stage.order("submit", stage.case.named("fails"), words="the kiln exploded")
    engine = stage.engine()
    with pytest.raises(EngineFailed) as caught:
        stage.finished(engine, stage.send(engine))
    assert not isinstance(caught.value, EngineRejected)
    assert (stage.twin.paid(), stage.submits()) == (1, 1)


@who_takes_time
@pytest.mark.parametrize(("fault", "value"), [("error", 500), ("busy", 0), ("cut_before", 0)])
def test_a_question_that_fails_ends_no_job(stage: Stage, fault: str, value: float) -> None:
    engine = stage.engine()
    job = pending(stage.send(engine))
    stage.order("poll", fault, times=3, value=value)
    with pytest.raises(Passing):
        engine.poll(job.external_id)
    assert isinstance(stage.finished(engine, job), Delivered)
    assert (stage.twin.paid(), stage.submits(), len(stage.waits)) == (1, 1, 2)


@who_takes_time
def test_a_key_that_closed_meanwhile_ends_no_job(stage: Stage) -> None:
    engine = stage.engine()
    job = pending(stage.send(engine))
    stage.order("poll", "error", times=3, value=401)
    with pytest.raises((Passing, EngineRejected)):
        engine.poll(job.external_id)
    stage.twin.world.faults.clear()
    assert isinstance(stage.finished(engine, job), Delivered)


@who_takes_time
def test_an_unreadable_answer_to_a_question_ends_no_job(stage: Stage) -> None:
    engine = stage.engine()
    job = pending(stage.send(engine))
    stage.order("poll", "invalid_json")
    with pytest.raises(Passing):
        engine.poll(job.external_id)
    assert isinstance(stage.finished(engine, job), Delivered)


@everybody
def test_no_text_holds_a_key(stage: Stage) -> None:
    engine = stage.engine()
    delivered = stage.finished(engine, stage.send(engine))
    stage.order("submit", "error", value=400, words=f"what is {' or '.join(stage.secrets())}?")
    with pytest.raises(FactoryError) as caught:
        stage.send(engine)
    error = caught.value
    texts = [str(error), repr(error), error.message, error.remedy, engine.identity, repr(engine), repr(stage.account())]
    texts += [
        repr(delivered),
        *(repr(link) for link in delivered.links.values()),
        *(link.url for link in delivered.links.values()),
    ]
    assert [text for text in texts for secret in stage.secrets() if secret in text] == []


def test_a_link_shows_no_key() -> None:
    assert "secret" not in repr(Link("https://host/clip", "video/mp4", headers={"Authorization": "secret"}))
