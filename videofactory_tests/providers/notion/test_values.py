"""Properties both ways, texts in pieces, comments and files."""

import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from videofactory.domain.errors import EngineRejected, Lasting
from videofactory.providers.notion import client
from videofactory.providers.notion.values import (
    CUT,
    PIECES,
    TEXT_PIECE,
    File,
    Plain,
    Span,
    Uploaded,
    plain_text,
    read,
    rich_text,
    shaped,
)
from videofactory_tests.providers.notion.desk import Room

EMPTY = {
    "Name": "", "Brief": "", "Status": "", "Style": "", "Formats": (), "Seconds": None, "Go": False, "Due": None, "Brand": (),
    "Link": "", "Owner": (), "Series": (),
}  # fmt: skip
FULL: dict[str, Plain] = {
    "Name": "The cup", "Brief": "We open at six.", "Status": "Ready", "Style": "calm", "Formats": ("16:9", "9:16"),
    "Seconds": 12.5, "Go": True, "Due": Span(start="2026-12-01", end="2026-12-02"), "Link": "https://example.org/x",
    "Owner": ("a",), "Series": ("b", "c"), "Brand": (File(name="cup.png", url="https://example.org/cup.png"),),
}  # fmt: skip


def test_every_kind_is_written_read_and_emptied(room: Room) -> None:
    kinds = room.notion.schema(room.briefs).kinds
    made = room.notion.create(room.briefs, shaped(FULL, kinds=kinds))
    assert room.notion.page(made.id).values == FULL
    emptied = room.notion.update(made.id, shaped(dict(EMPTY), kinds=kinds))
    assert emptied.values == EMPTY


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        ({"type": "unique_id", "unique_id": {"prefix": "EP", "number": 7}}, "EP-7"),
        ({"type": "unique_id", "unique_id": {"prefix": None, "number": 7}}, "7"),
        ({"type": "formula", "formula": {"type": "number", "number": 3}}, None),
        ({"type": "email", "email": None}, ""),
    ],
)
def test_other_kinds_are_read_as_far_as_they_can_be(value: dict[str, Any], plain: Plain) -> None:
    assert read(value) == plain


def test_a_long_text_goes_in_pieces_and_comes_back_whole(room: Room) -> None:
    text = "".join(chr(97 + number % 26) for number in range(2 * TEXT_PIECE + 7))
    row = room.space.add_row(room.briefs, {"Name": "one"})
    room.notion.update(row, shaped({"Brief": text}, kinds={"Brief": "rich_text"}))
    assert room.notion.page(row).text("Brief") == text


def test_letters_of_two_units_are_counted_as_notion_does_and_never_cut(room: Room) -> None:
    text = "a" + "☕𝄞" * TEXT_PIECE
    row = room.space.add_row(room.briefs, {"Name": "one"})
    room.notion.update(row, shaped({"Brief": text}, kinds={"Brief": "rich_text"}))
    assert room.notion.page(row).text("Brief") == text


def test_a_text_longer_than_notion_holds_says_that_it_was_cut() -> None:
    pieces = rich_text("a" * (TEXT_PIECE * PIECES + 1))
    assert len(pieces) == PIECES
    assert plain_text(pieces) == "a" * (TEXT_PIECE * PIECES - 1) + CUT
    assert rich_text("") == []


def test_a_comment_of_any_length_is_said_and_read(room: Room) -> None:
    row = room.space.add_row(room.briefs, {"Name": "one"})
    room.space.remark(row, "who made this?")
    said = room.notion.comment(row, "x" * 4500)
    theirs, ours = room.notion.comments(row)
    assert (theirs.text, ours.text) == ("who made this?", "x" * 4500)
    assert ours.id == said.id
    assert [ours.author, theirs.author].index(room.notion.me().id) == 0


def test_a_file_of_one_piece_is_sent_put_into_a_row_and_fetched(room: Room, tmp_path: Path) -> None:
    row = room.space.add_row(room.briefs, {"Name": "one"})
    sent = room.notion.upload(_file(tmp_path, size=1000), name="cup.png", media_type="image/png")
    room.notion.update(row, shaped({"Brand": (sent,)}, kinds={"Brand": "files"}))
    [file] = room.notion.page(row).values["Brand"]
    assert httpx.get(file.url).content == bytes(1000)
    assert file.expires is not None


def test_a_long_file_is_sent_in_parts(room: Room, tmp_path: Path) -> None:
    sent = room.notion.upload(_file(tmp_path, size=client.WHOLE + 1), name="film.mp4", media_type="video/mp4")
    pieces = room.space.sent[sent.id].pieces
    assert [len(pieces[number]) for number in (1, 2, 3)] == [client.PART, client.PART, 1]


@pytest.mark.parametrize("fault", ["cut_after", "cut_before"])
def test_an_upload_survives_a_line_that_breaks(room: Room, tmp_path: Path, fault: str) -> None:
    room.twin.misbehave("notion.send", fault)
    sent = room.notion.upload(_file(tmp_path, size=10), name="a.png", media_type="image/png")
    assert room.space.sent[sent.id].status == "uploaded"


def test_an_upload_that_fails_says_so(room: Room, tmp_path: Path) -> None:
    room.fails("send", "validation_error")
    with pytest.raises(EngineRejected):
        room.notion.upload(_file(tmp_path, size=10), name="a.png", media_type="image/png")


def test_a_file_longer_than_the_plan_allows_is_not_sent(room: Room, tmp_path: Path) -> None:
    room.space.largest_file = 5 << 20
    with pytest.raises(EngineRejected, match=r"film.mp4 has 6.0 MB, and this Notion workspace takes files up to 5.2 MB"):
        room.notion.upload(_file(tmp_path, size=6_000_000), name="film.mp4", media_type="video/mp4")
    assert room.space.sent == {}
    room.notion.upload(_file(tmp_path, size=5 << 20), name="a.png", media_type="image/png")
    assert room.twin.asked("notion.me") == 1


def test_a_link_dies_and_a_fresh_reading_gives_another(room: Room) -> None:
    row = room.space.add_row(room.briefs, {"Brand": [room.space.attachment("a.png", b"123", "image/png")]})
    room.space.link_seconds = -1
    [dead] = room.notion.page(row).values["Brand"]
    assert httpx.get(dead.url).status_code == 403
    room.space.link_seconds = 60
    [fresh] = room.notion.page(row).values["Brand"]
    assert httpx.get(fresh.url).content == b"123"
    assert fresh.expires.timestamp() > time.time()


def test_a_link_of_notions_is_never_written_back() -> None:
    kept = File(name="a", url="https://files.example/a", expires="2026-11-20T10:41:00Z")
    with pytest.raises(Lasting, match="upload"):
        shaped({"Brand": (kept,)}, kinds={"Brand": "files"})
    assert (
        shaped({"Brand": (Uploaded(id="u", name="a"),)}, kinds={"Brand": "files"})["Brand"]["files"][0]["type"] == "file_upload"
    )


def _file(folder: Path, *, size: int) -> Path:
    path = folder / "file"
    path.write_bytes(bytes(size))
    return path
