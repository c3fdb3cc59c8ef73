"""Milestones hold the last outcome of each stage; workers tell runs of the living from runs of the dead."""

import time
from pathlib import Path

from videofactory.ledger.ledger import Ledger, open_ledger
from videofactory_tests.core import take_in
from videofactory_tests.processes import child


def _work(url: str, project: str, mark: Path) -> None:
    open_ledger(url).runs.begin("run-of-child", project=project, job="produce")
    mark.touch()
    time.sleep(600)


def test_a_stage_has_one_outcome_its_last(ledger: Ledger, project: str) -> None:
    ledger.runs.reached(project, "script", outcome="failed", entries=0, detail="no words")
    ledger.runs.reached(project, "narration", outcome="done", entries=1)
    ledger.runs.reached(project, "script", outcome="done", entries=2, run_id="run-2")
    reached = ledger.runs.milestones(project)
    assert set(reached) == {"script", "narration"}
    assert (reached["script"].outcome, reached["script"].entries, reached["script"].run_id) == ("done", 2, "run-2")
    assert reached["script"].detail == ""
    assert ledger.runs.milestones(take_in(ledger, source="two.yaml")) == {}


def test_a_run_is_alive_until_it_ends(ledger: Ledger, project: str) -> None:
    ledger.runs.begin("run-1", project=project, job="develop")
    ledger.runs.begin("run-1", project=project, job="develop")
    assert [(worker.run_id, worker.job) for worker in ledger.runs.alive(project)] == [("run-1", "develop")]
    assert ledger.runs.alive("another") == []
    ledger.runs.end("run-1")
    assert ledger.runs.alive() == ledger.runs.dead() == []


def test_a_run_whose_process_was_killed_is_dead_at_once(ledger: Ledger, ledger_url: str, project: str, tmp_path: Path) -> None:
    with child(_work, ledger_url, project, tmp_path / "mark", until=tmp_path / "mark"):
        assert [worker.run_id for worker in ledger.runs.alive(project)] == ["run-of-child"]
        assert ledger.runs.dead() == []
    assert [worker.run_id for worker in ledger.runs.dead()] == ["run-of-child"]
    assert ledger.runs.alive(project) == []
    ledger.runs.begin("run-of-child", project=project, job="produce")
    assert [worker.run_id for worker in ledger.runs.alive(project)] == ["run-of-child"]
    assert ledger.runs.dead() == []
