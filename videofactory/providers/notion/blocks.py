"""The body of a page as markdown: its blocks, read level by level. What is no text (pictures, embeds) is left out."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from videofactory.domain.value import Value
from videofactory.providers.notion.values import plain_text

DEEPEST = 4
"""Levels of blocks inside blocks that are read."""
OPENED = 40
"""Blocks of one page whose inside is read, each by a request of its own."""
MOST = 2000
"""Blocks of one page that are read, a hundred with each request."""
MARKS: Mapping[str, str] = MappingProxyType(
    {
        "paragraph": "",
        "heading_1": "# ",
        "heading_2": "## ",
        "heading_3": "### ",
        "bulleted_list_item": "- ",
        "numbered_list_item": "1. ",
        "to_do": "- ",
        "toggle": "- ",
        "quote": "> ",
        "callout": "> ",
        "code": "    ",
    }
)
"""What stands before the text of a block, by its kind; other kinds have no text of their own."""
Children = Callable[[str], Iterator[Mapping[str, Any]]]


class Body(Value):
    """A page's text. `whole`: nothing of it was left out for its length, its number of blocks or their depth."""

    text: str = ""
    whole: bool = True


def markdown(page_id: str, *, children: Children, longest: int) -> Body:
    """The page's text, its beginning when it is longer than `longest` letters.

    `children` gives the blocks directly below a page or block.
    """
    reading = _Reading(children)
    lines: list[str] = []
    room = longest + 1  # the first line has no line break before it
    for depth, block in reading.blocks(page_id, depth=0):
        line = _line(block, depth=depth)
        if len(line) + 1 > room:
            lines += [_cut(line, room - 1)]
            return Body(text="\n".join(lines).strip(), whole=False)
        if line:
            lines.append(line)
            room -= len(line) + 1
    return Body(text="\n".join(lines), whole=reading.whole)


class _Reading:
    """Reads blocks in the order people see them."""

    def __init__(self, children: Children) -> None:
        self._children = children
        self._opened = self._met = 0
        self.whole = True

    def blocks(self, parent: str, *, depth: int) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """The blocks below this one, each with how deep it lies."""
        for block in self._children(parent):
            if self._met == MOST:
                self.whole = False
                return
            self._met += 1
            yield depth, block
            if not block.get("has_children") or block["type"] in {"child_page", "child_database"}:
                continue
            if depth == DEEPEST or self._opened == OPENED:
                self.whole = False
                continue
            self._opened += 1
            yield from self.blocks(block["id"], depth=depth + 1)


def _line(block: Mapping[str, Any], *, depth: int) -> str:
    """A block as a line; empty where it has no text of its own."""
    kind = block["type"]
    text = plain_text(block.get(kind, {}).get("rich_text") or [])
    return f"{'  ' * depth}{MARKS[kind]}{text}" if kind in MARKS and text else ""


def _cut(line: str, room: int) -> str:
    """As many whole words as there is room for."""
    return line[: max(room, 0)].rpartition(" ")[0]
