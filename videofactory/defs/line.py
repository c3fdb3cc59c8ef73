"""The line of runs before Dagster's queue: whose turn it is among channels, so that none starves another, however many it brings.

Dagster starts the run with the highest priority first; ours is the place in the line, negative. The n-th run of each channel
stands beside the n-th of any other. A channel that comes later begins where the line is now: neither behind all that wait, nor
before those that waited long.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from dagster import DagsterInstance, DagsterRun, DagsterRunStatus, RunRequest, RunsFilter

from videofactory.defs.runs import CHANNEL_TAG, PRIORITY_TAG

RUN_KEY_TAG = "dagster/run_key"
"""Where Dagster remembers which request a run came of: it never starts a second one for the same."""
ASKED_AT_ONCE = 100
"""Run keys named in one question to Dagster's data base."""


class Line:
    """Places among the runs under way."""

    def __init__(self, runs: Iterable[DagsterRun]) -> None:
        self._next: dict[str | None, int] = defaultdict(int)
        waiting: list[int] = []
        begun = [0]
        for run in runs:
            place = _place(run)
            channel = run.tags.get(CHANNEL_TAG)
            self._next[channel] = max(self._next[channel], place + 1)
            if PRIORITY_TAG in run.tags:
                (waiting if run.status is DagsterRunStatus.QUEUED else begun).append(place)
        self._front = min(waiting, default=max(begun))

    def up(self, requests: Iterable[RunRequest]) -> list[RunRequest]:
        """The requests with their places, first in line first. Those of one channel keep their order."""
        placed = [(self._take(request.tags.get(CHANNEL_TAG)), request) for request in requests]
        placed.sort(key=lambda entry: entry[0])
        return [request.with_replaced_attrs(tags={**request.tags, PRIORITY_TAG: str(-place)}) for place, request in placed]

    def _take(self, channel: str | None) -> int:
        place = max(self._front, self._next[channel])
        self._next[channel] = place + 1
        return place


def _place(run: DagsterRun) -> int:
    """Where a run stands, or stood; one that somebody started by hand stands before all."""
    try:
        return max(0, -int(run.tags.get(PRIORITY_TAG, "0")))
    except ValueError:  # somebody wrote a word there
        return 0


def unheard(instance: DagsterInstance, requests: Sequence[RunRequest]) -> Iterator[RunRequest]:
    """Those of the requests that Dagster has not had yet: what it would leave out takes no place from what it would start."""
    for first in range(0, len(requests), ASKED_AT_ONCE):
        part = requests[first : first + ASKED_AT_ONCE]
        keys = [request.run_key for request in part if request.run_key]
        had = {run.tags.get(RUN_KEY_TAG) for run in instance.get_runs(RunsFilter(tags={RUN_KEY_TAG: keys}))}
        yield from (request for request in part if request.run_key not in had)
