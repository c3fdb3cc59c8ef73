"""Whatever dies and whenever: each row is one project, each comment stands once, a withdrawn row leaves no money reserved."""

import itertools
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection

from videofactory.domain.errors import GateClosed
from videofactory.domain.money import ZERO, usd
from videofactory.domain.notion import SceneProperties
from videofactory.domain.review import Light, LightGiven
from videofactory.ledger.call import CallState
from videofactory.ledger.database import Database
from videofactory.ledger.purses import Purse
from videofactory.studio.notion.intake import AT_MOST
from videofactory.studio.reviewing import Desk
from videofactory_tests.core import order
from videofactory_tests.studio.home import taken_in
from videofactory_tests.studio.notion.office import Office
from videofactory_tests.studio.notion.test_final_review import cut, lights

WRITE = Database.write
TICK = 60.0
"""Seconds after which Dagster cuts a tick off."""


class PowerCutError(BaseException):
    """The process dies here."""


class Mains:
    """Cuts the power after so many transactions of the ledger, or when so many more begin; 0 for never."""

    def __init__(self) -> None:
        self.left = 0
        self.begins = 0

    @contextmanager
    def write(self, database: Database) -> Iterator[Connection]:
        """A transaction, which may be the last one."""
        self.begins -= 1
        if self.begins == 0:
            raise PowerCutError
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


class Unmetered:
    """A limiter that writes nothing down: every transaction is one of the desk's or the writer's own."""

    def enter(self) -> float:
        """At once."""
        return 0.0

    def hold(self, seconds: float) -> None:
        """Never asked for here."""


@pytest.fixture
def mains(office: Office, monkeypatch: pytest.MonkeyPatch) -> Mains:
    """The power of the processes of this test."""
    power = Mains()
    office.notion = office.line(Unmetered())
    monkeypatch.setattr(Database, "write", lambda mine: power.write(mine))  # noqa: PLW0108 - bound methods take no other self
    return power


def dies(mains: Mains, number: int, work: Callable[[], object]) -> bool:
    """Whether the work was cut off when its transaction of this number began: what it sent before that is there all the same."""
    mains.begins = number
    try:
        work()
    except PowerCutError:
        return True
    finally:
        mains.begins = 0
    return False


def settle(office: Office) -> None:
    """What the next ticks do."""
    for _ in range(2):
        office.read()
        office.write()


def comments(office: Office) -> list[str]:
    """All that was said to anybody."""
    return [words for page in office.space.pages for words in office.space.comments_of(page)]


@pytest.mark.parametrize("earlier", [None, "Red"], ids=["first film", "film made anew"])
def test_a_films_light_counts_whenever_the_process_died_that_showed_the_film(
    office: Office, mains: Mains, earlier: str | None
) -> None:
    died = []
    for number in itertools.count(1):
        project, page = office.drafted(title=f"Film {number}")
        desk = Desk(office.studio, project, reviewer="Ada")
        desk.light_all()
        desk.record()
        if earlier:
            cut(office, project, b"a film too long %d" % number)
            office.write()
            office.edit(page, film_light=earlier, film_feedback="too long")
            office.read()
        cut(office, project, b"film %d" % number)
        died.append(dies(mains, number, office.write))
        if not office.brief_row(page)["film"] or office.brief_row(page)["film_light"]:
            settle(office)  # its reviewer waits for it
        office.edit(page, film_light="Green", film_feedback="")
        settle(office)
        assert lights(office, project)[-1] == (Light.GREEN, ""), number
        assert len(lights(office, project)) == 1 + bool(earlier)
        assert (comments(office), office.brief_row(page)["film_light"]) == ([], "Green"), number
        if not died[-1]:
            break
    assert len(died) > 5, "the power was never cut"


@pytest.mark.parametrize("take", [1, 2])
def test_a_scenes_light_counts_whenever_the_process_died_that_showed_the_take(office: Office, mains: Mains, take: int) -> None:
    died = []
    for number in itertools.count(1):
        page = office.ask(title=f"Film {number}")
        office.sweep()
        project = next(one.key for one in office.studio.ledger.projects.all() if one.source_id == page)
        office.studio.values.write("brief", project, taken_in(office.studio, project))
        office.draft(project)
        if take > 1:
            office.write()
            office.decide(row_of(office, project)["id"], light="Yellow", feedback="warmer")
            office.read()
            office.draft(project, takes=2, entries=1, prompt=f"a warmer cup {number}")
        died.append(dies(mains, number, office.write))
        seen = row_of(office, project)
        if not seen or seen["light"]:
            settle(office)
            seen = row_of(office, project)
        office.decide(seen["id"], light="Green")
        settle(office)
        log = office.studio.ledger.reviews.log(project)
        assert [(one.take, one.light) for one in log if isinstance(one, LightGiven)][-1] == (take, Light.GREEN), number
        assert len(log) == take, "nothing that we wrote ourselves is taken for an edit"
        assert comments(office) == [], number
        if not died[-1]:
            break
    assert len(died) > 5, "the power was never cut"


def row_of(office: Office, project: str) -> dict[str, Any]:
    """The row of a project's second scene; empty while there is none."""
    names = SceneProperties().model_dump()
    rows = [row for row in office.space.rows(office.scenes) if row.get(names["key"]) == f"{project}/scene-02"]
    return {"id": rows[0]["id"], **{field: rows[0].get(name) for field, name in names.items()}} if rows else {}


def test_a_refused_light_is_answered_once_whenever_the_process_died_that_answered(office: Office, mains: Mains) -> None:
    project, _ = office.drafted()
    page = office.scene_rows()["scene-02"]["id"]
    for number in itertools.count(1):
        desk = Desk(office.studio, project, reviewer="Ada")
        desk.light(2, Light.YELLOW, feedback=f"brighter {number}")
        desk.record()
        office.decide(page, light="Red", feedback=f"darker {number}")
        died = dies(mains, number, office.read)
        settle(office)
        assert len([words for words in office.space.comments_of(page) if f"Red: darker {number}" in words]) == 1, number
        office.draft(project, takes=number + 1, entries=number)
        settle(office)
        if not died:
            break
    assert number > 3, "the power was never cut"


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
        assert len(looks) <= math.ceil(1000 / AT_MOST)
    assert max(looks) < TICK, looks
    began = time.monotonic()
    again = office.sweep()
    assert (again.taken, again.changed, again.left) == ([], [], 0)
    assert time.monotonic() - began < TICK
