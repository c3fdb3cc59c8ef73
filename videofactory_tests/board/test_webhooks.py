"""Notion's webhook over real HTTP: who is believed, what is believed of them, and how the first token comes in."""

import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from videofactory.board.app import receiver
from videofactory.ledger.keyring import Keyring
from videofactory.ledger.ledger import open_ledger
from videofactory.studio.factory import Studio
from videofactory.studio.notion.webhook import EVERYWHERE, TOKEN, reception
from videofactory_tests.clock import Clock
from videofactory_tests.serving import served
from videofactory_tests.studio.notion.office import Office, office_at
from videofactory_tests.twin import notion_webhooks
from videofactory_tests.twin.notion_webhooks import Subscription
from videofactory_tests.twin.notion_workspace import BOT, PERSON
from videofactory_tests.twin.server import Twin

VECTOR = b'{"id":"ev1","type":"page.properties_updated"}'
SIGNED = "sha256=816081b1b01855ac6ed3bc887a5577fe8b7646c6583bd0ee46da28e280b77e06"
"""The test vector of the page on Notion: body and signature for the twin's token."""
HOUR = 3600.0
OURS = (BOT, "bot")
THEIRS = (PERSON, "person")


@pytest.fixture
def clock() -> Clock:
    """The time, for the factory and for Notion."""
    return Clock()


@pytest.fixture
def office(tmp_path: Path, clock: Clock) -> Iterator[Office]:
    """A channel on Notion, in a factory whose clock stands still."""
    with Twin().running() as twin:
        made = office_at(tmp_path / "home", twin)
        made.space.clock = lambda: clock().timestamp()
        settings = made.studio.settings
        ledger = open_ledger(settings.ledger_url, clock=clock, keyring=Keyring(file=settings.secret_file))
        yield replace(made, studio=replace(made.studio, ledger=ledger))


@pytest.fixture
def line(office: Office) -> Iterator[httpx.Client]:
    """What Notion reports to."""
    with served(receiver(office.studio)) as client:
        yield client


@pytest.fixture
def page(office: Office) -> str:
    """A row that asks for a video."""
    return office.ask()


@pytest.fixture
def told(office: Office, line: httpx.Client) -> Subscription:
    """A subscription whose token is known."""
    made = Subscription(office.space, line, "/webhooks/notion/harbour")
    invite(office.studio)
    assert made.shake_hands() == 204
    return made


def invite(studio: Studio, place: str = "harbour") -> None:
    """A person asks for a token."""
    studio.ledger.notion_hooks.open(place, bot=BOT, seconds=reception().window_seconds, who="ada")


def nudged(office: Office) -> list[str]:
    """Where a look is asked for; then nowhere any more."""
    nudges = office.studio.ledger.notion_hooks.nudges()
    office.studio.ledger.notion_hooks.looked(nudges)
    return list(nudges)


def films(office: Office) -> list[str]:
    """The place of the briefs."""
    return [office.briefs.replace("-", "")]


def test_the_signature_is_that_of_the_page(told: Subscription, office: Office) -> None:
    def post(body: bytes, **headers: str) -> int:
        return told.client.post(told.path, content=body, headers=headers).status_code

    name = "X-Notion-Signature"
    assert notion_webhooks.signature(VECTOR) == SIGNED
    assert post(VECTOR, **{name: SIGNED}) == 204
    assert post(VECTOR.replace(b"ev1", b"ev2"), **{name: SIGNED}) == 401
    assert post(VECTOR + b" ", **{name: SIGNED}) == 401
    for wrong in ("", SIGNED.upper(), SIGNED.removeprefix("sha256="), SIGNED[:-1], "sha256=", "sha256=é"):
        assert post(VECTOR, **{name: wrong.encode("latin-1")}) == 401, wrong  # type: ignore[arg-type]
    assert post(VECTOR) == 401
    assert nudged(office) == [], "an event without a time is none"


def test_a_genuine_event_nudges_its_data_source_and_tells_nobody_anything(told: Subscription, office: Office, page: str) -> None:
    assert told.send(told.event(page)) == 204
    assert nudged(office) == films(office)
    answer = told.client.post(told.path, content=b"{}")
    assert (answer.status_code, answer.content) == (401, b"")
    assert "server" not in answer.headers


def test_an_event_with_a_bad_signature_or_an_altered_body_does_nothing(told: Subscription, office: Office, page: str) -> None:
    event = told.event(page)
    assert told.send(event, key="another") == 401
    body = json.dumps(event).encode()
    headers = {"X-Notion-Signature": notion_webhooks.signature(body)}
    altered = body.replace(b"properties_updated", b"properties_Updated")
    assert told.client.post(told.path, content=altered, headers=headers).status_code == 401
    assert nudged(office) == []
    assert told.send(event) == 204
    assert nudged(office) == films(office), "a bad delivery does not use the event up"


