"""What people are told: each thing once at each place, in few messages, whatever fails, and never a secret."""

import json
import logging
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from videofactory.domain.channel import Budgets, Channel
from videofactory.domain.errors import Passing
from videofactory.domain.money import usd
from videofactory.domain.notion import NotionSettings
from videofactory.domain.review import Light
from videofactory.ledger.ledger import Ledger
from videofactory.ledger.purses import Purse
from videofactory.ledger.tables import alerts
from videofactory.providers.notion.errors import REMEDIES, TokenRefused
from videofactory.providers.youtube.errors import leave
from videofactory.studio.alerts import Told, tell
from videofactory.studio.budgets import channel_purses
from videofactory.studio.factory import Studio
from videofactory.studio.notion.leave import heard
from videofactory_tests.clock import Clock
from videofactory_tests.core import order
from videofactory_tests.publishing.screening import THURSDAY, finished, screening
from videofactory_tests.twin import discord, slack
from videofactory_tests.twin.server import Twin

FILM = "a" * 64


@pytest.fixture
def twin() -> Iterator[Twin]:
    """The outside world."""
    with Twin().running() as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    """The studio's clock."""
    return Clock(THURSDAY)


def harbour(**alerts: str) -> Channel:
    """A channel with ten dollars a day that tells these places."""
    budgets, notion = Budgets(day_usd=usd(10)), NotionSettings(data_source="0f1e")
    return Channel(key="harbour", name="Harbour", language="en", budgets=budgets, alerts=alerts, notion=notion)


@pytest.fixture
def studio(tmp_path: Path, clock: Clock) -> Studio:
    """A studio whose channel tells Discord."""
    return screening(tmp_path / "home", harbour(discord="OPS_URL"), clock=clock)


def address(twin: Twin, service: str = "discord") -> str:
    """Where a service's messages go."""
    if service == "slack":
        return f"{twin.url}/slack/services/T01/B01/{slack.TOKEN}"
    return f"{twin.url}/discord/api/webhooks/4711/{discord.TOKEN}"


def look(studio: Studio, twin: Twin, **addresses: str) -> Told:
    """One look of the sensor."""
    return tell(studio, addresses or {"OPS_URL": address(twin)}, until=time.monotonic() + 25)


def posted(twin: Twin) -> list[tuple[str, str]]:
    """Titles and texts Discord has."""
    return [(body["embeds"][0]["title"], body["embeds"][0]["description"]) for body in twin.world.rooms.get("discord", [])]


def fail(studio: Studio, project: str, *, outcome: Any = "failed", words: str = "No space. Free some disk.") -> None:  # noqa: ANN401
    """The project's last run ended so."""
    studio.ledger.runs.reached(project, "final_cut", outcome=outcome, entries=99, detail=words)


def spend(studio: Studio, project: str, amount: str, *, purses: tuple[Purse, ...]) -> None:
    """Reserve so much in these purses."""
    studio.ledger.calls.reserve(order(project), price=usd(amount), purses=purses)


def run_failed(studio: Studio) -> None:
    fail(studio, finished(studio))


def brand_flagged(studio: Studio) -> None:
    fail(studio, finished(studio), outcome="flagged", words="Blurred. Send a sharper picture.")


def over_budget(studio: Studio) -> None:
    fail(studio, finished(studio), outcome="over_budget", words="0.35 US dollars are needed. Raise budget_usd.")


def call_parked(studio: Studio) -> None:
    project = finished(studio)
    call, _ = studio.ledger.calls.reserve(order(project), price=usd("0.35"))
    studio.ledger.calls.sending(call.fingerprint)
    studio.ledger.calls.park(call.fingerprint, problem="Nobody knows what became of it.")


def budget_80(studio: Studio) -> None:
    spend(studio, finished(studio), "8", purses=channel_purses(studio.channel("harbour"))[:1])


def budget_100(studio: Studio) -> None:
    spend(studio, finished(studio), "10", purses=channel_purses(studio.channel("harbour"))[:1])


def breaker_open(studio: Studio) -> None:
    finished(studio)
    for _ in range(5):
        studio.ledger.breakers.failed("kling-3")


def youtube_token(studio: Studio) -> None:
    project = uploading(studio)
    studio.ledger.uploads.later(project, FILM, seconds=600, problem=f"Google says invalid_grant. {leave('harbour')}")


def notion_token(studio: Studio) -> None:
    finished(studio)
    refused = TokenRefused("Notion answered 401 unauthorized.", remedy=REMEDIES["unauthorized"])
    heard(studio, studio.channel("harbour"), refused)


def film_ready(studio: Studio) -> None:
    finished(studio, light=None)


def published(studio: Studio) -> None:
    project = uploading(studio)
    studio.ledger.uploads.sent(project, FILM, video_id="vid-1")
    studio.ledger.uploads.step(project, FILM, "processing")


def withdrawn(studio: Studio) -> None:
    project = wanted_off(studio)
    studio.ledger.videos.withdrawn(project, FILM, was_open=True)


