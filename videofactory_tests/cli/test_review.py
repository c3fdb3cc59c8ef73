"""`review`: each kind of decision, what it re-makes and what it leaves, and the answers to decisions that cannot be."""

from pathlib import Path
from typing import Any

import pytest

from videofactory.cli.main import joined
from videofactory.cli.review import TEXT_MARK
from videofactory.domain.money import usd
from videofactory.domain.script import Route
from videofactory.ledger.call import CallState
from videofactory.studio.material import ScriptVersion
from videofactory_tests.core import order
from videofactory_tests.homes import PROJECT, command, done, put_home, studio_of


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


@pytest.fixture
def sold(drafted_copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A drafted home whose three scenes of two seconds are Kling's: 3 s at 0.084 each."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("KLING_API_KEY=set\n", encoding="utf-8")
    return with_budget(drafted_copy, "20")


def with_budget(home: Path, project_usd: str) -> Path:
    """The home with Kling as its engine and this much for a project."""
    put_home(
        home, engines={"video": {"default": "kling", "allowed": ["kling", "embedded"]}}, budgets={"project_usd": project_usd}
    )
    studio = studio_of(home)
    version = studio.values.read("script", PROJECT, ScriptVersion)
    assert version is not None
    route = Route(engine="kling", reason="test")
    scenes = tuple(scene.model_copy(update={"route": route}) for scene in version.script.scenes)
    script = version.script.model_copy(update={"scenes": scenes})
    studio.values.write("script", PROJECT, version.model_copy(update={"script": script}))
    return home


def test_the_price_of_green_is_told_with_what_is_left(sold: Path) -> None:
    value = review(sold)
    assert [scene["price_usd"] for scene in value["scenes"]] == [0.252] * 3
    assert value["price_total_usd"] == 0.756
    left = {budget["scope"]: budget["left_usd"] for budget in value["budgets"]}
    assert left == {"project": 20.0, "channel_day": 60.0, "channel_month": 600.0, "engine_day": 200.0}
    said = command(sold, "review", PROJECT).out
    assert said.count("0.25 USD (3 s)") == 3
    assert "Clips still to be bought cost 0.76 USD." in said
    assert "the project's budget 20.00 of 20.00" in said
    assert review(sold, "--green", "all")["price_total_usd"] == 0.756


def test_green_beyond_a_budget_is_warned_of_and_recorded_all_the_same(sold: Path) -> None:
    with_budget(sold, "0.70")
    answer = command(sold, "review", PROJECT, "--green", "1,2,3", "--json")
    assert answer.code == 0
    assert "Too dear: 0.76 US dollars are needed, and the project's budget has 0.70 left of 0.70" in answer.err
    assert answer.value["state"] == "producing"
    assert "Too dear" not in command(sold, "review", PROJECT).err


def test_a_new_clips_price_is_told_before_it_is_asked_for(sold: Path) -> None:
    review(sold, "--green", "all")
    said = command(sold, "review", PROJECT, "--redo", "2").err
    assert "A new clip of scene-02 costs 0.25 USD, from kling" in said


def test_a_price_that_cannot_be_known_is_said_in_words(sold: Path, tmp_path: Path) -> None:
    (tmp_path / ".env").unlink()
    assert [scene["price_usd"] for scene in review(sold)["scenes"]] == [None] * 3
    said = command(sold, "review", PROJECT).out
    assert said.count("unknown: ") == 3
    assert "0.00 USD, and 3 of unknown price" in said


def test_embedded_clips_cost_nothing(drafted_copy: Path) -> None:
    assert review(drafted_copy)["price_total_usd"] == 0.0
    said = command(drafted_copy, "review", PROJECT).out
    assert said.count("green costs    nothing\n") == 3
    assert "still to be bought" not in said


def test_what_the_factory_really_bought_is_known_as_bought(finished: Path) -> None:
    assert [scene["price_words"] for scene in review(finished)["scenes"]] == ["bought already, from embedded"] * 3
    assert "nothing more (bought already, from embedded)" in command(finished, "review", PROJECT).out


def test_a_refusal_is_shown_in_the_engines_words(drafted_copy: Path) -> None:
    calls = studio_of(drafted_copy).ledger.calls
    calls.reserve(order(PROJECT), price=usd(0))
    calls.fail("f" * 64, state=CallState.REFUSED, problem="no [real] faces")
    assert "problem        refused by kling: no [real] faces" in command(drafted_copy, "status", PROJECT).out
    calls.reserve(order(PROJECT), price=usd(0))
    calls.sending("f" * 64)
    assert "call           waiting at kling\n" in command(drafted_copy, "status", PROJECT).out
    calls.park("f" * 64, problem="no answer")
    said = command(drafted_copy, "status", PROJECT).out
    assert "problem        parked: no answer" in said
    assert "videofactory calls show ffffffffff" in said


def test_text_is_joined_to_the_option_before_it() -> None:
    mark = TEXT_MARK
    assert joined(["review", "p", "--red", "3"]) == ["review", "p", "--red", "3"]
    assert joined(["--red", "3", "darker", "--green", "1"]) == ["--red", f"3{mark}darker", "--green", "1"]
    assert joined(["--film", "green", "--json"]) == ["--film", "green", "--json"]
    assert joined(["--add", "0", "Hello."]) == ["--add", f"0{mark}Hello."]
    assert joined(["--red"]) == ["--red"]
