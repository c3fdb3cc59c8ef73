"""The body of a page as markdown: its blocks, read level by level. What is no text (pictures, embeds) is left out."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from videofactory.providers.notion.values import plain_text

DEEPEST = 4
"""Levels of blocks inside blocks that are read."""
MOST = 1000
"""Blocks read of one page: more than a brief of the greatest length has."""
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


def markdown(page_id: str, *, children: Children) -> str:
    """The page's text. `children` gives the blocks of a page or block."""
    lines: list[str] = []
    for depth, block in _blocks(page_id, children=children, depth=0):
        kind = block["type"]
        text = plain_text(block.get(kind, {}).get("rich_text") or [])
        if kind in MARKS and text:
            lines.append(f"{'  ' * depth}{MARKS[kind]}{text}")
        if len(lines) >= MOST:
            break
    return "\n".join(lines)


def _blocks(parent: str, *, children: Children, depth: int) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for block in children(parent):
        yield depth, block
        if block.get("has_children") and depth < DEEPEST and block["type"] not in {"child_page", "child_database"}:
            yield from _blocks(block["id"], children=children, depth=depth + 1)
