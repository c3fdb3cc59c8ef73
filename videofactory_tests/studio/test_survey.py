"""How much a look at many projects reads: no more questions than for few, and values only where the ledger does not decide."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import event

from videofactory.domain.project import ProjectState
from videofactory.studio.alert_facts import gather
from videofactory.studio.factory import Studio
from videofactory.studio.programme import programme
from videofactory.studio.status import state_of
from videofactory.studio.survey import Survey
from videofactory_tests.crowd import MIX, crowd_at

FEW, MANY = 100, 400
CHANNELS = 2


@pytest.fixture(scope="module")
def crowds(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Studio]:
    """A home with few projects and one with many, both of two channels."""
    return {number: crowd_at(tmp_path_factory.mktemp("crowd"), number=number, channels=CHANNELS) for number in (FEW, MANY)}


def questions(studio: Studio, look: Callable[[Studio], object]) -> int:
    """How many questions a look asks the ledger."""
    asked: list[str] = []

    def note(*details: object) -> None:
        asked.append(str(details[2]))

    event.listen(studio.ledger.database.engine, "before_cursor_execute", note)
    look(studio)
    event.remove(studio.ledger.database.engine, "before_cursor_execute", note)
    return len([words for words in asked if words.startswith("SELECT")])


def states(studio: Studio) -> dict[str, ProjectState]:
    """Where every project stands."""
    survey = Survey(studio, studio.ledger.projects.all())
    return {project: survey.state(project) for project in survey.projects}


def test_many_projects_are_surveyed_with_as_many_questions_as_few(crowds: dict[int, Studio]) -> None:
    assert questions(crowds[FEW], states) == questions(crowds[MANY], states)
    told = set(crowds[MANY].channels)
    looks: list[Callable[[Studio], object]] = [lambda studio: gather(studio, channels=told, known=set()), programme]
    for look in looks:
        few, many = questions(crowds[FEW], look), questions(crowds[MANY], look)
        assert many <= few + 10, look  # each publication that is handed out is noted by itself


def test_a_survey_says_of_each_what_is_said_of_one(crowds: dict[int, Studio]) -> None:
    studio = crowds[FEW]
    found = states(studio)
    assert found == {project: state_of(studio, project) for project in found}
    assert set(found.values()) == set(MIX)


def test_what_is_over_is_not_looked_at(crowds: dict[int, Studio]) -> None:
    studio = crowds[MANY]
    over = {ProjectState.PUBLISHED, ProjectState.CANCELLED}
    left = {row.key for row in studio.ledger.overview.unfinished()}
    assert left == {project for project, state in states(studio).items() if state not in over}


def test_values_are_read_only_where_the_ledger_does_not_decide(tmp_path: Path) -> None:
    studio = crowd_at(tmp_path / "home", number=100, channels=CHANNELS)
    found = states(studio)
    decided = {ProjectState.PUBLISHED, ProjectState.FAILED, ProjectState.OVER_BUDGET, ProjectState.QUEUED, ProjectState.CANCELLED}
    for project, state in found.items():
        if state in decided:
            for asset in ("brief", "script", "final_cut"):
                (studio.settings.store / "values" / asset / f"{project}.json").unlink(missing_ok=True)
    assert states(studio) == found


def test_films_are_found_by_their_channel_and_not_twice(crowds: dict[int, Studio]) -> None:
    studio = crowds[MANY]
    found = states(studio)
    for channel in studio.channels:
        rows = studio.ledger.overview.filmed(channel)
        assert {row.channel for row in rows} == {channel}
        assert {found[row.key] for row in rows} == {ProjectState.FINAL_REVIEW}


def test_what_moved_last_is_known(crowds: dict[int, Studio]) -> None:
    studio = crowds[FEW]
    keys = list(states(studio))
    before = studio.ledger.overview.moved(keys)
    studio.ledger.runs.reached(keys[7], "music", outcome="done", entries=0)
    after = studio.ledger.overview.moved(keys)
    assert [key for key in keys if after[key] > before[key]] == [keys[7]]
