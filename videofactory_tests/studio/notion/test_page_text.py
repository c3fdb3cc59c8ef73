"""A brief whose text stands in the page its row opens as, not in its property."""

import dataclasses
import re

import pytest

from videofactory.domain.brief import MAX_TEXT
from videofactory.domain.review import BriefChanged
from videofactory.ledger.ledger import open_ledger
from videofactory.studio.take_in import Request
from videofactory_tests.clock import Clock
from videofactory_tests.studio.notion.office import Office

PAGE = ("# The first cup", "We open at six.", "- beans from Lima", ">- washed", "Come in.")
TOLD = "# The first cup\nWe open at six.\n- beans from Lima\n  - washed\nCome in."


def ask(office: Office, *body: str, **values: object) -> str:
    """A row that asks for a video, with this in its page and nothing in its property."""
    page = office.ask(**{"text": "", **values})
    office.space.write_page(page, body)
    return page


def text_of(office: Office) -> str:
    """The text of the one project's brief."""
    (project,) = office.studio.ledger.projects.all()
    return Request.model_validate_json(project.brief).brief.text


def long_ago(office: Office, page: str) -> None:
    """Nobody has edited the row for an hour."""
    office.space.pages[page].edited -= 3600


@pytest.mark.parametrize("nothing", ["", "  \n"])
def test_a_page_is_the_briefs_text_where_the_property_is_empty(office: Office, nothing: str) -> None:
    ask(office, *PAGE, text=nothing)
    assert office.sweep().taken == office.keys()
    assert text_of(office) == TOLD
    again = office.sweep()
    assert (again.taken, again.changed, again.told) == ([], [], [])


def test_where_both_are_filled_the_property_counts_and_the_page_is_not_read(office: Office) -> None:
    ask(office, "Notes of the meeting.", text="We open at six.")
    office.sweep()
    assert text_of(office) == "We open at six."
    assert office.twin.asked("notion.blocks") == 0


def test_an_edited_page_changes_the_brief_once(office: Office) -> None:
    page = ask(office, *PAGE)
    office.sweep()
    office.space.write_page(page, ["We open at seven."])
    assert office.sweep().changed == office.keys()
    assert office.sweep().changed == []
    (project,) = office.studio.ledger.projects.all()
    assert (text_of(office), project.brief_version) == ("We open at seven.", 2)
    assert [type(entry) for entry in office.studio.ledger.reviews.log(project.key)] == [BriefChanged]


def test_moving_the_text_into_the_property_changes_nothing(office: Office) -> None:
    page = ask(office, "We open at six.")
    office.sweep()
    office.edit(page, text="We open at six.")
    assert office.sweep().changed == []


def test_a_page_nobody_edits_is_read_no_more(office: Office) -> None:
    page = ask(office, *PAGE)
    office.sweep()
    long_ago(office, page)
    office.sweep()
    asked, queries = office.twin.asked("notion.blocks"), office.twin.asked("notion.query")
    for _ in range(3):
        office.sweep()
    assert office.twin.asked("notion.query") >= queries + 3, "the row itself was looked at"
    assert office.twin.asked("notion.blocks") == asked
    office.space.write_page(page, ["We open at seven."])
    assert office.sweep().changed == office.keys()


def test_an_edit_in_the_minute_a_page_was_read_in_is_seen_hours_later(office: Office) -> None:
    page = ask(office, *PAGE)
    office.sweep()
    office.space.pages[page].body = ["We open at seven."]  # its time of edit, a minute, stays
    clock = Clock(office.studio.ledger.database.time())
    clock.forward(12 * 3600)
    ledger = open_ledger(office.studio.settings.ledger_url, clock=clock)
    office.studio = dataclasses.replace(office.studio, ledger=ledger)
    assert office.sweep().changed == office.keys()


def test_a_page_that_is_too_long_is_cut_at_a_word_and_its_writer_told_once(office: Office) -> None:
    page = ask(office, *["A cup of coffee is warm and good for you."] * 600)
    for _ in range(2):
        office.sweep()
    text = text_of(office)
    assert MAX_TEXT - 50 < len(text) <= MAX_TEXT
    assert re.fullmatch(r"(A|cup|of|coffee|is|warm|and|good|for|you\.)", text.rpartition(" ")[2].rpartition("\n")[2])
    (words,) = office.space.comments_of(page)
    assert f"up to {MAX_TEXT:,} letters" in words
    assert f"…{text[-60:]}”" in words
    assert "into Brief" in words
    office.space.write_page(page, ["We open at seven."])
    assert office.sweep().changed == office.keys()
    assert len(office.space.comments_of(page)) == 1


def test_a_row_without_any_text_is_told_of_both_places(office: Office) -> None:
    page = ask(office)
    for _ in range(2):
        assert office.sweep().taken == []
    (words,) = office.space.comments_of(page)
    assert "Brief" in words
    assert "write it into the page this row opens as" in words
    office.space.write_page(page, PAGE)
    assert office.sweep().taken == office.keys()
