"""Projects: each source is one project, however often and by however many it is taken in."""

from datetime import UTC, datetime

import pytest

from videofactory.domain.errors import InvalidInput, NotFound
from videofactory.ledger.ledger import Ledger, open_ledger
from videofactory_tests.core import take_in
from videofactory_tests.processes import at_once


def _take_in(url: str, number: int) -> str:
    del number
    return take_in(open_ledger(url))


def test_a_source_is_taken_in_once(ledger: Ledger) -> None:
    first = ledger.projects.get(take_in(ledger))
    assert take_in(ledger) == first.key
    assert ledger.projects.all() == [first]
    assert (first.brief_version, first.cancelled_at) == (1, None)
    assert [line.what for line in ledger.audit.lines(first.key)] == ["project taken in"]


def test_eight_processes_take_the_same_source_in_once(ledger: Ledger, ledger_url: str) -> None:
    keys = at_once(8, _take_in, ledger_url)
    assert keys == [take_in(ledger)] * 8
    assert len(ledger.projects.all()) == 1
    assert len(ledger.audit.lines()) == 1


def test_a_changed_brief_is_a_new_version_of_the_same_project(ledger: Ledger) -> None:
    key = take_in(ledger)
    assert take_in(ledger, title="Another title", brief='{"a": 1}') == key
    changed = ledger.projects.get(key)
    assert (changed.brief, changed.title, changed.brief_version) == ('{"a": 1}', "Another title", 2)
    assert [line.what for line in ledger.audit.lines(key)] == ["project taken in", "review: brief"]


def test_other_channels_kinds_and_names_are_other_projects(ledger: Ledger) -> None:
    plain = {"channel": "harbour", "title": "One", "source_kind": "file", "source_id": "one.yaml", "brief": "{}"}
    others = [{}, {"channel": "park"}, {"source_kind": "notion", "title": "Two"}, {"source_id": "two.yaml"}]
    assert len({ledger.projects.take_in(**(plain | other)).key for other in others}) == 4


def test_a_key_that_another_source_has_is_refused_in_words(ledger: Ledger) -> None:
    def take(channel: str, title: str) -> str:
        return ledger.projects.take_in(channel=channel, title=title, source_kind="file", source_id="brief.yaml", brief="{}").key

    key = take("cafe", "Kids menu")
    with pytest.raises(InvalidInput, match=f"{key}, which exists.*another name"):
        take("cafe-kids", "Menu")
    assert len(ledger.projects.all()) == 1


def test_unknown_projects_are_not_found(ledger: Ledger) -> None:
    with pytest.raises(NotFound, match="no project 'nobody'"):
        ledger.projects.get("nobody")
    with pytest.raises(NotFound):
        ledger.projects.cancel("nobody", who="ada", why="no")


def test_cancelling_is_final_and_written_down(ledger_url: str) -> None:
    times = iter(datetime(2026, 1, 1, 0, 0, second, tzinfo=UTC) for second in range(60))
    ledger = open_ledger(ledger_url, clock=lambda: next(times))
    key = take_in(ledger)
    ledger.projects.cancel(key, who="ada", why="no longer needed")
    first = ledger.projects.get(key).cancelled_at
    ledger.projects.cancel(key, who="bo", why="again")
    assert first is not None
    assert ledger.projects.get(key).cancelled_at == first
    line = ledger.audit.lines(key)[1]
    assert (line.who, line.what, line.why) == ("ada", "project cancelled", "no longer needed")
