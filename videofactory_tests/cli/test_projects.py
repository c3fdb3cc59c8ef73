"""`new`, `draft`, `produce`, `status`: what they print with `--json`, how they end, and their words when something is wrong."""

import contextlib
from pathlib import Path

import pytest

from videofactory_tests.homes import PROJECT, command, done, put_brief, put_home

SCENE = {"id", "take", "light", "engine", "seconds", "cost_usd", "preview", "clip", "problem"}
STATUS = {"project", "title", "channel", "state", "cost_usd", "scenes", "film", "video"}
FILM = {"path", "sha256", "seconds", "captions", "thumbnail"}


def test_new_answers_with_the_same_project_for_the_same_file(home: Path, tmp_path: Path) -> None:
    brief = put_brief(tmp_path / "briefs")
    answers = [command(home, "new", str(brief), "--json") for _ in range(2)]
    assert [(answer.code, answer.value) for answer in answers] == [(0, {"project": PROJECT})] * 2
    assert [one["project"] for one in done(home, "status")] == [PROJECT]


def test_status_of_a_finished_project(finished: Path) -> None:
    answer = command(finished, "status", PROJECT, "--json")
    value = answer.value
    assert answer.out.count("\n") == 1
    assert set(value) >= STATUS
    assert (value["project"], value["title"], value["channel"]) == (PROJECT, "The first cup", "harbour")
    assert (value["state"], value["cost_usd"], value["video"]) == ("final_review", 0.0, None)
    assert [scene["id"] for scene in value["scenes"]] == ["scene-01", "scene-02", "scene-03"]
    for scene in value["scenes"]:
        assert set(scene) >= SCENE
        assert (scene["take"], scene["light"], scene["engine"], scene["problem"]) == (1, "green", "embedded", None)
    assert set(value["film"]) >= FILM
    assert 5 < value["film"]["seconds"] < 10


def test_status_names_files_that_are_there(made: Path) -> None:
    value = done(made / "finished", "status", PROJECT)
    files = [value["film"][name] for name in ("path", "captions", "thumbnail")]
    files += [scene[name] for scene in value["scenes"] for name in ("preview", "clip")]
    assert all(Path(file).is_file() for file in files)


def test_status_without_a_project_lists_all(finished: Path, home: Path) -> None:
    assert done(finished, "status") == [done(finished, "status", PROJECT)]
    assert done(home, "status") == []
    assert "No project in" in command(home, "status").out


def test_people_read_the_same_facts(finished: Path) -> None:
    shown = command(finished, "status", PROJECT).out
    assert "state final_review, cost 0.00 USD" in shown
    assert "scene-02" in shown
    assert "The first cup.mp4" in shown
    assert PROJECT in command(finished, "status").out


def test_produce_waits_for_lights_and_names_the_scenes(drafted_copy: Path) -> None:
    done(drafted_copy, "review", PROJECT, "--green", "2")
    answer = command(drafted_copy, "produce", PROJECT, "--json")
    assert answer.code == 3
    assert "scene-01, scene-03" in answer.err
    assert "scene-02" not in answer.err
    assert f"videofactory review {PROJECT}" in answer.err


def test_produce_again_answers_with_the_same_film(finished_copy: Path) -> None:
    before = done(finished_copy, "status", PROJECT)["film"]
    after = done(finished_copy, "produce", PROJECT)
    assert set(after) >= {"project", "state", "run_id", "film"}
    assert after["film"] == before


@pytest.mark.parametrize("words", [["draft"], ["produce"], ["status"], ["review"]])
def test_an_unknown_project_is_bad_input_and_says_how_to_find_the_right_one(home: Path, words: list[str]) -> None:
    answer = command(home, *words, "harbour-nothing-000000", "--json")
    assert answer.code == 2
    assert "There is no project 'harbour-nothing-000000'" in answer.err
    assert "videofactory status" in answer.err


@pytest.mark.parametrize("words", [["stauts"], ["status", "--jsn"], ["new"], ["review"], ["calls", "--state"]])
def test_bad_usage_ends_with_two_and_no_traceback(home: Path, words: list[str]) -> None:
    answer = command(home, *words)
    assert answer.code == 2
    assert "Error" in answer.err
    assert "Traceback" not in answer.err


def test_a_bad_brief_names_file_field_value_and_remedy(home: Path, tmp_path: Path) -> None:
    brief = put_brief(tmp_path / "briefs", channel="harbor", seconds=1, images=["../../etc/passwd.jpg"])
    answer = command(home, "new", str(brief), "--json")
    assert (answer.code, answer.out) == (2, "")
    assert (
        "first-cup.yaml: channel = 'harbor'" in answer.err.replace('"', "'") or "first-cup.yaml: channel = harbor" in answer.err
    )
    assert "harbour" in answer.err
    assert "seconds" in answer.err


@pytest.mark.parametrize("text", ["title: [", "- a\n- b\n", "channel: harbour\ntitle: [red]not markup[/red]\n", ""])
def test_bad_yaml_is_said_in_words(home: Path, tmp_path: Path, text: str) -> None:
    brief = tmp_path / "bad.yaml"
    brief.write_text(text, encoding="utf-8")
    answer = command(home, "new", str(brief))
    assert answer.code == 2
    assert "bad.yaml" in answer.err
    assert "Traceback" not in answer.err


def test_a_brief_that_is_not_there_is_bad_input(home: Path) -> None:
    answer = command(home, "new", "nowhere.yaml")
    assert answer.code == 2
    assert "nowhere.yaml" in answer.err


def test_a_bad_channel_file_stops_every_command_with_all_its_errors(home: Path, tmp_path: Path) -> None:
    (home / "channels" / "harbour.yaml").write_text("name: x\nlanguage: xx\nplan: golden\nbudget: 3\n", encoding="utf-8")
    answer = command(home, "new", str(put_brief(tmp_path / "briefs")))
    assert answer.code == 2
    for field in ("language", "plan", "budget"):
        assert field in answer.err
    assert answer.err.count("harbour.yaml") >= 3


def test_a_relative_home_and_another_working_folder_make_no_difference(made: Path) -> None:
    for folder, home in ((made, "finished"), (made / "briefs", "../finished")):
        with contextlib.chdir(folder):
            answer = command(made / "elsewhere", "status", PROJECT, "--home", home, "--json")
        assert Path(answer.value["film"]["path"]).resolve().is_relative_to(made.resolve() / "finished")


def test_a_brief_is_found_from_the_working_folder(home: Path, tmp_path: Path) -> None:
    put_brief(tmp_path / "briefs")
    put_home(tmp_path / "briefs" / "mine")
    with contextlib.chdir(tmp_path / "briefs"):
        assert command(home, "new", "first-cup.yaml", "--home", "mine", "--json").value == {"project": PROJECT}
    assert [one["project"] for one in done(tmp_path / "briefs" / "mine", "status")] == [PROJECT]
    assert done(home, "status") == []
