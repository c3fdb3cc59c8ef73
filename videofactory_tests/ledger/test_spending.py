"""Spending: sums by the database, over every call or a share of them."""

from decimal import Decimal

from videofactory.domain.money import ZERO, usd
from videofactory.ledger.call import CallState
from videofactory.ledger.ledger import Ledger
from videofactory.ledger.spending import Share
from videofactory_tests.clock import Clock
from videofactory_tests.core import order, take_in

DAY = 86_400
NOVEMBER, DECEMBER = "2026-11", "2026-12"


def _buy(ledger: Ledger, project: str, key: str, cost: str, **fields: object) -> None:
    asked = order(project, fingerprint=key * 64).model_copy(update={"channel": "harbour", **fields})
    ledger.calls.reserve(asked, price=usd(1))
    ledger.calls.settle(key * 64, files={}, cost=usd(cost))


def test_sums_by_every_part(timed: Ledger, clock: Clock) -> None:
    one, two = take_in(timed), take_in(timed, source="two.yaml")
    _buy(timed, one, "a", "0.10")
    _buy(timed, one, "b", "0.000001", scene=None, engine="luma")
    clock.forward(11 * DAY)  # the first of December
    _buy(timed, two, "c", "0.20", channel="quay", scene="scene-02")
    timed.calls.reserve(order(two, fingerprint="d" * 64), price=usd(5))  # reserved is not spent
    idle = take_in(timed, source="idle.yaml")
    timed.calls.reserve(order(idle, fingerprint="e" * 64), price=ZERO)
    spending = timed.spending
    assert spending.total() == Decimal("0.300001")
    assert spending.by("project") == {one: usd("0.100001"), two: usd("0.20")}
    assert spending.paying_projects(Share(month=NOVEMBER)) == [one]
    assert spending.paying_projects(Share()) == sorted([one, two])
    assert spending.by("engine") == {"kling": usd("0.30"), "luma": usd("0.000001")}
    assert spending.by("channel") == {"harbour": usd("0.100001"), "quay": usd("0.20")}
    assert spending.by("month") == {NOVEMBER: usd("0.100001"), DECEMBER: usd("0.20")}
    assert spending.by("scene", Share(project=one)) == {"": usd("0.000001"), "scene-01": usd("0.10")}
    assert spending.by_day_and_engine(Share(month=NOVEMBER)) == {
        "kling": {"2026-11-20": usd("0.10")},
        "luma": {"2026-11-20": usd("0.000001")},
    }


def test_a_share_narrows_every_sum(timed: Ledger, clock: Clock) -> None:
    project = take_in(timed)
    _buy(timed, project, "a", "0.10")
    clock.forward(11 * DAY)
    _buy(timed, project, "b", "0.20", channel="quay")
    assert timed.spending.total(Share(month=NOVEMBER)) == usd("0.10")
    assert timed.spending.total(Share(channel="quay")) == usd("0.20")
    assert timed.spending.total(Share(channel="quay", month=NOVEMBER)) == ZERO
    assert timed.spending.total(Share(project="nobody")) == ZERO
    assert timed.spending.by("engine", Share(month=DECEMBER)) == {"kling": usd("0.20")}


def test_what_a_lost_attempt_cost_counts_before_the_call_is_settled(timed: Ledger) -> None:
    project = take_in(timed)
    timed.calls.reserve(order(project), price=usd("0.35"))
    timed.calls.sending("f" * 64)
    timed.calls.lost("f" * 64, problem="cut")
    assert timed.spending.by("month") == {NOVEMBER: usd("0.35")}
    timed.calls.fail("f" * 64, state=CallState.FAILED, problem="no")
    assert timed.spending.total() == usd("0.35")
