"""From a row in Notion to a video on YouTube, by `videofactory up` alone: nobody touches anything but rows."""

import hashlib
import io
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from videofactory.domain.project import ProjectState
from videofactory.studio.status import state_of
from videofactory_tests.cli.test_processes import factory_up, quiet_logs
from videofactory_tests.film.editor import Editor, Row, give_leave, led_to
from videofactory_tests.homes import CHANNEL, put_home, studio_of
from videofactory_tests.twin.server import Twin
from videofactory_tests.twin.world import Job
from videofactory_tests.twin.youtube_state import room

YOUTUBE = {
    "google_project": "main",
    "slots": ["* * * * *"],
    "time_zone": "Europe/Berlin",
    "privacy": "public",
    "playlist": "PLharbour",
}
"""A slot each minute: the next one is never farther than two minutes."""
SLOT = timedelta(minutes=1)
LEAD = timedelta(minutes=1)
"""How long before its slot a film is planned at least."""


@pytest.fixture
def twin() -> Iterator[Twin]:
    """The outside world of this test."""
    with Twin().running() as world:
        yield world


@pytest.fixture
def editor(tmp_path: Path, twin: Twin, monkeypatch: pytest.MonkeyPatch) -> Editor:
    """The team of a channel that is set up on Notion and YouTube, its factory standing still."""
    home = tmp_path / "home"
    led_to(home, twin)
    monkeypatch.chdir(home)
    put_home(home, youtube=YOUTUBE)
    give_leave(home)
    return Editor.at(home, twin, youtube=YOUTUBE)


@pytest.mark.timeout(1200)
def test_a_row_becomes_a_published_video_reviewed_only_through_rows(editor: Editor, twin: Twin) -> None:
    text = ("# At the harbour", "We open at six.", "Warm cups, warm hands.")
    page = editor.idea(*text, title="The first cup", seconds=6, scenes=2, rights_images="our own")
    with factory_up(editor.home):
        editor.change(page, status="Ready")
        shown = scenes_to_review(editor, page)
        assert_reviewable(editor, shown)
        review_scenes(editor, page, shown)
        film = review_film(editor, page)
        video = scheduled(editor, twin, page)
        assert_published_as_asked(twin, video, film=film)
        sees_it_published(editor, page, video)
    assert_nobody_else_touched_anything(editor, page)
    assert twin.asked("youtube.begin") == twin.paid("youtube") == 1
    quiet_logs(editor.home)


def scenes_to_review(editor: Editor, page: str) -> list[Row]:
    """The scenes' rows once all of them ask for a light."""

    def look() -> list[Row] | None:
        rows = editor.scene_rows(page)
        ready = len(rows) == 2 and all(row["answer"] == "Please give a light." for row in rows)
        return rows if ready and editor.row(page)["state"] == "In review" else None

    return editor.sees(look, page=page, what="scenes to review")


def assert_reviewable(editor: Editor, rows: list[Row]) -> None:
    """Each row shows all that a light is based on: the picture, the words spoken, the prompt, the price."""
    for number, row in enumerate(rows, start=1):
        assert (row["number"], row["price_usd"], row["light"], row["feedback"]) == (number, 0, "", "")
        assert row["prompt"]
        assert row["narration"]
        assert row["narration"][:20] in row["title"]
        with Image.open(io.BytesIO(editor.content(row["preview"]))) as picture:
            assert picture.width > picture.height > 0


def review_scenes(editor: Editor, page: str, shown: list[Row]) -> None:
    """Green for the first scene, yellow for the second; green for its new take, too."""
    first, second = shown
    editor.decide(first["id"], light="Green")
    editor.decide(second["id"], light="Yellow", feedback="show the steam of the cup")

    def new_take() -> Row | None:
        row = editor.scene_rows(page)[1]
        return row if row["answer"] == "Please give a light." and row["preview"] != second["preview"] else None

    taken = editor.sees(new_take, page=page, what="new take")
    assert (taken["id"], taken["light"], taken["feedback"]) == (second["id"], "", "")
    assert editor.content(taken["preview"]) != editor.content(second["preview"])
    kept = editor.scene_rows(page)[0]
    assert (kept["light"], kept["preview"]) == ("Green", first["preview"])
    editor.decide(taken["id"], light="Green")


def review_film(editor: Editor, page: str) -> bytes:
    """Green for the film, as soon as the row shows it; its bytes."""

    def look() -> Row | None:
        row = editor.row(page)
        ready = all(scene["answer"] == "Green: the clip is ready." for scene in editor.scene_rows(page))
        return row if ready and row["state"] == "Final review" and row["film"] else None

    film = editor.content(editor.sees(look, page=page, what="film to review")["film"])
    editor.change(page, film_light="Green")
    return film


def scheduled(editor: Editor, twin: Twin, page: str) -> Job:
    """The video at YouTube, once the row says that it is there and waits for its slot."""

    def look() -> Row | None:
        row = editor.row(page)
        return row if row["state"] in {"Scheduled", "Published"} and row["video"] else None

    row = editor.sees(look, page=page, what="link to the video")
    (video,) = room(twin.world).videos(CHANNEL)
    assert row["video"] == f"https://www.youtube.com/watch?v={video.id}"
    return video


def assert_published_as_asked(twin: Twin, video: Job, *, film: bytes) -> None:
    """YouTube has the very film that got its light, with all that belongs to it, and opens it in the channel's next slot."""
    told = video.request
    assert told["sha256"] == hashlib.sha256(film).hexdigest()
    assert told["snippet"]["title"] == "The first cup"
    status = told["status"]
    assert (status["privacyStatus"], status["containsSyntheticMedia"]) == ("private", True)
    slot, sent = datetime.fromisoformat(status["publishAt"]), datetime.fromtimestamp(video.created, UTC)
    assert (slot.second, slot.microsecond) == (0, 0)
    assert sent - SLOT < slot - LEAD <= sent + SLOT, "the next slot a film can still be there for"
    assert told["thumbnail"].startswith("image/jpeg")
    [captions] = told["captions"]
    assert (captions["snippet"]["language"], "-->" in captions["text"]) == ("en", True)
    [entry] = room(twin.world).playlists["PLharbour"]
    assert entry["contentDetails"]["videoId"] == video.id


def sees_it_published(editor: Editor, page: str, video: Job) -> None:
    """The row says so once the slot has come, and not before."""
    slot = datetime.fromisoformat(video.request["status"]["publishAt"]).timestamp()

    def look() -> Row | None:
        row = editor.row(page)
        assert row["state"] == "Scheduled" or time.time() >= slot, row
        return row if row["state"] == "Published" else None

    row = editor.sees(look, page=page, what="row that says published")
    assert (row["problem"], row["cost_usd"], row["status"]) == ("", 0, "Ready")


def assert_nobody_else_touched_anything(editor: Editor, page: str) -> None:
    """Every decision came out of a row, and nothing was said on it that its writers had to read."""
    studio = studio_of(editor.home)
    (project,) = studio.ledger.projects.all()
    assert (project.source_kind, project.source_id) == ("notion", page)
    assert state_of(studio, project.key) is ProjectState.PUBLISHED
    given = [(entry.kind, entry.reviewer.partition(":")[0]) for entry in studio.ledger.reviews.log(project.key)]
    assert given == [("light", "notion")] * 3 + [("film", "notion")]
    assert [remark.text for remark in editor.space.remarks] == []
