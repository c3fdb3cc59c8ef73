"""Fair turns between channels: in the line's own order, and in what Dagster's queue starts by the repository's dagster.yaml."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from dagster import DagsterInstance, DagsterRun, DagsterRunStatus, RunRequest, SensorResult, build_sensor_context
from dagster._core.remote_origin import RegisteredCodeLocationOrigin, RemoteJobOrigin, RemoteRepositoryOrigin
from dagster._daemon.run_coordinator.queued_run_coordinator_daemon import QueuedRunCoordinatorDaemon

from videofactory.definitions import defs
from videofactory.defs.line import RUN_KEY_TAG, Line, unheard
from videofactory.defs.resources import FactoryResource
from videofactory.defs.runs import CHANNEL_TAG, PARTITION_TAG, PRIORITY_TAG, under_way
from videofactory.defs.sensors.review import AT_ONCE, review_sensor
from videofactory_tests.homes import home, put_home, studio_of

__all__ = ["home"]
ORIGIN = RemoteJobOrigin(RemoteRepositoryOrigin(RegisteredCodeLocationOrigin("factory"), "factory"), "develop")
"""Dagster wants to know of a queued run where it comes from."""
DAGSTER_YAML = Path(__file__).parents[2] / "dagster.yaml"


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[DagsterInstance]:
    """A Dagster with a queue as the product's."""
    (folder := tmp_path / "dagster").mkdir()
    with DagsterInstance.local_temp(str(folder), overrides=yaml.safe_load(DAGSTER_YAML.read_text("utf-8"))) as made:
        yield made


def channels_in(home: Path, sizes: dict[str, int]) -> None:
    """Projects nobody has begun, so many in each channel; those of the first channel came first."""
    put_home(home)
    ledger = studio_of(home).ledger
    for channel, size in sizes.items():
        (home / "channels" / f"{channel}.yaml").write_text(f"{{name: {channel}, language: en}}", encoding="utf-8")
        for number in range(size):
            source = {"source_kind": "file", "source_id": f"{channel}-{number}.yaml", "brief": "{}"}
            ledger.projects.take_in(channel=channel, title=f"Film {number}", **source)


def look(home: Path, instance: DagsterInstance) -> list[RunRequest]:
    """What one look asks for, written into Dagster's queue as its daemon does."""
    said = review_sensor(build_sensor_context(instance=instance), factory=FactoryResource(home=str(home)))
    requests = list(said.run_requests or ()) if isinstance(said, SensorResult) else []
    for request in requests:
        assert request.run_key
        assert request.partition_key
        _queue(instance, {**request.tags, RUN_KEY_TAG: request.run_key, PARTITION_TAG: request.partition_key})
    return requests


def _queue(instance: DagsterInstance, tags: dict[str, str]) -> None:
    job = defs.resolve_job_def("develop").get_subset(op_selection=None)
    instance.create_run_for_job(job, tags=tags, status=DagsterRunStatus.QUEUED, remote_job_origin=ORIGIN)


def start(instance: DagsterInstance) -> list[str]:
    """The channels whose runs Dagster's queue starts now; they end at once."""
    chosen = QueuedRunCoordinatorDaemon(interval_seconds=1)._get_runs_to_dequeue(
        instance, instance.get_concurrency_config(), fixed_iteration_time=None
    )
    for run in chosen:
        instance.report_run_canceled(run)
    return [run.tags[CHANNEL_TAG] for run in chosen]


def emptied(home: Path, instance: DagsterInstance) -> list[str]:
    """The channels in the order their runs are started, until nothing waits."""
    order: list[str] = []
    while True:
        look(home, instance)
        started = start(instance)
        if not started:
            return order
        order += started


def test_the_queue_starts_channels_in_turn(home: Path, instance: DagsterInstance) -> None:
    sizes = {"big": 12, "middle": 3, "other": 3, "small": 2}
    channels_in(home, sizes)
    order = emptied(home, instance)
    assert {channel: order.count(channel) for channel in sizes} == sizes
    assert sorted(order[: len(sizes)]) == sorted(sizes)
    assert order.index("small") < len(sizes)
    last = len(order) - order[::-1].index("small") - 1
    assert order[:last].count("big") <= 2


def test_who_comes_late_goes_in_turn_with_those_who_wait(home: Path, instance: DagsterInstance) -> None:
    channels_in(home, {"big": 14})
    look(home, instance)
    for _ in range(3):
        assert start(instance) == ["big", "big"]
    channels_in(home, {"late": 4})
    order = emptied(home, instance)
    assert order[:8].count("late") == 4
    assert order[:8].count("big") == 4


def run_of(channel: str, place: int | None, status: DagsterRunStatus) -> DagsterRun:
    """A run of this channel at this place."""
    tags = {CHANNEL_TAG: channel} | ({} if place is None else {PRIORITY_TAG: str(-place)})
    return DagsterRun(job_name="develop", tags=tags, status=status, remote_job_origin=ORIGIN)


def lined(runs: list[DagsterRun], channels: list[str]) -> list[tuple[int, str]]:
    """The places in the line, first in line first, with whose they are."""
    requests = [RunRequest(tags={CHANNEL_TAG: channel}) for channel in channels]
    return [(-int(request.tags[PRIORITY_TAG]), request.tags[CHANNEL_TAG]) for request in Line(runs).up(requests)]


def test_five_hundred_projects_leave_the_second_place_to_whom_has_two() -> None:
    order = [channel for _, channel in lined([], ["big"] * 500 + ["small"] * 2)]
    assert order[:4] == ["big", "small", "big", "small"]


def test_small_channels_that_never_end_do_not_starve_a_big_one() -> None:
    waiting = [run_of("big", place, DagsterRunStatus.QUEUED) for place in range(100, 200)]
    assert lined(waiting, ["new"] * 2) == [(100, "new"), (101, "new")]
    begun = [run_of("big", 100, DagsterRunStatus.STARTED)]
    assert lined(begun, ["new"] * 2 + ["big"]) == [(100, "new"), (101, "new"), (101, "big")]


def test_a_run_started_by_hand_moves_nobody() -> None:
    by_hand = run_of("other", None, DagsterRunStatus.QUEUED)
    waiting = run_of("big", 100, DagsterRunStatus.QUEUED)
    assert lined([by_hand, waiting], ["new"]) == [(100, "new")]


def test_what_dagster_had_already_takes_no_place(home: Path, instance: DagsterInstance) -> None:
    channels_in(home, {"stuck": 4})
    assert len(look(home, instance)) == 4
    while start(instance):
        pass
    assert under_way(instance) == []
    channels_in(home, {"stuck": 6})
    assert [request.tags[PRIORITY_TAG] for request in look(home, instance)] == ["0", "-1"]


def test_a_look_asks_for_no_more_than_dagster_writes_down_soon(home: Path, instance: DagsterInstance) -> None:
    channels_in(home, {"big": AT_ONCE + 10, "small": 1})
    said = review_sensor(build_sensor_context(instance=instance), factory=FactoryResource(home=str(home)))
    assert isinstance(said, SensorResult)
    asked = [request.tags[CHANNEL_TAG] for request in said.run_requests or ()]
    assert len(asked) == AT_ONCE
    assert asked.index("small") == 1


def test_keys_dagster_never_heard_of_are_all_asked_for(instance: DagsterInstance) -> None:
    requests = [RunRequest(run_key=f"key-{number}") for number in range(250)]
    _queue(instance, {RUN_KEY_TAG: "key-7"})
    assert [request.run_key for request in unheard(instance, requests)] == [f"key-{n}" for n in range(250) if n != 7]
