"""Rows: all of them past Notion's cap, each once; by status and by minute; with the whole of what they hold."""

from datetime import UTC, datetime

import pytest

from videofactory.domain.errors import EngineRejected, Lasting, Passing
from videofactory.providers.notion import blocks
from videofactory.providers.notion.blocks import OPENED, Body
from videofactory.providers.notion.client import any_of
from videofactory.providers.notion.values import Property, shaped
from videofactory_tests.providers.notion.desk import Room

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def _fill(room: Room, number: int, *, each: float = 60.0) -> None:
    """So many rows, made so many seconds apart."""
    times = iter([NOON.timestamp() + index * each for index in range(number)])
    room.space.clock = lambda: next(times)
    for index in range(number):
        room.space.add_row(room.briefs, {"Name": f"{index}"})
    room.space.clock = NOON.timestamp


def _names(room: Room) -> list[str]:
    return [row.text("Name") for row in room.notion.rows(room.briefs)]


def test_more_rows_than_one_answer_holds_come_oldest_first(room: Room) -> None:
    _fill(room, 230, each=20)
    assert _names(room) == [str(number) for number in range(230)]
    assert room.twin.asked("notion.query") == 3


def test_rows_past_the_cap_are_read_each_once(room: Room) -> None:
    room.space.cap = 40
    _fill(room, 130, each=20)
    assert _names(room) == [str(number) for number in range(130)]


def test_a_cap_within_one_minute_is_said_and_never_taken_for_the_end(room: Room) -> None:
    room.space.cap = 40
    _fill(room, 41, each=0)
    with pytest.raises(Lasting, match="archive"):
        _names(room)


def test_a_query_too_big_for_notion_is_asked_for_fewer_rows_at_once(room: Room) -> None:
    _fill(room, 60, each=0)
    room.fails("query", "service_unavailable", times=3)
    assert len(_names(room)) == 60
    assert room.twin.asked("notion.query") == 3 + 3, "three tries of a hundred, then 25 at once"
    room.fails("query", "service_unavailable", times=99)
    with pytest.raises(Passing):
        _names(room)


def test_rows_of_some_statuses(room: Room) -> None:
    for status in ("Draft", "Ready", "Done", "Ready"):
        room.space.add_row(room.briefs, {"Name": status, "Status": status})
    column = room.notion.schema(room.briefs).find("Status")
    assert column is not None
    assert [row.text("Status") for row in room.notion.rows(room.briefs, where=any_of(column, ["Ready"]))] == ["Ready", "Ready"]
    many = room.notion.rows(room.briefs, where=any_of(column, ["Draft", "Done"]), since=NOON)
    assert [row.text("Status") for row in many] == ["Draft", "Done"]


def test_an_edit_late_in_the_minute_of_the_last_look_is_seen(room: Room) -> None:
    room.space.clock = lambda: NOON.timestamp() + 20
    row = room.space.add_row(room.briefs, {"Name": "early"})
    [seen] = room.notion.rows(room.briefs)
    assert seen.edited == NOON
    room.space.clock = lambda: NOON.timestamp() + 50
    room.space.edit_row(row, {"Name": "late"})
    assert [one.text("Name") for one in room.notion.rows(room.briefs, since=seen.edited.replace(second=59))] == ["late"]
    assert list(room.notion.rows(room.briefs, since=NOON.replace(minute=1))) == []


def test_our_own_writes_are_known_by_who_wrote(room: Room) -> None:
    row = room.space.add_row(room.briefs, {"Name": "theirs"})
    me = room.notion.me().id
    assert room.notion.page(row).edited_by != me
    room.notion.update(row, shaped({"Seconds": 12.0}, kinds={"Seconds": "number"}))
    assert room.notion.page(row).edited_by == me


def test_a_row_has_all_its_pages_people_and_mentions(room: Room) -> None:
    many = [room.space.new_id() for _ in range(130)]
    text = " ".join(f"@{number}" for number in range(40))
    row = room.space.add_row(room.briefs, {"Name": "one", "Series": many, "Owner": many[:30], "Brief": text})
    for found in (room.notion.page(row), next(room.notion.rows(room.briefs))):
        assert list(found.values["Series"]) == many
        assert list(found.values["Owner"]) == many[:30]
        assert found.text("Brief") == text


def test_a_trashed_row_is_told_as_such_and_is_not_among_the_rows(room: Room) -> None:
    row = room.space.add_row(room.briefs, {"Name": "one"})
    room.space.trash(row)
    assert room.notion.page(row).trashed
    assert list(room.notion.rows(room.briefs)) == []


def test_a_filter_of_a_renamed_property_is_our_fault_and_named(room: Room) -> None:
    gone = Property(id="x", name="Old", kind="select")
    with pytest.raises(EngineRejected, match=r"Old.*notion check"):
        list(room.notion.rows(room.briefs, where=any_of(gone, ["Ready"])))


def test_the_body_of_a_page_is_read_level_by_level(room: Room) -> None:
    body = ["# The cup", "We open at six.", "- beans", ">- from here", ">>- and there", "End.", *map(str, range(120))]
    row = room.space.add_row(room.briefs, {"Name": "one"}, body=body)
    lines = room.notion.text_of(row, longest=10_000).text.splitlines()
    assert lines[:6] == ["# The cup", "We open at six.", "- beans", "  - from here", "    - and there", "End."]
    assert lines[-1] == "119"


def test_a_body_is_read_to_its_limits_and_says_so(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    row = room.space.add_row(room.briefs, {"Name": "one"}, body=["One two.", "Three four."])
    assert room.notion.text_of(row, longest=20) == Body(text="One two.\nThree four.")
    assert room.notion.text_of(row, longest=19) == Body(text="One two.\nThree", whole=False)
    assert room.notion.text_of(row, longest=5) == Body(text="One", whole=False)
    deep = room.space.add_row(room.briefs, {"Name": "two"}, body=[">" * depth + str(depth) for depth in range(7)])
    assert room.notion.text_of(deep, longest=100) == Body(text="\n".join("  " * n + str(n) for n in range(5)), whole=False)
    wide = room.space.add_row(room.briefs, {"Name": "three"}, body=["a", ">b"] * (OPENED + 1))
    asked = room.twin.asked("notion.blocks")
    body = room.notion.text_of(wide, longest=1000)
    assert (body.text.count("b"), body.whole) == (OPENED, False)
    assert room.twin.asked("notion.blocks") - asked == OPENED + 1
    monkeypatch.setattr(blocks, "MOST", 3)
    assert room.notion.text_of(wide, longest=1000) == Body(text="a\n  b\na", whole=False)
