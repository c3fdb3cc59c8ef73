"""`publish`: from an approved film to a video on the twin's YouTube, in a Dagster run; what it says and how it ends."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from videofactory.domain.brief import Rights, TakenIn
from videofactory.providers.youtube.oauth import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN
from videofactory_tests.homes import PROJECT, command, done, put_home, studio_of
from videofactory_tests.twin.server import Twin
from videofactory_tests.twin.youtube_state import room

YOUTUBE = {"google_project": "main", "slots": ["0 17 * * *"], "time_zone": "Europe/Berlin", "privacy": "public"}


@pytest.fixture
def twin() -> Iterator[Twin]:
    """The outside world."""
    with Twin().running() as running:
        yield running


@pytest.fixture
def home(finished_copy: Path, twin: Twin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home whose one film has no light yet, and whose channel has leave to publish at the twin."""
    put_home(finished_copy, youtube=YOUTUBE)
    studio = studio_of(finished_copy)
    for name, value in ((CLIENT_ID, f"twin-{CLIENT_ID}"), (CLIENT_SECRET, f"twin-{CLIENT_SECRET}")):
        studio.ledger.secrets.set("harbour", name, value, who="ada")
    studio.ledger.secrets.set("harbour", REFRESH_TOKEN, "1//twin-harbour", who="ada")
    taken = studio.values.read("brief", PROJECT, TakenIn)
    assert taken
    brief = taken.brief.model_copy(update={"rights": Rights(images="own")})
    studio.values.write("brief", PROJECT, taken.model_copy(update={"brief": brief}))
    addresses = {"YOUTUBE": twin.base("youtube"), "GOOGLE_OAUTH": twin.base("google_oauth")}
    lines = [f"VIDEOFACTORY_{name}_BASE_URL={address}" for name, address in addresses.items()]
    (tmp_path / ".env").write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return finished_copy


def test_a_film_without_a_light_waits_for_a_person(home: Path, twin: Twin) -> None:
    answer = command(home, "publish", PROJECT, "--json")
    assert (answer.code, answer.out) == (3, "")
    assert f"review {PROJECT} --film green" in answer.err
    assert room(twin.world).videos("harbour") == []


def test_a_film_without_rights_waits_for_a_person(finished_copy: Path) -> None:
    put_home(finished_copy, youtube=YOUTUBE, review={"auto_publish": True})
    answer = command(finished_copy, "publish", PROJECT, "--dry-run")
    assert answer.code == 3
    assert "by whose leave" in answer.err


def test_an_approved_film_is_published_at_the_next_slot_and_status_says_so(home: Path, twin: Twin) -> None:
    done(home, "review", PROJECT, "--film", "green")
    shown = done(home, "publish", PROJECT, "--dry-run")
    assert (shown["dry_run"], shown["metadata"]["title"], shown["metadata"]["privacy"]) == (True, "The first cup", "private")
    assert twin.world.asked == []
    value = done(home, "publish", PROJECT)
    [video] = room(twin.world).videos("harbour")
    assert (value["project"], value["state"]) == (PROJECT, "scheduled")
    assert (value["video"]["id"], value["video"]["publish_at"]) == (video.id, shown["publish_at"])
    assert done(home, "status", PROJECT)["video"] == value["video"]
    assert done(home, "publish", PROJECT)["video"] == value["video"]
    assert len(room(twin.world).videos("harbour")) == 1
    assert "is scheduled for" in command(home, "publish", PROJECT).out


def test_now_publishes_at_once(home: Path, twin: Twin) -> None:
    done(home, "review", PROJECT, "--film", "green")
    assert done(home, "publish", PROJECT, "--now")["state"] == "published"
    [video] = room(twin.world).videos("harbour")
    assert video.request["status"]["privacyStatus"] == "public"


def test_a_withdrawn_leave_waits_for_a_person_and_names_the_command(home: Path) -> None:
    done(home, "review", PROJECT, "--film", "green")
    studio_of(home).ledger.secrets.set("harbour", REFRESH_TOKEN, "no token of the twin's", who="ada")
    answer = command(home, "publish", PROJECT)
    assert answer.code == 3
    assert "keys youtube harbour" in answer.err


def test_publishing_what_has_no_film_is_bad_input(drafted_copy: Path) -> None:
    answer = command(drafted_copy, "publish", PROJECT)
    assert answer.code == 2
    assert "has no film yet" in answer.err
