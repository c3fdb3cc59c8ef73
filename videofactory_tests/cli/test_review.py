"""`review`: each kind of decision, what it re-makes and what it leaves, and the answers to decisions that cannot be."""

from pathlib import Path
from typing import Any

import pytest

from videofactory.cli.main import joined
from videofactory.cli.review import TEXT_MARK
from videofactory_tests.homes import PROJECT, command, done, studio_of


def review(home: Path, *words: str) -> dict[str, Any]:
    """The project after these decisions."""
    value = done(home, "review", PROJECT, *words)
    assert isinstance(value, dict)
    return value


def lights(value: dict[str, Any]) -> dict[str, tuple[int, str | None]]:
    """Take and light of each scene, in the film's order."""
    return {scene["id"][-1]: (scene["take"], scene["light"]) for scene in value["scenes"]}


def previews(value: dict[str, Any]) -> dict[str, str]:
    """The preview file of each scene."""
    return {scene["id"][-1]: scene["preview"] for scene in value["scenes"]}


def test_without_a_light_it_lists(drafted_copy: Path) -> None:
    value = review(drafted_copy)
    assert set(value) >= {"project", "scenes"}
    assert lights(value) == {"1": (1, None), "2": (1, None), "3": (1, None)}
    assert command(drafted_copy, "review", PROJECT).out.count("preview") == 3


def test_green_for_some_then_for_all(drafted_copy: Path) -> None:
    assert lights(review(drafted_copy, "--green", "1,3")) == {"1": (1, "green"), "2": (1, None), "3": (1, "green")}
    value = review(drafted_copy, "--green", "all", "--reviewer", "Bea")
    assert value["state"] == "producing"
    log = studio_of(drafted_copy).ledger.reviews.log(PROJECT)
    assert [entry.reviewer for entry in log] == ["Ada", "Ada", "Bea"]


def test_yellow_and_red_make_a_new_take_of_their_scene_alone(drafted_copy: Path) -> None:
    before = review(drafted_copy)
    after = review(drafted_copy, "--green", "1", "--yellow", "2", "warmer -- and closer", "--red", "3")
    assert lights(after) == {"1": (1, "green"), "2": (2, None), "3": (2, None)}
    assert previews(after)["1"] == previews(before)["1"]
    assert previews(after)["2"] != previews(before)["2"]
    assert previews(after)["3"] != previews(before)["3"]
    assert [scene["feedback"] for scene in after["scenes"]] == ["", "warmer -- and closer", ""]
    assert after["state"] == "in_review"


def test_edits_of_words_order_and_scenes(drafted_copy: Path) -> None:
    review(drafted_copy, "--green", "all")
    after = review(drafted_copy, "--edit", "1.narration=We open at five.", "--order", "2,1,3")
    assert list(lights(after).items()) == [("2", (1, "green")), ("1", (1, "green")), ("3", (1, "green"))]
    assert after["scenes"][1]["narration"] == "We open at five."
    after = review(drafted_copy, "--drop", "3", "--add", "1", "See you soon.")
    assert list(lights(after)) == ["2", "1", "4"]
    assert lights(after)["4"] == (1, None)
    assert after["scenes"][2]["narration"] == "See you soon."


def test_redo_asks_for_another_clip_of_a_green_scene(finished_copy: Path) -> None:
    before = review(finished_copy)
    after = review(finished_copy, "--redo", "2")
    assert after["state"] == "producing"
    assert lights(after) == lights(before)
    assert [scene["clip_take"] for scene in after["scenes"]] == [1, 2, 1]
    assert after["scenes"][1]["clip"] is None


def test_the_film_gets_its_light(finished_copy: Path) -> None:
    assert review(finished_copy, "--film", "green")["state"] == "final_review"
    assert review(finished_copy, "--film", "yellow", "shorter")["state"] == "in_review"


def test_a_decision_on_old_knowledge_is_a_conflict_and_nothing_is_lost(drafted_copy: Path) -> None:
    seen = review(drafted_copy)["review_version"]
    review(drafted_copy, "--green", "2", "--reviewer", "Bea")
    answer = command(drafted_copy, "review", PROJECT, "--yellow", "2", "warmer", "--based-on", str(seen), "--json")
    assert answer.code == 1
    assert "Bea" in answer.err
    assert lights(review(drafted_copy)) == {"1": (1, None), "2": (1, "green"), "3": (1, None)}
    assert command(drafted_copy, "review", PROJECT, "--green", "1", "--based-on", str(seen)).code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--yellow", "2"], "say in 1 to 500 characters"),
        (["--yellow", "2", "x" * 501], "at most 500 characters"),
        (["--green", "9"], "no scene 9"),
        (["--green", "one"], "--green = one"),
        (["--red", "x"], "write the scene's number"),
        (["--film", "blue"], "green, yellow or red"),
        (["--edit", "2.colour=red"], "fields are narration"),
        (["--edit", "narration"], 'write --edit 2.narration="New words"'),
        (["--edit", "2.seconds=abc"], "--edit 2.seconds"),
        (["--edit", "2.engine=kling"], "kling"),
        (["--edit", "2.narration=" + "word " * 40], "shorten it"),
        (["--order", "1,2"], "name each of the scenes 1,2,3 once"),
        (["--drop", "1", "--drop", "2", "--drop", "3"], "at least one scene"),
    ],
)
def test_what_cannot_be_decided_is_bad_input_and_changes_nothing(finished_copy: Path, words: list[str], said: str) -> None:
    answer = command(finished_copy, "review", PROJECT, *words, "--json")
    assert answer.code == 2, answer.err
    assert said in answer.err
    assert answer.out == ""
    assert review(finished_copy)["review_version"] == 3


def test_a_light_for_a_film_that_is_not_made_is_a_conflict(drafted_copy: Path) -> None:
    answer = command(drafted_copy, "review", PROJECT, "--film", "green")
    assert answer.code == 1
    assert "has no finished film" in answer.err


def test_text_is_joined_to_the_option_before_it() -> None:
    mark = TEXT_MARK
    assert joined(["review", "p", "--red", "3"]) == ["review", "p", "--red", "3"]
    assert joined(["--red", "3", "darker", "--green", "1"]) == ["--red", f"3{mark}darker", "--green", "1"]
    assert joined(["--film", "green", "--json"]) == ["--film", "green", "--json"]
    assert joined(["--add", "0", "Hello."]) == ["--add", f"0{mark}Hello."]
    assert joined(["--red"]) == ["--red"]
