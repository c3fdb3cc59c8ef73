"""`publish`: from an approved film to a video on the twin's YouTube, in a Dagster run; what it says and how it ends."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from videofactory.domain.brief import Rights, TakenIn
from videofactory.domain.errors import CallParked
from videofactory.domain.review import FilmLightGiven, Light
from videofactory.providers.youtube.oauth import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN
from videofactory.studio.material import FinalCut
from videofactory_tests.homes import PROJECT, command, done, put_home, studio_of
from videofactory_tests.publishing.screening import Line
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


def parked(home: Path, twin: Twin) -> str:
    """The upload of the home's film is parked; the id of its video, which YouTube has measured since."""
    done(home, "review", PROJECT, "--film", "green")
    twin.misbehave("youtube.send", "dead_link", words="finished")
    twin.world.render_seconds = 1000
    with httpx.HTTPTransport() as transport, pytest.raises(CallParked):
        Line(twin.url, transport).publish(studio_of(home), PROJECT)
    [video] = room(twin.world).videos("harbour")
    video.render_seconds = 0
    return video.id


def test_a_parked_upload_is_adopted_with_a_reason_and_goes_on(home: Path, twin: Twin) -> None:
    video = parked(home, twin)
    assert "It waits for a person." in done(home, "status", PROJECT)["problem"]
    answer = command(home, "publish", PROJECT, "--send-anew", "--why", "it is not there")
    assert (answer.code, f"--adopt {video}" in answer.err) == (1, True)
    answer = command(home, "publish", PROJECT, "--adopt", video)
    assert (answer.code, "--why" in answer.err) == (2, True)
    told = done(home, "publish", PROJECT, "--adopt", video, "--why", "seen in YouTube Studio")
    assert told["video"]["id"] == video
    [line] = [line for line in studio_of(home).ledger.audit.lines(PROJECT) if line.what == "upload adopted"]
    assert (line.who, line.why) == ("Ada", "seen in YouTube Studio")
    assert twin.asked("youtube.begin") == 1


def test_publishing_what_has_no_film_is_bad_input(drafted_copy: Path) -> None:
    answer = command(drafted_copy, "publish", PROJECT)
    assert answer.code == 2
    assert "has no film yet" in answer.err


def test_a_published_film_is_corrected_withdrawn_and_opened_again(home: Path, twin: Twin) -> None:
    done(home, "review", PROJECT, "--film", "green")
    first = done(home, "publish", PROJECT, "--now")["video"]
    put_home(home, youtube=YOUTUBE | {"title": "{title} | Harbour"})
    shown = done(home, "publish", PROJECT, "--correct", "--dry-run")
    assert ([change["field"] for change in shown["changes"]], shown["sent"], twin.asked("youtube.update")) == (["title"], [], 0)
    assert "The first cup → The first cup | Harbour" in command(home, "publish", PROJECT, "--correct", "--why", "name").out
    assert done(home, "publish", PROJECT, "--correct") == {
        "project": PROJECT, "dry_run": False, "video": first, "changes": [], "sent": [],
    }  # fmt: skip
    [video] = room(twin.world).videos("harbour")
    assert video.request["snippet"]["title"] == "The first cup | Harbour"
    told = done(home, "publish", PROJECT, "--withdraw", "wrong logo")
    assert (told["state"], told["upload"], told["video"]["withdrawal"]["why"]) == ("final_review", "withdrawn", "wrong logo")
    assert video.request["status"]["privacyStatus"] == "private"
    assert "nobody can watch it" in command(home, "publish", PROJECT, "--withdraw", "wrong logo").out
    opened = done(home, "publish", PROJECT)
    assert (opened["state"], opened["video"]) == ("published", first)
    assert (video.request["status"]["privacyStatus"], twin.asked("youtube.begin")) == ("public", 1)
    lines = studio_of(home).ledger.audit.lines(PROJECT)
    said = [(line.who, line.what) for line in lines if line.what.startswith("video ") and line.who == "Ada"]
    assert said == [
        ("Ada", "video correction asked for"), ("Ada", "video corrected: metadata"), ("Ada", "video withdrawal asked for"),
        ("Ada", "video withdrawn"), ("Ada", "video opening asked for"),
    ]  # fmt: skip


def test_now_opens_a_film_that_is_sent_already(home: Path, twin: Twin) -> None:
    done(home, "review", PROJECT, "--film", "green")
    assert done(home, "publish", PROJECT)["state"] == "scheduled"
    assert done(home, "publish", PROJECT, "--now")["state"] == "published"
    [video] = room(twin.world).videos("harbour")
    assert (video.request["status"]["privacyStatus"], "publishAt" in video.request["status"]) == ("public", False)


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (("--correct", "--withdraw", "wrong logo"), 2, "one at a time"),
        (("--withdraw", " "), 2, "--withdraw"),
        (("--withdraw", "wrong logo"), 1, "YouTube has no video"),
        (("--correct",), 1, "YouTube has no video"),
    ],
)
def test_what_cannot_be_corrected_or_withdrawn_is_said(home: Path, options: tuple[str, ...], code: int, words: str) -> None:
    studio = studio_of(home)
    cut = studio.values.read("final_cut", PROJECT, FinalCut)
    assert cut
    light = FilmLightGiven(film=cut.masters[0].film.sha256, light=Light.GREEN)
    studio.ledger.reviews.add(PROJECT, [light], reviewer="ada", based_on=len(studio.ledger.reviews.log(PROJECT)))
    answer = command(home, "publish", PROJECT, *options)
    assert (answer.code, words in answer.err) == (code, True), answer.err


def test_a_film_without_a_light_is_not_corrected(home: Path) -> None:
    assert command(home, "publish", PROJECT, "--correct").code == 3