def test_an_event_counts_once_however_often_it_comes(told: Subscription, office: Office, page: str, clock: Clock) -> None:
    event = told.event(page)
    assert told.send(event) == 204
    assert nudged(office) == films(office)
    clock.forward(20 * HOUR)
    assert told.send(event, attempt=7) == 204
    assert nudged(office) == []


def test_events_may_come_in_any_order(told: Subscription, office: Office, page: str, clock: Clock) -> None:
    first = told.event(page)
    clock.forward(60)
    second = told.event(page)
    for event in (second, first):
        assert told.send(event) == 204
        assert nudged(office) == films(office)


def test_an_event_is_believed_while_notion_may_still_try(told: Subscription, office: Office, page: str, clock: Clock) -> None:
    late, older = told.event(page), told.event(page)
    clock.forward(25 * HOUR)
    assert told.send(late, attempt=8) == 204
    assert nudged(office) == films(office)
    clock.forward(1)
    assert told.send(older) == 401
    assert told.send({**older, "timestamp": told.now(ago=-300)}) == 204
    assert told.send({**older, "id": "another", "timestamp": told.now(ago=-301)}) == 401
    assert nudged(office) == films(office)


def test_no_event_is_forgotten_before_it_is_too_old(told: Subscription, office: Office, page: str, clock: Clock) -> None:
    early = {**told.event(page), "timestamp": told.now(ago=-300)}
    assert told.send(early) == 204
    nudged(office)
    clock.forward(25 * HOUR + 300)
    told.send(told.event(page))
    nudged(office)
    assert told.send(early) == 204
    assert nudged(office) == [], "it is as old as is believed, and still known"
    clock.forward(1)
    assert told.send(early) == 401


@pytest.mark.parametrize("authors", [(OURS,), (OURS, OURS)])
def test_what_we_wrote_ourselves_is_nothing_new(
    told: Subscription, office: Office, page: str, authors: tuple[tuple[str, str], ...]
) -> None:
    assert told.send(told.event(page, authors=authors)) == 204
    assert nudged(office) == []


@pytest.mark.parametrize("authors", [(THEIRS,), (OURS, THEIRS), (), ((BOT, "person"),), ((PERSON, "bot"),)])
def test_what_anybody_else_wrote_counts(
    told: Subscription, office: Office, page: str, authors: tuple[tuple[str, str], ...]
) -> None:
    assert told.send(told.event(page, authors=authors)) == 204
    assert nudged(office) == films(office)


@pytest.mark.parametrize("kind", ["comment.created", "data_source.schema_updated", "page.locked", "page.of_the_future"])
def test_events_that_change_no_row_are_heard_and_forgotten(told: Subscription, office: Office, page: str, kind: str) -> None:
    assert told.send(told.event(page, kind=kind)) == 204
    assert nudged(office) == []


@pytest.mark.parametrize(
    ("parent", "place"),
    [
        ({"type": "data_source_id", "data_source_id": "AB-CD"}, "abcd"),
        ({"type": "data_source", "id": "ab-cd"}, "abcd"),
        ({"type": "database", "id": "of-an-older-version"}, "harbour"),
        ({"type": "page", "id": "no-row"}, None),
        ({"type": "workspace"}, None),
        ("nothing we know", "harbour"),
        (None, "harbour"),
    ],
)
def test_the_row_says_where_to_look(told: Subscription, office: Office, page: str, parent: Any, place: str | None) -> None:  # noqa: ANN401
    assert told.send({**told.event(page), "data": {"parent": parent}}) == 204
    assert nudged(office) == ([place] if place else [])


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b"null", b"[" * 100_000, b"\xff\xfe", b'{"id": 1}', b'{"id":"x","timestamp":0}']
)
def test_signed_nonsense_does_nothing(told: Subscription, office: Office, body: bytes) -> None:
    assert told.post(body) == 204
    assert nudged(office) == []


def test_more_than_a_megabyte_is_not_read(told: Subscription, office: Office) -> None:
    largest = reception().largest
    assert largest == 1 << 20
    assert told.post(b" " * largest) == 204
    assert told.post(b" " * (largest + 1)) == 413

    def in_pieces() -> Iterator[bytes]:
        for _ in range(17):
            yield b" " * (1 << 16)

    assert told.client.post(told.path, content=in_pieces()).status_code == 413
    assert nudged(office) == []


def test_who_announces_too_much_is_answered_before_it_is_read(told: Subscription) -> None:
    host, port = told.client.base_url.host, told.client.base_url.port
    assert port is not None
    head = f"POST {told.path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {reception().largest + 1}\r\n\r\n"
    with socket.create_connection((host, port), timeout=20) as announced:
        announced.sendall(head.encode())
        assert announced.recv(64).startswith(b"HTTP/1.1 413 ")


