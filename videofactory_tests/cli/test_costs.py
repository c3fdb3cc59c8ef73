"""`costs`: sums and budgets as words, as JSON and as a plot."""

from pathlib import Path

import pytest
from PIL import Image

from videofactory.domain.money import usd
from videofactory.studio.budgets import purses_of
from videofactory_tests.core import order, take_in
from videofactory_tests.homes import PROJECT, command, done, studio_of


def spend(home: Path, cost: str, *, engine: str = "kling", key: str = "a", scene: str | None = "scene-01") -> str:
    """A settled call of the project; the month it counts in."""
    studio = studio_of(home)
    project = take_in(studio.ledger)
    purses = purses_of(studio, studio.channel("harbour"), project=project, engine=engine)
    asked = order(project, fingerprint=key * 64, scene=scene).model_copy(update={"engine": engine, "channel": "harbour"})
    studio.ledger.calls.reserve(asked, price=usd(cost), purses=purses)
    studio.ledger.calls.settle(key * 64, files={}, cost=usd(cost))
    return f"{studio.ledger.database.time():%Y-%m}"


def test_costs_are_nothing_with_embedded_engines(finished: Path) -> None:
    value = done(finished, "costs")
    assert (value["total_usd"], value["by_project"], value["by_engine"]) == (0.0, {PROJECT: 0.0}, {"embedded": 0.0})
    assert value["by_channel"] == {"harbour": 0.0}
    assert [(one["scope"], one["left_usd"]) for one in value["budgets"]] == [("channel_day", 60.0), ("channel_month", 600.0)]
    assert "Spent in all: 0.00 USD" in command(finished, "costs").out


def test_a_home_without_calls_has_its_budgets_whole(home: Path) -> None:
    value = done(home, "costs")
    assert (value["total_usd"], value["by_project"]) == (0, {})
    assert [one["share"] for one in value["budgets"]] == [0.0, 0.0]


def test_sums_and_what_is_left_of_each_budget(home: Path) -> None:
    month = spend(home, "12.00")
    spend(home, "6.50", engine="luma", key="b", scene=None)
    value = done(home, "costs")
    assert (value["total_usd"], value["by_engine"], value["by_month"]) == (18.5, {"kling": 12.0, "luma": 6.5}, {month: 18.5})
    left = {(one["scope"], one["name"].partition("/")[0]): (one["spent_usd"], one["left_usd"]) for one in value["budgets"]}
    assert left == {
        ("channel_day", "harbour"): (18.5, 41.5),
        ("channel_month", "harbour"): (18.5, 581.5),
        ("project", PROJECT): (18.5, 1.5),
        ("engine_day", "kling"): (12.0, 188.0),
        ("engine_day", "luma"): (6.5, 193.5),
    }
    said = command(home, "costs").out
    assert "Spent in all: 18.50 USD" in said
    assert "92%" in said
    assert done(home, "costs", "--project", PROJECT)["by_scene"] == {"": 6.5, "scene-01": 12.0}
    assert "the whole film" in command(home, "costs", "--project", PROJECT).out


def test_a_month_a_project_and_a_channel_narrow_the_sums(home: Path) -> None:
    month = spend(home, "1.00")
    assert done(home, "costs", "--month", month, "--channel", "harbour")["total_usd"] == 1.0
    assert done(home, "costs", "--month", "2020-02")["total_usd"] == 0.0
    assert (
        "Spent in 2020-02 for channel harbour: 0.00 USD"
        in command(home, "costs", "--month", "2020-02", "--channel", "harbour").out
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--month", "2026-13"], "as 2026-11"),
        (["--month", "November"], "as 2026-11"),
        (["--project", "nope"], "nope"),
        (["--channel", "nope"], "nope"),
        (["--plot", "costs.jpg"], ".png"),
        (["--plot", "/nowhere/at/all/costs.png"], "a folder that is there"),
    ],
)
def test_bad_usage(home: Path, words: list[str], said: str) -> None:
    answer = command(home, "costs", *words)
    assert answer.code == 2
    assert said in answer.err


@pytest.mark.parametrize("bought", [True, False])
def test_a_plot_is_a_picture_and_the_json_stays_the_last_line(home: Path, tmp_path: Path, *, bought: bool) -> None:
    if bought:
        spend(home, "3.00")
    value = done(home, "costs", "--plot", str(tmp_path / "costs.png"))
    assert value["plot"] == str(tmp_path / "costs.png")
    with Image.open(tmp_path / "costs.png") as picture:
        assert (picture.format, picture.size) == ("PNG", (1280, 720))
        blue = [count for count, colour in picture.convert("RGB").getcolors(2**20) or [] if colour == (0, 0x72, 0xB2)]
    assert bool(blue) is bought
