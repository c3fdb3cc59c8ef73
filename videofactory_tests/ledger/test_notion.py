"""Notion's rows in the ledger: kept by page, read once by whoever is first, together with what was decided in them."""

import pytest

from videofactory.domain.errors import Conflict
from videofactory.domain.review import Light, LightGiven
from videofactory.ledger.ledger import Ledger
from videofactory.ledger.notion import NotionRow, NotionScene

LIT = LightGiven(scene="scene-01", take=1, light=Light.GREEN)


def test_rows_are_kept_by_page_and_those_longest_not_looked_at_come_first(ledger: Ledger, project: str) -> None:
    books = ledger.notion
    books.keep("a", channel="harbour", project=project, read="1")
    books.keep("b", channel="harbour")
    books.keep("c", channel="another")
    books.keep("a", channel="harbour", told="2")
    books.looked_at(["a"])
    rows = books.rows("harbour")
    assert list(rows) == ["b", "a"]
    assert (rows["a"].project, rows["a"].read, rows["a"].told, rows["a"].standing) == (project, "1", "2", {})
    assert books.row_of("a") == rows["a"]
    assert books.row_of("d") is None


def test_a_cursor_stands_where_it_was_moved_to(ledger: Ledger) -> None:
    assert ledger.notion.cursor("films") == ""
    for edited in ("2026-11-20", "2026-11-21"):
        ledger.notion.move_cursor("films", edited)
    assert ledger.notion.cursor("films") == "2026-11-21"


def test_a_decision_and_that_it_was_read_are_noted_together_or_not_at_all(ledger: Ledger, project: str) -> None:
    books = ledger.notion
    before = NotionScene(project=project, scene="scene-01", page="p")
    after = before.model_copy(update={"written": '{"light":"Green"}'})
    books.keep_scene(before)
    ledger.reviews.add(
        project, [LIT], reviewer="ada", based_on=0, heeded=lambda connection: books.heed(connection, before, after, seen=False)
    )
    assert books.scene_of("p") == after
    with pytest.raises(Conflict, match="read by another process"):
        ledger.reviews.add(
            project, [LIT], reviewer="ada", based_on=1, heeded=lambda one: books.heed(one, before, after, seen=False)
        )
    assert len(ledger.reviews.log(project)) == 1
    assert books.scenes(project) == {"scene-01": after}
    assert books.scene_of("q") is None


def test_a_films_light_is_read_once(ledger: Ledger, project: str) -> None:
    books = ledger.notion
    books.keep("a", channel="harbour", project=project)
    before = NotionRow(page="a", channel="harbour", project=project)
    after = before.model_copy(update={"written": '{"film_light":"Green"}'})
    with ledger.database.write() as connection:
        books.heed_row(connection, before, after)
    with pytest.raises(Conflict), ledger.database.write() as connection:
        books.heed_row(connection, before, after)
    assert books.rows("harbour")["a"].standing == {"film_light": "Green", "version": 0}, "and how many decisions were seen in it"


def test_a_cancelled_project_can_be_taken_up_again(ledger: Ledger, project: str) -> None:
    ledger.projects.cancel(project, who="notion", why="withdrawn")
    ledger.projects.reopen(project, who="notion", why="asked for again")
    assert ledger.projects.get(project).cancelled_at is None
    assert [line.what for line in ledger.audit.lines(project)][-2:] == ["project cancelled", "project reopened"]
