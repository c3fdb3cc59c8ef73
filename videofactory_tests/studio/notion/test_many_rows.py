"""Many rows and many channels: looks that end in time, go on where they stopped, spend few requests, and give each its turn."""

import time
from datetime import timedelta

import pytest

from videofactory.domain.channel import Channel
from videofactory.domain.errors import Busy, Passing
from videofactory.providers.http import LAST
from videofactory.studio.notion import intake, writing
from videofactory.studio.notion.desk import read_decisions
from videofactory.studio.notion.turns import Turns
from videofactory.studio.notion.writing import write_back
from videofactory_tests.studio.notion.office import ENOUGH, Office, picture

SLOW = 8.0
"""Seconds Notion takes to answer."""


def waiting(office: Office, number: int) -> list[str]:
    """So many rows that ask for a video, each made a minute after the one before; their pages."""
    image = picture()
    now = time.time()
    pages = []
    for place in range(number):
        office.space.clock = lambda at=now - 60 * (number - place): at  # type: ignore[misc]
        pages.append(office.ask(title=f"Cup {place}", images=[image]))
    office.space.clock = time.time
    return pages


def test_a_look_ends_in_time_when_notion_does_not_answer(office: Office) -> None:
    office.twin.misbehave("notion.query", "latency", value=SLOW, times=9)
    office.twin.misbehave("notion.schema", "latency", value=SLOW, times=9)
    began = time.monotonic()
    swept = office.sweep(seconds=1)
    assert time.monotonic() - began < 1 + LAST + 3
    assert swept.left


def test_nothing_is_asked_after_the_end_of_a_look(office: Office) -> None:
    line = office.notion.within(time.monotonic() - 1)
    with pytest.raises(Busy):
        line.me()
    assert office.twin.asked("notion.me") == 0
    office.twin.misbehave("notion.me", "latency", value=SLOW, times=9)
    began = time.monotonic()
    with pytest.raises(Passing):
        office.notion.within(time.monotonic() + 0.5).me()
    assert time.monotonic() - began < LAST + 3
    assert office.twin.asked("notion.me") == 1


def test_a_look_goes_on_where_the_last_one_stopped(office: Office) -> None:
    waiting(office, intake.AT_MOST + 20)
    first = office.sweep()
    assert (len(first.taken), bool(first.left)) == (intake.AT_MOST, True)
    assert office.twin.asked("notion.query") == 1
    second = office.sweep()
    assert (len(second.taken), second.left) == (20, 0)
    assert office.twin.asked("notion.query") == 1 + 1 + 2, "one for the rest, two for the round"
    assert office.sweep().taken == []
    assert len(office.keys()) == intake.AT_MOST + 20


def test_a_row_edited_while_a_pass_went_on_is_found_by_the_next(office: Office) -> None:
    pages = waiting(office, intake.AT_MOST + 5)
    office.sweep()
    office.edit(pages[0], text="Something else.")
    second, third = office.sweep(), office.sweep()
    assert len(second.taken) == 5
    assert len([*second.changed, *third.changed]) == 1


def test_a_row_in_the_trash_is_found_with_one_request_for_a_hundred_rows(office: Office) -> None:
    pages = waiting(office, 30)
    office.sweep()
    office.space.trash(pages[17])
    asked = office.twin.asked("notion.query")
    (cancelled,) = office.sweep().cancelled
    assert office.studio.ledger.projects.get(cancelled).source_id == pages[17]
    assert office.twin.asked("notion.page") == 1
    assert office.twin.asked("notion.query") == asked + 2


def test_columns_are_asked_for_once_in_a_while(office: Office) -> None:
    waiting(office, 8)
    for _ in range(3):
        office.sweep()
        office.write()
    assert office.twin.asked("notion.schema") == 1
    office.space.rename_column(office.briefs, "Production", "Making")
    office.studio.ledger.projects.cancel(office.keys()[0], who="Ada", why="")
    assert office.write().problems
    assert office.write().problems == []
    assert office.twin.asked("notion.schema") == 2


def test_a_turn_writes_a_few_rows_and_says_that_there_are_more(office: Office) -> None:
    waiting(office, writing.WRITTEN_AT_MOST + 2)
    office.sweep()
    first = office.write()
    assert (first.rows, first.more) == (writing.WRITTEN_AT_MOST, True)
    second = office.write()
    assert (second.rows, second.more) == (2, False)
    assert office.twin.asked("notion.update") == writing.WRITTEN_AT_MOST + 2


def test_what_moved_is_written_before_what_stands_still_for_longer(office: Office) -> None:
    waiting(office, writing.IDLE + 6)
    office.sweep()
    while office.write().more:
        pass
    last = list(office.studio.ledger.notion.rows("harbour").values())[-1]
    office.studio.ledger.projects.cancel(str(last.project), who="Ada", why="not wanted")
    assert office.write().rows == 1
    assert office.brief_row(last.page)["state"] == "Cancelled"


def test_a_change_during_a_look_is_not_taken_for_written(office: Office) -> None:
    office.ask()
    office.sweep()
    before = office.studio.ledger.database.stamp()
    office.write()
    (row,) = office.studio.ledger.notion.rows("harbour").values()
    (project,) = office.studio.ledger.projects.all()
    assert before <= row.looked_at <= office.studio.ledger.database.stamp()
    office.studio.ledger.notion.looked_at([row.page], at=project.created_at)
    assert not write_back(office.studio, office.channel, office.notion, until=time.monotonic() + ENOUGH).more


def test_a_desk_that_was_just_read_is_left_alone(office: Office) -> None:
    office.drafted()
    office.read()
    asked = office.twin.asked("notion.query")
    every = timedelta(seconds=30)
    read_decisions(office.studio, office.channel, office.notion, until=time.monotonic() + ENOUGH, every=every)
    assert office.twin.asked("notion.query") == asked
    office.read()
    assert office.twin.asked("notion.query") == asked + 1


def channels(*keys: str) -> list[Channel]:
    """Channels of these keys."""
    return [Channel(key=key, name=key, language="en") for key in keys]


def test_who_has_more_to_do_stands_at_the_end_of_the_line(office: Office) -> None:
    turns = Turns(office.studio, channels("big", "middle", "small"), desk="tasks", seconds=ENOUGH)
    work = {"big": 4, "middle": 2, "small": 1}
    order = []
    for channel, _ in turns:
        order.append(channel.key)
        work[channel.key] -= 1
        turns.had(channel, more=work[channel.key] > 0)
    assert order == ["big", "middle", "small", "big", "middle", "big", "big"]


def test_who_had_no_turn_comes_first_in_the_next_tick(office: Office) -> None:
    both = channels("big", "middle", "small")
    first = Turns(office.studio, both, desk="tasks", seconds=ENOUGH)
    for channel, _ in first:
        if channel.key != "middle":  # whose time was over before anything was asked
            first.had(channel)
    assert [channel.key for channel, _ in Turns(office.studio, both, desk="tasks", seconds=ENOUGH)] == ["middle", "big", "small"]
    assert [channel.key for channel, _ in Turns(office.studio, both, desk="review", seconds=ENOUGH)] == ["big", "middle", "small"]


def test_a_turn_is_half_of_a_tick_at_most(office: Office) -> None:
    began = time.monotonic()
    (_, until), _ = Turns(office.studio, channels("one", "two"), desk="tasks", seconds=10)
    assert until - began == pytest.approx(5, abs=1)
