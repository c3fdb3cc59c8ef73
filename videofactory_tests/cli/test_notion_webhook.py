"""`notion webhook`: a person gets the address, Notion's token comes in, and is shown until the first event came."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from videofactory.board.app import receiver
from videofactory.ledger.notion_hooks import Hook
from videofactory.studio.notion.webhook_setup import standing
from videofactory_tests.cli.test_processes import until
from videofactory_tests.homes import Answer, command, done, put_home, studio_of
from videofactory_tests.serving import served
from videofactory_tests.twin.notion_webhooks import Subscription
from videofactory_tests.twin.notion_workspace import BOT, Workspace, workspace
from videofactory_tests.twin.server import Twin

PUBLIC = "https://hooks.example.org/factory"
AGAIN = "secret_of_the_next_subscription"


@pytest.fixture
def space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Path) -> Iterator[Workspace]:
    """A workspace the commands find, because `.env` says where, and a channel on it."""
    twin = Twin()
    monkeypatch.chdir(tmp_path)
    with twin.running():
        _say(twin.base("notion"))
        made = workspace(twin.world)
        put_home(home, notion={"data_source": made.add_data_source("Briefs", {"Name": "title"})})
        yield made


@pytest.fixture
def line(space: Workspace, home: Path) -> Iterator[httpx.Client]:
    """What Notion reports to."""
    assert space
    with served(receiver(studio_of(home))) as client:
        yield client


def _say(notion: str, *, public: str = PUBLIC) -> None:
    words = f"NOTION_TOKEN=twin-NOTION_TOKEN\nVIDEOFACTORY_NOTION_BASE_URL={notion}\nVIDEOFACTORY_CALLBACK_URL={public}\n"
    Path(".env").write_text(words, encoding="utf-8")


def _hook(home: Path, place: str = "harbour") -> Hook | None:
    return studio_of(home).ledger.notion_hooks.of(place)


def _invited(home: Path, told: Subscription, *words: str) -> Answer:
    """The command, while Notion sends its token as soon as the address is open for it."""
    before = _hook(home)

    def notion() -> int:
        until(lambda: _hook(home) != before, what="window")
        return told.shake_hands()

    with ThreadPoolExecutor(1) as pool:
        sent = pool.submit(notion)
        answer = command(home, "notion", "webhook", *words, "--wait", "60", "--json")
        assert sent.result() == 204
    return answer


def test_the_address_is_shown_the_token_awaited_and_shown_until_the_first_event(
    home: Path, space: Workspace, line: httpx.Client
) -> None:
    told = Subscription(space, line, "/webhooks/notion/harbour")
    answer = _invited(home, told, "harbour")
    assert answer.code == 0, answer.err
    assert (answer.value["address"], answer.value["token"]) == (f"{PUBLIC}/webhooks/notion/harbour", told.token)
    assert f"{PUBLIC}/webhooks/notion/harbour" in answer.err
    hook = _hook(home)
    assert hook is not None
    assert hook.bot == BOT, "our own edits are known from others'"
    said = command(home, "notion", "webhook", "harbour")
    assert (said.code, told.token in said.out) == (0, True)
    row = space.add_row(next(iter(space.sources)), {})
    assert told.send(told.event(row)) == 204
    said = command(home, "notion", "webhook", "harbour")
    assert ("On. Notion last reported" in said.out, told.token in said.out + said.err) == (True, False)
    assert told.token not in command(home, "keys", "list").out


def test_a_known_token_is_kept_unless_a_new_one_is_asked_for(home: Path, space: Workspace, line: httpx.Client) -> None:
    told = Subscription(space, line, "/webhooks/notion/harbour")
    _invited(home, told, "harbour")
    done(home, "notion", "webhook", "harbour", "--wait", "0")
    new = Subscription(space, line, told.path, token=AGAIN)
    assert new.shake_hands() == 401
    lapsed = command(home, "notion", "webhook", "harbour", "--renew", "--wait", "0")
    assert (lapsed.code, "has sent no token" in lapsed.err) == (3, True)
    assert studio_of(home).ledger.secrets.all("harbour") == {"NOTION_WEBHOOK_TOKEN": told.token}
    answer = _invited(home, new, "harbour", "--renew")
    assert answer.value["token"] == AGAIN
    assert command(home, "keys", "remove", "harbour", "NOTION_WEBHOOK_TOKEN").code == 0
    row = space.add_row(next(iter(space.sources)), {})
    assert new.send(new.event(row)) == 404, "a removed token opens nothing"


def test_one_address_for_all_channels_of_the_machines_connection(home: Path, space: Workspace) -> None:
    asked = command(home, "notion", "webhook", "--wait", "0")
    assert (asked.code, f"    {PUBLIC}/webhooks/notion\n" in asked.err) == (3, True)
    assert _hook(home, "*") is not None
    studio_of(home).ledger.secrets.set("harbour", "NOTION_TOKEN", "twin-NOTION_TOKEN", who="ada")
    alone = command(home, "notion", "webhook", "--wait", "0")
    assert (alone.code, "Name a channel" in alone.err) == (2, True)
    assert space.asked_at


@pytest.mark.parametrize("public", ["", "http://hooks.example.org"])
def test_without_a_public_https_address_there_is_no_webhook(home: Path, space: Workspace, public: str) -> None:
    _say(f"{space.world.base_url}/notion", public=public)
    answer = command(home, "notion", "webhook", "harbour", "--wait", "0")
    assert (answer.code, "VIDEOFACTORY_CALLBACK_URL" in answer.err) == (2, True)
    assert _hook(home) is None


def test_a_wrong_token_of_the_connection_opens_no_window(home: Path, space: Workspace) -> None:
    space.world.keys["NOTION_TOKEN"] = "another"  # noqa: S105 - the twin's
    assert command(home, "notion", "webhook", "harbour", "--wait", "0").code != 0
    assert _hook(home) is None
    assert command(home, "notion", "webhook", "nobody", "--wait", "0").code == 2


def test_a_window_that_ran_out_is_told_from_one_that_a_token_shut(home: Path, space: Workspace) -> None:
    assert space
    studio = studio_of(home)
    studio = replace(studio, settings=studio.settings.model_copy(update={"callback_url": PUBLIC}))
    studio.ledger.notion_hooks.open("harbour", bot=BOT, seconds=-1, who="ada")
    lapsed = standing(studio, "harbour")
    assert (lapsed.awaited, lapsed.open_until is not None) == (False, True)
