"""Draws `docs/pictures/assets.svg` from the real definitions: python docs/draw_graph.py.

Columns are steps of the way (what is produced stands right of what is drafted), colours are groups, a tick marks a check.
An edge that longer ways imply is left out. A test compares the picture with the definitions.
"""  # noqa: INP001 - a script, not a package

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

from dagster import AssetKey

from videofactory.definitions import defs

PICTURE = Path(__file__).parent / "pictures" / "assets.svg"
BOX = (158, 44)
STEP = (196, 64)
EDGE = 24
TOP = 52
ROOM = 3.0
"""Lines between the boxes of the column before the gate."""
COLOURS = {
    "intake": "#e3e7ec", "brand": "#f6dcc0", "script": "#f3e7a9", "previews": "#d3e8cf",
    "audio_tracks": "#cfe3f3", "clips": "#e3d4ee", "cut": "#f1cdd2",
    "publishing": "#cfe9e4",
}  # fmt: skip


@dataclass(frozen=True)
class Node:
    """One asset as drawn: its group, what it is made from, how many checks it has."""

    name: str
    group: str
    parents: frozenset[str]
    checks: int


def nodes() -> dict[str, Node]:
    """All assets by name, parents before children."""
    graph = defs.resolve_asset_graph()
    return {key.to_user_string(): _node(key) for key in graph.toposorted_asset_keys}


def _node(key: AssetKey) -> Node:
    found = defs.resolve_asset_graph().get(key)
    parents = frozenset(parent.to_user_string() for parent in found.parent_keys)
    return Node(key.to_user_string(), found.group_name, parents, len(found.check_keys))


def direct(assets: Mapping[str, Node]) -> list[tuple[str, str]]:
    """The edges no longer way implies, as (from, to)."""
    above: dict[str, set[str]] = {}
    for name, node in assets.items():
        above[name] = set(node.parents).union(*(above[parent] for parent in node.parents))
    return sorted(
        (parent, name)
        for name, node in assets.items()
        for parent in node.parents
        if not any(parent in above[other] for other in node.parents)
    )


def columns(assets: Mapping[str, Node]) -> tuple[dict[str, int], int]:
    """The column of each asset, and the first column of the job `produce`: nothing produced stands before the gate."""
    produced = {
        key.to_user_string()
        for job in ("produce", "publish")
        for key in defs.resolve_job_def(job).asset_layer.executable_asset_keys
    }
    column: dict[str, int] = {}
    for name, node in assets.items():
        if name not in produced:
            column[name] = 1 + max((column[parent] for parent in node.parents), default=-1)
    gate = 1 + max(column.values())
    for name, node in assets.items():
        if name in produced:
            column[name] = max(gate, 1 + max((column[parent] for parent in node.parents), default=-1))
    return column, gate


def places(column: Mapping[str, int], *, gate: int) -> dict[str, tuple[float, float]]:
    """The upper left corner of each box, columns centred on one line; before the gate they leave room for what passes by."""
    stacks = {number: sorted((name for name in column if column[name] == number), key=_order) for number in column.values()}
    lines = {number: _lines(len(stack), apart=ROOM if number == gate - 1 else 1.0) for number, stack in stacks.items()}
    top = min(line for rows in lines.values() for line in rows)
    return {
        name: (EDGE + number * STEP[0], TOP + (line - top) * STEP[1])
        for number, stack in stacks.items()
        for name, line in zip(stack, lines[number], strict=True)
    }


def _lines(count: int, *, apart: float) -> list[float]:
    return [(row - (count - 1) / 2) * apart for row in range(count)]


def _order(name: str) -> tuple[bool, str]:
    """Pictures above, sounds below."""
    return nodes()[name].group == "audio_tracks", name


def svg() -> str:
    """The picture."""
    assets = nodes()
    column, gate = columns(assets)
    at = places(column, gate=gate)
    width = max(x for x, _ in at.values()) + BOX[0] + EDGE
    height = max(y for _, y in at.values()) + BOX[1] + EDGE
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" font-family="Helvetica, Arial, sans-serif">',
        '<title>The asset graph of VideoFactory</title><rect width="100%" height="100%" fill="#ffffff"/>',
        *_gate(EDGE + gate * STEP[0] - (STEP[0] - BOX[0]) / 2, height),
        *(_arrow(at[parent], at[child]) for parent, child in direct(assets)),
        *_boxes(assets.values(), at),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _gate(x: float, height: float) -> list[str]:
    words = 'font-size="14" fill="#8a3324"'
    return [
        f'<line x1="{x:g}" y1="38" x2="{x:g}" y2="{height - 12:g}" stroke="#8a3324" stroke-width="1.5" stroke-dasharray="5 4"/>',
        f'<text x="{x:g}" y="24" text-anchor="middle" {words}>a person gives lights</text>',
        f'<text x="{EDGE}" y="24" font-size="14" fill="#5b6470">jobs develop, revise</text>',
        f'<text x="{x + 150:g}" y="24" font-size="14" fill="#5b6470">jobs produce, publish</text>',
    ]


def _arrow(start: tuple[float, float], end: tuple[float, float]) -> str:
    x1, y1 = start[0] + BOX[0], start[1] + BOX[1] / 2
    x2, y2 = end[0], end[1] + BOX[1] / 2
    bend = max(18.0, (x2 - x1) / 2)
    way = f"M{x1:g} {y1:g} C{x1 + bend:g} {y1:g} {x2 - bend:g} {y2:g} {x2:g} {y2:g}"
    return (
        f'<path d="{way}" fill="none" stroke="#8b939d" stroke-width="1.4"/><circle cx="{x2:g}" cy="{y2:g}" r="3" fill="#8b939d"/>'
    )


def _boxes(assets: Iterable[Node], at: Mapping[str, tuple[float, float]]) -> Iterable[str]:
    for node in assets:
        x, y = at[node.name]
        tick = " ✓" if node.checks else ""
        yield (
            f'<rect x="{x:g}" y="{y:g}" width="{BOX[0]}" height="{BOX[1]}" rx="8" fill="{COLOURS[node.group]}" stroke="#5b6470"/>'
            f'<text x="{x + BOX[0] / 2:g}" y="{y + 27:g}" text-anchor="middle" font-size="15" fill="#1d2228">'
            f"{escape(node.name)}{tick}</text>"
        )


if __name__ == "__main__":
    PICTURE.write_text(svg(), encoding="utf-8")
