"""Notion's webhooks in the ledger: a token is taken once while the window is open, an event counts once, no nudge is lost."""

import pytest

from videofactory.ledger.ledger import Ledger, open_ledger
from videofactory_tests.clock import Clock
from videofactory_tests.processes import at_once

DAY = 86_400.0


def heard(ledger: Ledger, event: str, *, nudges: str | None = "films") -> bool:
    """An event of the channel's address."""
    return ledger.notion_hooks.heard("harbour", event, nudges=nudges, memory=DAY)


def test_an_address_takes_one_token_while_it_is_open(timed: Ledger, clock: Clock) -> None:
    hooks = timed.notion_hooks
    assert (hooks.of("harbour"), hooks.shut("harbour")) == (None, False)
    hooks.open("harbour", bot="us", seconds=900, who="ada")
    assert [hooks.shut("harbour"), hooks.shut("harbour")] == [True, False]
    hooks.open("harbour", bot="us", seconds=900, who="ada")
    clock.forward(901)
    assert hooks.shut("harbour") is False
    assert [(line.who, line.what) for line in timed.audit.lines()] == [
        ("ada", "webhook opened"),
        ("notion", "webhook token taken"),
        ("ada", "webhook opened"),
    ]


def test_an_event_counts_once_for_as_long_as_it_is_remembered(timed: Ledger, clock: Clock) -> None:
    timed.notion_hooks.open("harbour", bot="us", seconds=900, who="ada")
    assert [heard(timed, "one"), heard(timed, "one"), heard(timed, "two")] == [True, False, True]
    assert timed.notion_hooks.heard("another", "one", nudges=None, memory=DAY), "another address has events of its own"
    hook = timed.notion_hooks.of("harbour")
    assert hook is not None
    assert hook.heard_at == timed.database.stamp()
    clock.forward(DAY)
    assert not heard(timed, "one")
    clock.forward(1)
    assert heard(timed, "one"), "what is forgotten is too old to be believed anyway"


def test_a_nudge_given_while_somebody_looks_is_not_lost(ledger: Ledger) -> None:
    heard(ledger, "one")
    heard(ledger, "two")
    before = ledger.notion_hooks.nudges()
    assert list(before) == ["films"]
    heard(ledger, "three")
    ledger.notion_hooks.looked(before)
    after = ledger.notion_hooks.nudges()
    assert list(after) == ["films"]
    ledger.notion_hooks.looked(after)
    assert ledger.notion_hooks.nudges() == {}
    heard(ledger, "four", nudges=None)
    assert ledger.notion_hooks.nudges() == {}


def _hear(url: str, number: int) -> bool:
    ledger = open_ledger(url)
    return heard(ledger, "the same") or heard(ledger, f"own {number}") is None


@pytest.mark.timeout(120)
def test_of_deliveries_of_one_event_that_come_at_once_one_counts(ledger_url: str, ledger: Ledger) -> None:
    assert sorted(at_once(4, _hear, ledger_url)) == [False, False, False, True]
    assert list(ledger.notion_hooks.nudges()) == ["films"]
