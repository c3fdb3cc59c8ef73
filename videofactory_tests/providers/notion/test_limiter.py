"""The one limiter: every request passes it, repetitions too; a wait Notion asks for holds everybody, however long."""

from itertools import pairwise
from pathlib import Path

import pytest

from videofactory.domain.errors import Busy
from videofactory.ledger.ledger import Ledger, open_ledger
from videofactory.ledger.limits import LONGEST_HOLD
from videofactory.providers.account import Account
from videofactory.providers.notion.client import PATIENCE, TOKEN, VERSION, Notion
from videofactory.studio.notion_access import Service, Shared, service
from videofactory_tests.clock import Clock
from videofactory_tests.processes import at_once
from videofactory_tests.providers.notion.desk import Room, account


def test_every_request_and_repetition_passes_the_limiter(room: Room) -> None:
    room.fails("me", "internal_server_error", times=2)
    room.notion.me()
    assert room.gate.entered == room.twin.asked("notion.me") == 3


def test_a_request_waits_its_turn_and_gives_up_when_that_is_long(room: Room) -> None:
    room.gate.waits = [0.4, 0.2]
    room.notion.me()
    assert room.slept == [0.4, 0.2]
    room.gate.waits = [PATIENCE + 1] * 9
    with pytest.raises(Busy) as error:
        room.notion.me()
    assert error.value.retry_after == PATIENCE + 1
    assert room.twin.asked("notion.me") == 1


@pytest.mark.parametrize("code", ["rate_limited", "service_overload"])
def test_a_wait_of_minutes_is_handed_on_and_holds_everybody(room: Room, code: str) -> None:
    room.fails("me", code, wait=300)
    with pytest.raises(Busy) as error:
        room.notion.me()
    assert error.value.retry_after == 300
    assert room.gate.holds == [300]
    assert room.twin.asked("notion.me") == 1


def test_a_short_wait_is_waited_here(room: Room) -> None:
    room.fails("me", "rate_limited", wait=2)
    room.notion.me()
    assert room.slept == [2]
    assert room.gate.holds == [2]


def test_two_processes_with_one_token_share_the_budget_and_the_holds(room: Room, tmp_path: Path) -> None:
    clock = Clock()
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    one, other = (_client(room, open_ledger(url, clock=clock), clock=clock) for _ in range(2))
    times = []
    for client in (one, other, one, other):
        client.me()
        times.append(clock().timestamp())
    assert [later - earlier for earlier, later in pairwise(times)] == [0, 10, 0], "two in ten seconds, whoever asks"
    clock.forward(10)
    room.fails("me", "rate_limited", wait=90)
    with pytest.raises(Busy):
        one.me()
    with pytest.raises(Busy) as error:
        other.me()
    assert error.value.retry_after == 90
    clock.forward(90)
    other.me()


def test_a_hold_is_no_longer_than_it_may_be_and_dies_with_a_clock_set_back(tmp_path: Path) -> None:
    clock = Clock()
    limits = open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}", clock=clock).limits
    assert limits.held("notion/a") == 0
    limits.hold("notion/a", seconds=2 * LONGEST_HOLD)
    assert limits.held("notion/a") == LONGEST_HOLD
    assert limits.held("notion/b") == 0
    clock.forward(-60)
    assert limits.held("notion/a") == 0


def test_what_the_product_knows_of_notion_keeps_to_the_published_figures() -> None:
    assert service().address == "https://api.notion.com"
    assert service().calls / service().seconds <= 180 / 60
    assert VERSION == "2026-03-11"


def _client(room: Room, ledger: Ledger, *, clock: Clock) -> Notion:
    shared = Shared(ledger.limits, gate="notion/a", budget=Service(address="", calls=2, seconds=10))
    known = account(room.twin, token="", slept=[], line=None)
    return Notion(type(known)("notion", known.bases, known.keys, sleep=clock.forward), limits=shared)


BUDGET = Service(address="", calls=5, seconds=2.0)


def _ask_often(url: str, ledger: str, number: int) -> int:
    """One process of several, which asks as fast as it may; how often it did."""
    del number
    known = Account("notion", bases={"notion": url}, keys={TOKEN: f"twin-{TOKEN}"})
    notion = Notion(known, limits=Shared(open_ledger(ledger).limits, gate="notion/a", budget=BUDGET))
    for _ in range(4):
        notion.me()
    return 4


def test_real_processes_together_never_send_more_than_the_budget(room: Room, tmp_path: Path) -> None:
    answers = at_once(3, _ask_often, room.twin.base("notion"), f"sqlite:///{tmp_path / 'ledger.db'}")
    assert answers == [4, 4, 4]
    assert room.twin.asked("notion.me") == 12
    assert room.space.busiest(BUDGET.seconds * 0.9) <= BUDGET.calls
