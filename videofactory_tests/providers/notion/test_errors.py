"""Every documented error of Notion's as the factory's own, and what is repeated after which."""

import pytest

from videofactory.domain.errors import (
    Busy,
    EngineRejected,
    FactoryError,
    InvalidInput,
    NotFound,
    OutcomeUnknown,
    Passing,
)
from videofactory.providers.http import READ_TRIES
from videofactory.providers.notion.client import Notion
from videofactory.providers.notion.errors import TokenRefused
from videofactory.providers.notion.values import shaped
from videofactory_tests.providers.notion.desk import Room
from videofactory_tests.twin.notion import STATUSES

OURS = ("invalid_json", "invalid_request_url", "invalid_request", "validation_error", "missing_version", "invalid_beta")
MEANING: dict[str, tuple[type[FactoryError], type[FactoryError]]] = {
    **dict.fromkeys((*OURS, "restricted_resource"), (EngineRejected, EngineRejected)),
    **dict.fromkeys(("invalid_grant", "unauthorized"), (TokenRefused, TokenRefused)),
    "object_not_found": (NotFound, NotFound),
    "conflict_error": (Passing, Passing),
    "rate_limited": (Busy, Busy),
    "service_overload": (Busy, Busy),
    "internal_server_error": (Passing, OutcomeUnknown),
    "bad_gateway": (Passing, OutcomeUnknown),
    "service_unavailable": (Passing, OutcomeUnknown),
    "database_connection_unavailable": (Passing, OutcomeUnknown),
    "gateway_timeout": (Passing, OutcomeUnknown),
}
"""By Notion's code: what it means for a reading, and for a creation."""


def test_the_table_has_every_documented_error() -> None:
    assert set(MEANING) == set(STATUSES)


@pytest.mark.parametrize("code", sorted(MEANING))
def test_an_error_says_how_certain_it_is_and_what_to_do(room: Room, code: str) -> None:
    row = room.space.add_row(room.briefs, {"Name": "one"})
    room.fails("page", code, times=READ_TRIES, wait=300 if "rate" in code or "overload" in code else 0)
    with pytest.raises(FactoryError) as read:
        room.notion.page(row)
    room.fails("create", code)
    with pytest.raises(FactoryError) as made:
        room.notion.create(room.briefs, {})
    assert (type(read.value), type(made.value)) == MEANING[code]
    assert code in read.value.message
    assert "request req-1" in read.value.message
    if not isinstance(read.value, Passing):
        assert read.value.remedy
    assert len(room.space.pages) == 1, "nothing is made twice, and here nothing at all"


@pytest.mark.parametrize("code", ["conflict_error", "internal_server_error", "gateway_timeout"])
def test_a_reading_and_a_change_are_tried_again(room: Room, code: str) -> None:
    row = room.space.add_row(room.briefs, {"Name": "one"})
    room.fails("page", code)
    assert room.notion.page(row).text("Name") == "one"
    room.fails("update", code)
    room.notion.update(row, shaped({"Name": "two"}, kinds={"Name": "title"}))
    assert room.space.values(row)["Name"] == "two"


def test_a_creation_whose_answer_is_lost_is_unknown_and_not_repeated(room: Room) -> None:
    room.twin.misbehave("notion.create", "cut_after")
    with pytest.raises(OutcomeUnknown):
        room.notion.create(room.briefs, shaped({"Name": "one"}, kinds={"Name": "title"}))
    assert [row.text("Name") for row in room.notion.rows(room.briefs)] == ["one"]
    room.twin.misbehave("notion.create", "invalid_json")
    with pytest.raises(OutcomeUnknown):
        room.notion.create(room.briefs, {})


def test_half_an_answer_to_a_reading_is_worth_another_try(room: Room) -> None:
    room.twin.misbehave("notion.schema", "invalid_json")
    with pytest.raises(Passing):
        room.notion.schema(room.briefs)


def test_what_is_not_shared_is_said_to_be_shared(room: Room) -> None:
    row = room.space.add_row(room.briefs, {"Name": "one"})
    room.space.share(room.briefs, shared=False)
    for ask in (
        lambda: room.notion.schema(room.briefs),
        lambda: room.notion.page(row),
        lambda: list(room.notion.rows(room.briefs)),
    ):
        with pytest.raises(NotFound) as error:
            ask()
        assert "Share the page with the connection" in error.value.remedy


def test_a_right_that_lacks_is_named(room: Room) -> None:
    row = room.space.add_row(room.briefs, {"Name": "one"})
    room.space.may = {"read"}
    with pytest.raises(EngineRejected, match="inserting comments"):
        room.notion.comment(row, "hello")


def test_a_wrong_token_is_in_no_error(room: Room) -> None:
    wrong: Notion = room.client(token="ntn_wrong_1234567890")  # noqa: S106 - a token of nobody's
    with pytest.raises(EngineRejected) as error:
        wrong.me()
    assert "ntn_wrong" not in str(error.value)
    assert "keys set" in error.value.remedy


def test_a_value_for_a_property_that_is_gone_is_said_before_anything_is_sent() -> None:
    with pytest.raises(InvalidInput) as error:
        shaped({"Name": "one", "Gone": "x", "Sum": 1.0}, kinds={"Name": "title", "Sum": "formula"})
    assert [(one.field, one.value) for one in error.value.problems] == [("Gone", "(missing)"), ("Sum", "formula")]
