"""Routing: SPEC section 5, every line of it, and its reason in words."""

import pytest

from videofactory.domain.brand import Scores
from videofactory.domain.channel import Channel, EngineChoices, VideoChoice
from videofactory.domain.errors import EngineFailed
from videofactory.domain.script import Route
from videofactory.studio.routing import route

ALL = ("kling", "luma", "gemini", "embedded")
EVERYTHING = {*ALL, "openai"}


def _route(
    scores: tuple[float, float, float],
    *,
    default: str = "openai",
    allowed: tuple[str, ...] = ALL,
    configured: set[str] = EVERYTHING,
    wish: str | None = None,
) -> Route:
    physics, vibe, logic = scores
    video = VideoChoice(default=default, allowed=allowed)
    channel = Channel(key="harbour", name="Harbour", language="en", engines=EngineChoices(video=video))
    measured = Scores(physics=physics, vibe=vibe, logic=logic, integrity=1)
    return route(measured, channel=channel, configured=configured, wish=wish)


@pytest.mark.parametrize(
    ("scores", "engine"),
    [
        ((0.71, 0, 0), "kling"),
        ((0, 0.71, 0), "luma"),
        ((0, 0, 0.71), "gemini"),
        ((0.7, 0.7, 0.7), "openai"),
        ((0, 0, 0), "openai"),
        ((0.71, 1, 1), "kling"),
        ((0.71, 0, 1), "kling"),
        ((0.7, 0.71, 1), "luma"),
        ((1, 1, 1), "kling"),
    ],
)
def test_the_table_of_the_contract(scores: tuple[float, float, float], engine: str) -> None:
    assert _route(scores).engine == engine


def test_the_reason_names_score_limit_and_engine() -> None:
    assert _route((0.834, 1, 1)).reason == "physics is 0.83, above 0.7: kling."
    assert _route((0, 0, 0)).reason == "No score is above 0.7: the channel's default is openai."


@pytest.mark.parametrize(
    ("allowed", "configured", "engine"),
    [
        (("luma", "gemini"), EVERYTHING, "luma"),
        (ALL, {"luma", "gemini", "openai"}, "luma"),
        (("gemini",), EVERYTHING, "gemini"),
        (ALL, {"kling", "openai"}, "kling"),
        ((), EVERYTHING, "openai"),
        (("openai",), EVERYTHING, "openai"),
    ],
)
def test_only_what_is_allowed_and_configured_is_chosen(allowed: tuple[str, ...], configured: set[str], engine: str) -> None:
    assert _route((0.9, 0.8, 0.8), allowed=allowed, configured=configured).engine == engine


def test_a_score_that_cannot_be_served_is_told() -> None:
    chosen = _route((0.9, 0, 0), allowed=("luma",), configured={"luma"}, default="luma")
    assert chosen.engine == "luma"
    assert chosen.reason == "physics is 0.90 (kling), but only luma can be used: the channel's default is luma."


def test_a_default_without_a_key_is_told_and_another_allowed_engine_used() -> None:
    chosen = _route((0, 0, 0), default="kling", allowed=("embedded", "gemini", "luma"), configured={"embedded", "luma", "gemini"})
    assert chosen.engine == "gemini"
    assert "kling is not configured; gemini is" in chosen.reason


@pytest.mark.parametrize(("allowed", "default"), [(("kling",), "kling"), (("kling", "luma"), "luma"), ((), "kling")])
def test_embedded_steps_in_only_when_nothing_else_is_there_and_says_so(allowed: tuple[str, ...], default: str) -> None:
    chosen = _route((0.9, 0, 0), allowed=allowed, default=default, configured={"embedded"})
    assert chosen == Route(engine="embedded", reason="No engine this channel allows is configured: embedded.")
    assert _route((0.9, 0, 0), allowed=allowed, default=default, configured={"embedded", default}).engine != "embedded"


def test_embedded_where_the_channel_names_it() -> None:
    chosen = _route((0, 0, 0), default="embedded", allowed=("embedded", "kling"))
    assert chosen.engine == "embedded"
    assert "channel's default is embedded" in chosen.reason


def test_nothing_at_all_is_an_error_with_a_remedy() -> None:
    with pytest.raises(EngineFailed, match=r"harbour has no usable video engine\. Name one"):
        _route((0.9, 0, 0), allowed=("kling",), default="kling", configured=set())


def test_a_briefs_wish_beats_the_scores() -> None:
    assert _route((0.9, 0, 0), wish="gemini") == Route(engine="gemini", reason="The brief names gemini.")
    assert _route((0.9, 0, 0), wish="openai").engine == "openai"


@pytest.mark.parametrize(("wish", "configured"), [("sora", EVERYTHING | {"sora"}), ("luma", {"kling"})])
def test_a_wish_that_cannot_be_met_is_refused_not_replaced(wish: str, configured: set[str]) -> None:
    with pytest.raises(EngineFailed, match=rf"names the video engine '{wish}'.*cannot use here.*usable now: kling"):
        _route((0.9, 0, 0), wish=wish, configured=configured)
