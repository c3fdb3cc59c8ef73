"""Messages to Discord, Slack and any webhook, against the twin: their limits, their errors, and an address nobody repeats."""

from collections.abc import Iterator

import pytest

from videofactory.domain.errors import Busy, EngineRejected, Passing
from videofactory.providers.alerts import Message, Service, send
from videofactory_tests.twin import discord, slack
from videofactory_tests.twin.server import Twin

LONG = Message(key="k", kind="run_failed", channel="harbour", title="t" * 400, lines=("<&>" * 300,) * 30, mood="bad")


@pytest.fixture
def twin() -> Iterator[Twin]:
    """The outside world."""
    with Twin().running() as running:
        yield running


def address(twin: Twin, service: Service) -> str:
    """The webhook of a service."""
    if service == "slack":
        return f"{twin.url}/slack/services/T01/B01/{slack.TOKEN}"
    return f"{twin.url}/discord/api/webhooks/4711/{discord.TOKEN}"


@pytest.mark.parametrize("service", ["discord", "slack"])
def test_a_long_message_keeps_to_the_service_s_limits(service: Service, twin: Twin) -> None:
    send(service, address(twin, service), LONG)
    assert "and 20 more" in str(twin.world.rooms[service])


def test_nobody_is_called_by_a_message(twin: Twin) -> None:
    said = LONG.model_copy(update={"lines": ("@everyone <!channel>",)})
    send("discord", address(twin, "discord"), said)
    send("slack", address(twin, "slack"), said)
    assert twin.world.rooms["discord"][0]["allowed_mentions"] == {"parse": []}
    assert "&lt;!channel&gt;" in twin.world.rooms["slack"][0]["blocks"][1]["text"]["text"]


@pytest.mark.parametrize("service", ["discord", "slack"])
def test_the_wait_asked_for_is_passed_on(service: Service, twin: Twin) -> None:
    twin.misbehave(f"{service}.send", "busy", value=65)
    with pytest.raises(Busy) as caught:
        send(service, address(twin, service), LONG)
    assert caught.value.retry_after == 65
    assert twin.asked(f"{service}.send") == 1


@pytest.mark.parametrize("service", ["discord", "slack"])
@pytest.mark.parametrize("fault", ["error", "cut_before", "cut_after"])
def test_an_outage_passes(service: Service, fault: str, twin: Twin) -> None:
    twin.misbehave(f"{service}.send", fault, value=502)
    with pytest.raises(Passing):
        send(service, address(twin, service), LONG)


@pytest.mark.parametrize("service", ["discord", "slack"])
def test_a_deleted_webhook_says_what_to_do(service: Service, twin: Twin) -> None:
    with pytest.raises(EngineRejected, match="Make a new webhook") as caught:
        send(service, address(twin, service)[:-4], LONG)
    assert address(twin, service)[-14:-4] not in str(caught.value)


@pytest.mark.parametrize(
    "bad", ["", "discord.com/api/webhooks/1/secret-token", "ftp://example.org/secret-token", "http://[secret-token"]
)
def test_what_is_no_web_address_is_refused_without_repeating_it(bad: str) -> None:
    with pytest.raises(EngineRejected) as caught:
        send("webhook", bad, LONG)
    assert "secret-token" not in str(caught.value)


def test_any_webhook_gets_everything_as_json(twin: Twin) -> None:
    send("webhook", f"{twin.url}/webhook/anything?token=secret-token", LONG)
    [body] = twin.world.rooms["webhook"]
    assert body == {**LONG.model_dump(exclude={"mood"}), "lines": list(LONG.lines), "query": {"token": "secret-token"}}
