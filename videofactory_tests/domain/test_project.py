"""A project's state: every one reachable, every rule needed, the first that fits decides."""

import pytest

from videofactory.domain.project import NEXT_JOB, Facts, ProjectState, film_is_current, project_state
from videofactory.domain.review import Light

FILM: dict[str, object] = {"drafted": True, "script_entries": 3, "film_entries": 3, "last_change": 2, "all_green": True}
TABLE: list[tuple[dict[str, object], str]] = [
    ({}, "queued"),
    ({"running": "develop"}, "drafting"),
    ({"running": "revise"}, "revising"),
    ({"running": "produce"}, "producing"),
    ({"running": "a job of our own"}, "queued"),
    ({"trouble": "flagged"}, "flagged"),
    ({"trouble": "over_budget"}, "over_budget"),
    ({"trouble": "failed"}, "failed"),
    ({"trouble": "waiting"}, "queued"),
    ({"drafted": True}, "in_review"),
    ({"drafted": True, "script_entries": 2, "last_change": 3}, "revising"),
    ({"drafted": True, "script_entries": 2, "last_change": 3, "all_green": True}, "revising"),
    ({"drafted": True, "script_entries": 3, "last_change": 3}, "in_review"),
    ({"drafted": True, "script_entries": 3, "last_change": 3, "all_green": True}, "producing"),
    (FILM, "final_review"),
    (FILM | {"film_entries": 1}, "producing"),
    (FILM | {"film_entries": None}, "producing"),
    (FILM | {"last_redo": 4}, "producing"),
    (FILM | {"last_redo": 3}, "final_review"),
    (FILM | {"all_green": False}, "in_review"),
    (FILM | {"film_light": Light.YELLOW}, "in_review"),
    (FILM | {"film_light": Light.RED}, "in_review"),
    (FILM | {"film_light": Light.RED, "last_change": 4}, "revising"),
    (FILM | {"film_light": Light.GREEN}, "final_review"),
    (FILM | {"publish_at": "2026-01-01"}, "scheduled"),
    (FILM | {"film_light": Light.GREEN, "publish_at": "2026-01-01"}, "scheduled"),
    (FILM | {"film_light": Light.RED, "publish_at": "2026-01-01"}, "in_review"),
    (FILM | {"published": True}, "published"),
    (FILM | {"published": True, "running": "produce", "trouble": "failed"}, "published"),
    (FILM | {"cancelled": True, "published": True}, "cancelled"),
    (FILM | {"cancelled": True, "running": "produce"}, "cancelled"),
    ({"running": "develop", "trouble": "failed"}, "drafting"),
    (FILM | {"trouble": "failed"}, "failed"),
    ({"drafted": True, "script_entries": 2, "last_change": 3, "trouble": "failed"}, "failed"),
]


@pytest.mark.parametrize(("facts", "state"), TABLE)
def test_states(facts: dict[str, object], state: str) -> None:
    assert project_state(Facts.model_validate(facts)).value == state


def test_every_state_can_be_reached() -> None:
    assert {state for _, state in TABLE} == {state.value for state in ProjectState}


def test_only_three_states_wait_for_a_job() -> None:
    assert {state.value: job for state, job in NEXT_JOB.items()} == {
        "queued": "develop",
        "revising": "revise",
        "producing": "produce",
    }


def test_a_film_is_current_when_it_holds_the_last_change_and_the_last_redo() -> None:
    assert film_is_current(Facts(film_entries=0))
    assert not film_is_current(Facts())
    assert not film_is_current(Facts(film_entries=2, last_change=3))
    assert not film_is_current(Facts(film_entries=2, last_redo=3))
