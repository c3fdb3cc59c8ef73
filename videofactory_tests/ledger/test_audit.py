"""The audit log: lines in order, inside the transaction of what they tell of."""

import json

from videofactory.ledger.audit import FACTORY
from videofactory.ledger.ledger import Ledger
from videofactory_tests.core import take_in


def test_lines_say_who_what_when_where_and_why(ledger: Ledger) -> None:
    ledger.audit.note("looked", who="ada", project="p", scene="scene-01", why="curious", detail={"b": "ñ", "a": 1})
    ledger.audit.note("slept")
    first, second = ledger.audit.lines()
    assert (first.who, first.what, first.project, first.scene, first.why) == ("ada", "looked", "p", "scene-01", "curious")
    assert first.detail == '{"a": 1, "b": "ñ"}'
    assert first.at <= second.at
    assert (second.who, second.project, second.why, json.loads(second.detail)) == (FACTORY, None, "", {})
    assert ledger.audit.lines("p") == [first]


def test_a_line_belongs_to_its_transaction(ledger: Ledger) -> None:
    with ledger.database.write() as connection:
        ledger.audit.note("inside", within=connection)
        with ledger.database.read() as other:
            assert other.exec_driver_sql("select count(*) from audit").scalar() == 0
    assert [line.what for line in ledger.audit.lines()] == ["inside"]


def test_each_project_has_its_own_lines(ledger: Ledger) -> None:
    one, two = take_in(ledger), take_in(ledger, source="two.yaml")
    assert {line.project for line in ledger.audit.lines(one)} == {one}
    assert len(ledger.audit.lines()) == len(ledger.audit.lines(one)) + len(ledger.audit.lines(two)) == 2