def withdrawn_of_a_cancelled_project(studio: Studio) -> None:
    withdrawn(studio)
    studio.ledger.projects.cancel(studio.ledger.projects.all()[0].key, who="ada", why="no")


def wanted_off(studio: Studio) -> str:
    project = uploading(studio)
    studio.ledger.uploads.sent(project, FILM, video_id="vid-1")
    studio.ledger.videos.ask(project, FILM, who="ada", why="wrong logo", entries=0)
    return project


def uploading(studio: Studio) -> str:
    """A project whose film is on its way."""
    project = finished(studio, light=Light.RED)
    studio.ledger.uploads.plan(project, FILM, channel="harbour", size=9, slots=None, public=False)
    studio.ledger.uploads.hold(project, FILM)
    studio.ledger.uploads.beginning(project, FILM)
    return project


KINDS = {
    run_failed: ("Harbour: run failed", "Free some disk."),
    brand_flagged: ("Harbour: brand image flagged", "Send a sharper picture."),
    over_budget: ("Harbour: stopped by a budget", "Raise budget_usd."),
    call_parked: ("Harbour: paid call parked", "videofactory calls show ffffffffffff"),
    budget_80: ("Harbour: budget at 80 %", "8.00 of 10.00 US dollars"),
    budget_100: ("Harbour: budget used up", "10.00 of 10.00 US dollars"),
    breaker_open: ("VideoFactory: engine left alone for a while", "kling-3"),
    youtube_token: ("Harbour: YouTube leave is gone", "videofactory keys youtube harbour"),
    notion_token: ("Harbour: Notion token is gone", "'videofactory keys set harbour NOTION_TOKEN'"),
    film_ready: ("Harbour: film ready", "videofactory review"),
    published: ("Harbour: published", "https://www.youtube.com/watch?v=vid-1"),
    withdrawn: ("Harbour: video withdrawn", "watch?v=vid-1, by ada: wrong logo"),
    withdrawn_of_a_cancelled_project: ("Harbour: video withdrawn", "watch?v=vid-1, by ada: wrong logo"),
}


def test_a_video_that_should_be_off_and_is_not_is_told_each_hour_until_it_is(studio: Studio, twin: Twin, clock: Clock) -> None:
    project = wanted_off(studio)
    studio.ledger.videos.hindered(project, FILM, problem="YouTube answered 403 forbidden.", seconds=60)
    for _ in range(2):
        assert look(studio, twin).told == 1
        title, words = posted(twin)[-1]
        assert title == "Harbour: VIDEO NOT WITHDRAWN"
        assert "watch?v=vid-1 is open and could not be taken off (wrong logo). YouTube answered 403" in words
        assert look(studio, twin).told == 0
        clock.forward(3600)
    studio.ledger.videos.withdrawn(project, FILM, was_open=True)
    assert look(studio, twin).told == 1
    assert posted(twin)[-1][0] == "Harbour: video withdrawn"


@pytest.mark.parametrize("happens", KINDS, ids=lambda happens: happens.__name__)
def test_each_kind_is_told_once_with_what_to_do(happens: Any, studio: Studio, twin: Twin, clock: Clock) -> None:  # noqa: ANN401
    happens(studio)
    assert not look(studio, twin).problems
    title, words = KINDS[happens]
    mine = [text for said, text in posted(twin) if said == title]
    assert len(mine) == 1, posted(twin)
    assert words in mine[0]
    before = len(posted(twin))
    clock.forward(3600)
    assert look(studio, twin) == Told(told=0, problems=())
    assert len(posted(twin)) == before


def test_a_token_notion_takes_no_more_is_told_once_a_day_until_it_is_mended(studio: Studio, twin: Twin, clock: Clock) -> None:
    notion_token(studio)
    look(studio, twin)
    for hours, told in ((11, 0), (1, 1), (23, 0), (1, 1)):
        clock.forward(hours * 3600)
        heard(studio, studio.channel("harbour"), Passing("Notion answered 503."))
        assert look(studio, twin).told == told
    titles = [title for title, _ in posted(twin) if "Notion" in title]
    assert titles == ["Harbour: Notion token is gone"] * 3
    heard(studio, studio.channel("harbour"), None)
    clock.forward(24 * 3600)
    assert look(studio, twin).told == 0


def test_a_budget_below_four_fifths_is_nothing_to_tell(studio: Studio, twin: Twin) -> None:
    spend(studio, finished(studio), "7.99", purses=channel_purses(studio.channel("harbour"))[:1])
    assert not [title for title, _ in posted(twin) if "budget" in title]
    look(studio, twin)
    assert not [title for title, _ in posted(twin) if "budget" in title]


def test_an_engine_whose_trials_fail_again_and_again_is_told_once_an_hour(studio: Studio, twin: Twin, clock: Clock) -> None:
    breaker_open(studio)
    for _ in range(10):
        look(studio, twin)
        clock.forward(61)
        assert studio.ledger.breakers.ask("kling-3") == 0
        studio.ledger.breakers.failed("kling-3")
    assert len([title for title, _ in posted(twin) if "engine" in title]) == 1