def test_an_address_nobody_asked_for_is_not_there(line: httpx.Client, office: Office, page: str) -> None:
    for path in ("/webhooks/notion", "/webhooks/notion/nobody", "/webhooks/notion/harbour", f"/webhooks/notion/{'x' * 5000}"):
        stranger = Subscription(office.space, line, path)
        assert [stranger.shake_hands(), stranger.send(stranger.event(page))] == [404, 404]
    assert line.get("/webhooks/notion/harbour").status_code == 404
    invite(office.studio)
    waiting = Subscription(office.space, line, "/webhooks/notion/harbour")
    assert waiting.send(waiting.event(page)) == 404, "asked for, but no token is known yet"
    assert nudged(office) == []
    assert office.studio.ledger.secrets.names() == []


def test_a_token_is_taken_once_while_a_person_waits_for_it(line: httpx.Client, office: Office, clock: Clock) -> None:
    told = Subscription(office.space, line, "/webhooks/notion/harbour")
    secrets = office.studio.ledger.secrets
    invite(office.studio)
    clock.forward(15 * 60 + 1)
    assert told.shake_hands() == 404
    assert secrets.all("harbour") == {}
    invite(office.studio)
    assert told.shake_hands() == 204
    assert secrets.all("harbour") == {TOKEN: told.token}
    thief = replace(told, token="secret_of_somebody_else")  # noqa: S106 - a test's
    assert thief.shake_hands() == 401
    assert secrets.all("harbour") == {TOKEN: told.token}
    assert told.shake_hands() == 204, "Notion may send its own again"


def test_a_known_token_is_replaced_only_when_a_person_asks_for_it(told: Subscription, office: Office, page: str) -> None:
    invite(office.studio)
    assert told.send(told.event(page)) == 204, "the old one is good until the new one comes"
    new = replace(told, token="secret_of_the_new_subscription")  # noqa: S106 - a test's
    assert new.shake_hands() == 204
    assert [told.send(told.event(page)), new.send(new.event(page))] == [401, 204]
    said = [line.what for line in office.studio.ledger.audit.lines() if line.what.startswith(("webhook", "key"))]
    assert said == ["webhook opened", "webhook token taken", "key set"] * 2


@pytest.mark.parametrize("token", ["", "short", "x" * 201, "with a\nline", "schön genug", 7, None, ["secret_demo"]])
def test_what_is_no_token_is_not_kept_as_one(line: httpx.Client, office: Office, token: object) -> None:
    invite(office.studio)
    body = json.dumps({"verification_token": token}).encode()
    assert line.post("/webhooks/notion/harbour", content=body).status_code == 404
    assert office.studio.ledger.secrets.names() == []


def test_a_token_whose_own_signature_is_wrong_is_not_kept(line: httpx.Client, office: Office) -> None:
    told = Subscription(office.space, line, "/webhooks/notion/harbour")
    invite(office.studio)
    body = json.dumps({"verification_token": told.token}).encode()
    assert told.post(body, key="another") == 404
    assert line.post(told.path, content=body).status_code == 204, "without one there is nothing to compare"


def test_the_token_is_encrypted_and_in_no_row_or_log(told: Subscription, office: Office, tmp_path: Path) -> None:
    told.send(told.event(office.ask()), key="another")
    for file in (tmp_path / "home").rglob("*"):
        assert not file.is_file() or told.token.encode() not in file.read_bytes(), file
    assert "demoVerification" not in repr(office.studio.ledger.audit.lines())


def test_one_address_serves_all_channels_and_may_stand_behind_a_proxys_path(
    line: httpx.Client, office: Office, page: str
) -> None:
    told = Subscription(office.space, line, "/engines/webhooks/notion")
    invite(office.studio, EVERYWHERE)
    assert told.shake_hands() == 204
    assert told.send(told.event(page)) == 204
    assert nudged(office) == films(office)
    assert told.send({**told.event(page), "data": {}}) == 204
    assert nudged(office) == [EVERYWHERE]
    one = Subscription(office.space, line, "/a/b/webhooks/notion/harbour")
    assert one.send(one.event(page)) == 404, "the token of all opens no channel's own address"


def test_a_key_that_cannot_be_opened_lets_notion_try_again(told: Subscription, office: Office, page: str) -> None:
    office.studio.settings.secret_file.write_text("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")
    answer = told.client.post(told.path, content=b"{}", headers={"X-Notion-Signature": SIGNED})
    assert answer.status_code == 500
    assert "master" not in answer.text
    assert page
