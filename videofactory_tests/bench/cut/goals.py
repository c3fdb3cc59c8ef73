"""What the figures of the bench should come to, and what they come to: ratios of medians over the rounds of one run."""

from collections.abc import Callable, Mapping
from statistics import median
from typing import NamedTuple

from rich.table import Table

from videofactory_tests.bench.cut.reference import SECONDS
from videofactory_tests.bench.cut.watch import Cost

Figures = dict[str, Cost]


class Goal(NamedTuple):
    """A ratio by name: what it should be at least or at most, and how it comes from the figures."""

    name: str
    least: float | None
    most: float | None
    of: Callable[[Mapping[str, Cost]], float]


class Ratio(NamedTuple):
    """A goal and what was reached."""

    name: str
    value: float
    goal: str
    reached: bool


GOALS = (
    Goal(
        "the cut alone: one FFmpeg graph / ours, wall", 5.0, None,
        lambda f: f["one FFmpeg graph"].wall / (f["cut"].wall - f["start"].wall),
    ),
    Goal(
        "scenes and cut: ours / decode and encode, CPU", None, 1.10,
        lambda f: (f["scenes"].cpu + f["cut"].cpu - 2 * f["start"].cpu) / (f["decode"].cpu + f["encode"].cpu - f["read"].cpu),
    ),
    Goal("scenes and cut: one FFmpeg graph / ours, wall", 1.1, None, lambda f: f["one FFmpeg graph"].wall / _both(f)),
    Goal("scenes and cut: MLT / ours, wall", 2.0, None, lambda f: f["MLT"].wall / _both(f)),
    Goal("scenes and cut: MoviePy / ours, wall", 4.5, None, lambda f: f["MoviePy"].wall / _both(f)),
    Goal(
        "60 scenes, one changed: re-cut / from nothing, wall", None, 1 / 20,
        lambda f: f["60: one scene changed"].wall / f["60: from nothing"].wall,
    ),
    Goal("60 scenes, nothing changed: seconds", None, 3.0, lambda f: f["60: nothing changed"].wall),
    Goal(
        "peak memory: 60 scenes / 8", None, 1.2,
        lambda f: f["60: from nothing"].peak / max(f["scenes"].peak, f["cut"].peak),
    ),
    Goal("peak memory, 60 scenes: MB", None, 400.0, lambda f: f["60: from nothing"].peak),
    Goal(
        "quality gate: seconds per second of film", None, 0.25,
        lambda f: (f["quality gate"].wall - f["start"].wall) / f["film"].wall,
    ),
    Goal("preview: seconds for a still", None, None, lambda f: f["preview"].wall - f["start"].wall),
    Goal("clip rendering: seconds per second of clip", None, None, lambda f: (f["clip"].wall - f["start"].wall) / SECONDS),
    Goal("quality gate again after one change of 60: seconds", None, None, lambda f: f["60: gate again"].wall),
)  # fmt: skip


def _both(figures: Mapping[str, Cost]) -> float:
    """Wall time of scenes and cut without the starts of Python, which in the factory are Dagster's."""
    return figures["scenes"].wall + figures["cut"].wall - 2 * figures["start"].wall


def ratios(figures: Figures) -> list[Ratio]:
    """All goals whose figures were measured."""
    middle = medians(figures)
    found = []
    for goal in GOALS:
        try:
            value = goal.of(middle)
        except KeyError:
            continue
        enough = (goal.least is None or value >= goal.least) and (goal.most is None or value <= goal.most)
        found.append(Ratio(goal.name, value, _words(goal), enough))
    return found


def medians(figures: Figures) -> Figures:
    """The middle cost of each work over its rounds (`cut 1`, `cut 2` …)."""
    groups: dict[str, list[Cost]] = {}
    for name, cost in figures.items():
        head, _, tail = name.rpartition(" ")
        groups.setdefault(head if head and tail.isdigit() else name, []).append(cost)
    return {name: Cost(*(median(column) for column in zip(*costs, strict=True))) for name, costs in groups.items()}


def _words(goal: Goal) -> str:
    if goal.least is not None:
        return f"≥ {goal.least:g}"
    return f"≤ {goal.most:.3g}" if goal.most is not None else "–"


def shown(found: list[Ratio]) -> Table:
    """The ratios as a table."""
    table = Table("measured in this run", "reached", "goal", "", box=None, pad_edge=False)
    for ratio in found:
        table.add_row(ratio.name, f"{ratio.value:.3f}", ratio.goal, "" if ratio.goal == "–" else "yes" if ratio.reached else "NO")
    return table