def test_what_happens_within_a_minute_of_a_message_waits_and_comes_as_one(studio: Studio, twin: Twin, clock: Clock) -> None:
    projects = [finished(studio, name=f"film-{number}") for number in range(14)]
    fail(studio, projects[0])
    look(studio, twin)
    clock.forward(20)
    for project in projects[1:]:
        fail(studio, project)
    assert look(studio, twin).told == 0
    clock.forward(41)
    assert look(studio, twin).told == 13
    failures = [(title, text) for title, text in posted(twin) if "failed" in title]
    assert [title for title, _ in failures] == ["Harbour: run failed", "Harbour: run failed (13)"]
    assert failures[1][1].endswith("… and 3 more")


def test_after_an_outage_everything_is_told_though_it_is_over(studio: Studio, twin: Twin, clock: Clock) -> None:
    breaker_open(studio)
    twin.misbehave("discord.send", "error", value=503)
    assert "answered 503" in look(studio, twin).problems[0]
    studio.ledger.breakers.ask("kling-3")
    clock.forward(10)
    assert look(studio, twin) == Told(told=0, problems=())
    assert twin.asked("discord.send") == 1
    clock.forward(25)
    look(studio, twin)
    assert ("VideoFactory: engine left alone for a while", "• kling-3 failed again and again. It is tried again by itself.") in (
        posted(twin)
    )


def test_a_place_that_has_no_room_is_left_alone_as_long_as_it_asks(studio: Studio, twin: Twin, clock: Clock) -> None:
    run_failed(studio)
    twin.misbehave("discord.send", "busy", value=300)
    look(studio, twin)
    clock.forward(299)
    look(studio, twin)
    assert twin.asked("discord.send") == 1
    clock.forward(2)
    look(studio, twin)
    assert len(posted(twin)) == 1


def test_a_deleted_webhook_is_asked_once_an_hour(studio: Studio, twin: Twin, clock: Clock) -> None:
    run_failed(studio)
    gone = f"{twin.url}/discord/api/webhooks/4711/deleted-webhook"
    assert "the webhook is gone" in look(studio, twin, OPS_URL=gone).problems[0]
    for _ in range(10):
        clock.forward(300)
        fail(studio, finished(studio, name=f"again-{clock.time:%H%M}"))
        look(studio, twin, OPS_URL=gone)
    assert twin.asked("discord.send") == 1


def test_one_whose_sender_died_is_told_again_and_not_at_once(studio: Studio, twin: Twin, clock: Clock) -> None:
    run_failed(studio)
    twin.misbehave("discord.send", "busy", value=0)
    look(studio, twin)
    clock.forward(5)
    assert studio.ledger.alerts.claim("discord:OPS_URL")
    assert look(studio, twin).told == 0
    clock.forward(121)
    assert look(studio, twin).told == 1


def test_places_are_told_each_for_itself_and_the_factory_s_own_once(tmp_path: Path, twin: Twin, clock: Clock) -> None:
    both = {"discord": "OPS_URL", "slack": "TEAM_URL"}
    other = harbour(**both).model_copy(update={"key": "quay", "name": "Quay"})
    studio = screening(tmp_path / "home", harbour(**both), other, clock=clock)
    breaker_open(studio)
    told = look(studio, twin, TEAM_URL=address(twin, "slack"))
    assert told.problems == ("discord:OPS_URL: The variable OPS_URL is not set. Set the webhook's address there.",)
    breakers = [body for body in twin.world.rooms["slack"] if "engine" in body["text"]]
    assert len(breakers) == 1
    clock.forward(31)
    look(studio, twin, OPS_URL=address(twin), TEAM_URL=address(twin, "slack"))
    assert len([title for title, _ in posted(twin) if "engine" in title]) == 1


def test_nothing_leaves_the_machine_in_deterministic_mode(studio: Studio, twin: Twin) -> None:
    run_failed(studio)
    quiet = studio.settings.model_copy(update={"deterministic": True})
    assert look(Studio(**{**vars(studio), "settings": quiet}), twin) == Told(told=0, problems=())
    assert twin.asked("discord.send") == 0


@pytest.mark.parametrize("fault", ["", "error"])
def test_no_secret_is_in_message_ledger_or_log(fault: str, studio: Studio, twin: Twin, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    studio.ledger.secrets.set("harbour", "FAL_KEY", "fal-secret-0123456789", who="ada")
    fail(studio, finished(studio), words=f"fal-secret-0123456789 was refused by {address(twin)}")
    if fault:
        twin.misbehave("discord.send", "error", value=500, words=f"cannot post to /api/webhooks/4711/{discord.TOKEN}")
    told = look(studio, twin)
    kept = json.dumps([rows(studio.ledger), told.model_dump(), twin.world.rooms.get("discord", []), caplog.text])
    assert discord.TOKEN not in kept
    assert "fal-secret" not in kept
    assert "***" in kept


def rows(ledger: Ledger) -> list[str]:
    """All that the ledger holds of alerts."""
    with ledger.database.read() as connection:
        return [repr(row) for row in connection.execute(select(alerts))]
