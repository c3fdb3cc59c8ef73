"""Whatever dies and whenever: each row is one project, each comment stands once, a withdrawn row leaves no money reserved."""

import itertools
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection

from videofactory.domain.errors import GateClosed
from videofactory.domain.money import ZERO, usd
from videofactory.ledger.call import CallState
from videofactory.ledger.database import Database
from videofactory.ledger.purses import Purse
from videofactory_tests.core import order
from videofactory_tests.studio.notion.office import Office

WRITE = Database.write
TICK = 60.0
"""Seconds after which Dagster cuts a tick off."""


class PowerCutError(BaseException):
    """The process dies here."""


class Mains:
    """Cuts the power after so many transactions of the ledger; 0 for never."""

    def __init__(self) -> None:
        self.left = 0

    @contextmanager
    def write(self, database: Database) -> Iterator[Connection]:
        """A transaction, which may be the last one."""
        with WRITE(database) as connection:
            yield connection
        self.left -= 1
        if self.left == 0:
            raise PowerCutError


def test_a_process_may_die_after_any_of_its_transactions(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    mains = Mains()
    monkeypatch.setattr(Database, "write", lambda mine: mains.write(mine))  # noqa: PLW0108 - bound methods take no other self
    for number in itertools.count(1):
        good, bad = office.ask(title=f"Cup {number}"), office.ask(title=f"Bad cup {number}", seconds=1)
        mains.left = number
        try:
            office.sweep()
            office.write()
        except PowerCutError:
            died = True
        else:
            died = False
        mains.left = 0
        office.sweep()
        office.write()
        projects = office.studio.ledger.projects.all()
        assert [one.brief_version for one in projects if one.source_id == good] == [1]
        assert len(projects) == number
        assert office.brief_row(good)["state"] == "Queued"
        assert (len(office.space.comments_of(good)), len(office.space.comments_of(bad))) == (0, 1)
        if not died:
            break
    assert number > 5, "the power was never cut"


def test_what_was_reserved_for_a_withdrawn_row_and_never_sent_is_given_back(office: Office) -> None:
    page = office.ask()
    office.sweep()
    (project,) = office.keys()
    purse = Purse(scope="project", name=project, limit=usd(5))
    calls = office.studio.ledger.calls
    calls.reserve(order(project), price=usd(2), purses=[purse])
    calls.let_go("f" * 64)
    office.edit(page, status="Idea")
    office.sweep()
    call = calls.look("f" * 64)
    assert call is not None
    assert call.state is CallState.FAILED
    assert office.studio.ledger.purses.balance("project", project).reserved_usd == ZERO
    with pytest.raises(GateClosed, match="cancelled"):
        calls.reserve(order(project, fingerprint="e" * 64), price=usd(2), purses=[purse])


@pytest.mark.soak
def test_a_thousand_rows_are_taken_in_and_no_look_is_longer_than_a_tick(office: Office) -> None:
    for number in range(1000):
        office.ask(title=f"Cup {number}")
    looks: list[float] = []
    while len(office.keys()) < 1000:
        began = time.monotonic()
        office.sweep(seconds=25)
        looks.append(time.monotonic() - began)
        assert len(looks) < 10
    assert max(looks) < TICK, looks
    began = time.monotonic()
    again = office.sweep()
    assert (again.taken, again.changed, again.left) == ([], [], 0)
    assert time.monotonic() - began < TICK
