"""Taking in: each brief exactly once, the bad ones aside with a note, and one bad brief stops no other."""

import json
import os
import time
from pathlib import Path

import pytest
from PIL import Image

from videofactory.domain.errors import InvalidInput
from videofactory.studio.factory import Studio
from videofactory.studio.take_in import Request, is_url, sweep_inbox, take_in_file, waiting_briefs

AGO = 60.0


def _brief(studio: Studio, name: str, *, age: float = AGO, **fields: object) -> Path:
    inbox = studio.settings.inbox
    Image.linear_gradient("L").resize((320, 180)).convert("RGB").save(inbox / "cup.png")
    path = inbox / name
    written = {"channel": "harbour", "title": "The first cup", "text": "We open at six.", "images": ["cup.png"]}
    path.write_text(json.dumps(written | fields))
    _touch(path, age=age)
    return path


def _touch(path: Path, *, age: float) -> None:
    then = time.time() - age
    os.utime(path, (then, then))


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def test_a_brief_becomes_a_project_with_its_pictures_in_the_store(studio: Studio) -> None:
    path = _brief(studio, "first-cup.json")
    project = take_in_file(studio, path)
    request = Request.model_validate_json(project.brief)
    assert (project.title, project.source_kind, project.source_id) == ("The first cup", "file", "first-cup.json")
    assert list(request.local) == ["cup.png"]
    assert studio.artifacts.has(request.local["cup.png"])
    assert take_in_file(studio, path) == project
    assert path.exists()


def test_the_inbox_is_emptied_once(studio: Studio) -> None:
    _brief(studio, "two.json", title="Two", age=AGO)
    _brief(studio, "one.json", title="One", age=AGO + 5)
    taken, rejected = sweep_inbox(studio)
    assert ([project.title for project in taken], rejected) == (["One", "Two"], [])
    assert _names(studio.settings.inbox / "taken") == ["one.json", "two.json"]
    assert sweep_inbox(studio) == ([], [])
    assert len(studio.ledger.projects.all()) == 2


def test_a_bad_brief_is_put_aside_with_a_note_and_stops_no_other(studio: Studio) -> None:
    _brief(studio, "a-bad.json", seconds=1, images=["none.png"])
    (studio.settings.inbox / "b-broken.json").write_text("{")
    _touch(studio.settings.inbox / "b-broken.json", age=AGO)
    _brief(studio, "c-good.json")
    taken, rejected = sweep_inbox(studio)
    assert ([project.source_id for project in taken], sorted(rejected)) == (["c-good.json"], ["a-bad.json", "b-broken.json"])
    aside = studio.settings.inbox / "rejected"
    assert _names(aside) == ["a-bad.json", "a-bad.json.txt", "b-broken.json", "b-broken.json.txt"]
    assert "seconds" in (aside / "a-bad.json.txt").read_text()
    assert [line.what for line in studio.ledger.audit.lines()].count("brief rejected") == 2


def test_every_bad_picture_is_named(studio: Studio) -> None:
    path = _brief(studio, "first-cup.json", images=["none.png", "cup.png", "neither.png"])
    with pytest.raises(InvalidInput) as caught:
        take_in_file(studio, path)
    assert len(caught.value.problems) == 2
    assert studio.ledger.projects.all() == []


def test_pictures_by_url_are_left_for_later(studio: Studio) -> None:
    url = "https://media.example.org/cup.png"
    project = take_in_file(studio, _brief(studio, "first-cup.json", images=[url, "cup.png"]))
    assert list(Request.model_validate_json(project.brief).local) == ["cup.png"]
    assert is_url(url)
    assert not is_url("cup.png")


def test_only_briefs_that_are_no_longer_written_are_read(studio: Studio) -> None:
    _brief(studio, "fresh.json", age=0)
    _brief(studio, "settled.YAML")
    _brief(studio, "notes.txt")
    (studio.settings.inbox / "folder.json").mkdir()
    assert [path.name for path in waiting_briefs(studio)] == ["settled.YAML"]


def test_a_name_no_text_can_hold_is_a_bad_brief_and_stops_no_other(studio: Studio) -> None:
    good = _brief(studio, "good.json")
    _brief(studio, "odd.json", age=AGO + 5).rename(studio.settings.inbox / os.fsdecode(b"caf\xe9.json"))
    taken, rejected = sweep_inbox(studio)
    assert [project.source_id for project in taken] == [good.name]
    assert rejected == ["caf?.json"]
