"""`notion check` and `notion setup`: what is missing is said in an editor's words, what can be made is made, once."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from videofactory.domain.notion import LIGHTS, STATES, BriefProperties, NotionSettings, SceneProperties
from videofactory_tests.homes import Answer, command, done, put_home
from videofactory_tests.twin.notion_workspace import HOME_PAGE, Columns, Workspace, workspace
from videofactory_tests.twin.server import Twin
from videofactory_tests.twin.world import Fault

OWN: Columns = {"Name": "title", "Brief": "rich_text", "Brand": "files", "Status": ("select", ("Draft", "Ready"))}
"""What an editor has before we come."""


@pytest.fixture
def space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """A workspace the commands find, because `.env` says where."""
    twin = Twin()
    monkeypatch.chdir(tmp_path)
    with twin.running():
        _say(key="twin-NOTION_TOKEN", url=twin.base("notion"))
        yield workspace(twin.world)


def _say(*, key: str, url: str) -> None:
    Path(".env").write_text(f"NOTION_TOKEN={key}\nVIDEOFACTORY_NOTION_BASE_URL={url}\n", encoding="utf-8")


def _told(home: Path, *words: str) -> tuple[int, dict[str, str]]:
    """Exit code, and the remedies of what is needed, by field."""
    answer = command(home, "notion", "check", *words, "--json")
    return answer.code, {one["field"]: one["remedy"] for report in answer.value for one in report["findings"] if one["needed"]}


def _check(home: Path, source: str, **more: object) -> tuple[int, dict[str, str]]:
    put_home(home, notion={"data_source": source, **more})
    return _told(home, "harbour")


def _set_up(home: Path, space: Workspace, columns: Columns = OWN, **more: object) -> tuple[str, Answer]:
    source = space.add_data_source("Briefs", columns)
    put_home(home, notion={"data_source": source, **more})
    return source, command(home, "notion", "setup", "harbour", "--json")


def test_setup_makes_what_is_missing_and_check_then_finds_nothing(home: Path, space: Workspace) -> None:
    source, answer = _set_up(home, space)
    assert answer.code == 0, answer.err
    scenes = answer.value["scenes"]
    put_home(home, notion={"data_source": source, "scenes": scenes})
    [report] = done(home, "notion", "check")
    assert (report["fits"], report["findings"]) == (True, [])
    briefs, made = space.sources[source].columns, space.sources[scenes].columns
    assert set(briefs) == set(BriefProperties().model_dump().values())
    assert set(made) == set(SceneProperties().model_dump().values())
    assert made["Light"].options == list(LIGHTS.values())
    assert briefs["Production"].options == list(STATES.values())
    assert briefs["Formats"].options == ["16:9", "9:16", "1:1"]
    assert (made["Brief"].kind, made["Brief"].target) == ("relation", source)


def test_setup_twice_makes_nothing_twice_though_the_file_does_not_know_the_scenes(home: Path, space: Workspace) -> None:
    _, first = _set_up(home, space)
    again = command(home, "notion", "setup", "harbour", "--json")
    assert again.value["scenes"] == first.value["scenes"]
    assert again.value["properties"] == []
    assert len(space.sources) == 2
    assert again.code == 0
    [left] = again.value["left"]["findings"]
    assert left["remedy"] == f"write scenes: {first.value['scenes']} under notion in harbour.yaml."


def test_a_database_whose_making_was_not_answered_is_found_again(home: Path, space: Workspace) -> None:
    source = space.add_data_source("Briefs", OWN)
    put_home(home, notion={"data_source": source})
    _order(space, "notion.new_database", "cut_after")
    lost = command(home, "notion", "setup", "harbour")
    assert (lost.code, "Run it again" in lost.err) == (1, True)
    assert command(home, "notion", "setup", "harbour").code == 0
    assert [one.title for one in space.sources.values()] == ["Briefs", "Harbour Coffee: scenes"]


def test_setup_removes_and_renames_nothing(home: Path, space: Workspace) -> None:
    mine: Columns = {**OWN, "Stage": "rich_text", "Film light": ("select", ("Maybe",))}
    source, _ = _set_up(home, space, mine)
    columns = space.sources[source].columns
    assert columns["Film light"].options == ["Maybe", *LIGHTS.values()]
    assert columns["Status"].options == ["Draft", "Ready"]
    assert columns["Stage"].kind == "rich_text"


def test_a_missing_property_is_named_with_its_kind_and_the_one_to_rename(home: Path, space: Workspace) -> None:
    mine: Columns = {"Titel": "title", "Brief": "rich_text", "Brands": "files", "Status": ("select", ("Ready",))}
    source, answer = _set_up(home, space, mine)
    assert answer.code == 3, "the title's name is for a person"
    code, told = _check(home, source)
    assert code == 3
    assert told == {"title": "in 'Briefs', rename 'Titel' to 'Name', or write title: Titel into the channel file."}
    space.rename_column(source, "Brand", "Logo")
    _, told = _check(home, source, properties={"title": "Titel"})
    assert told["images"] == (
        "in 'Briefs', add a property 'Brand' of the kind Files & media or URL; or rename 'Brands' to 'Brand',"
        " or write images: Brands into the channel file."
    )


def test_a_property_of_another_kind_is_for_a_person(home: Path, space: Workspace) -> None:
    source, answer = _set_up(home, space, {**OWN, "Problem": "number"})
    assert answer.code == 3
    assert _check(home, source)[1] == {
        "problem": "'Problem' is a Number: make it a Text, or name another property in the channel file."
    }


def test_a_missing_option_is_named_and_made(home: Path, space: Workspace) -> None:
    source = space.add_data_source("Briefs", OWN)
    assert _check(home, source, trigger="Go")[1]["status"] == "add to the property 'Status' of 'Briefs': 'Go'."
    assert command(home, "notion", "setup", "harbour").code == 0
    assert space.sources[source].columns["Status"].options == ["Draft", "Ready", "Go"]


def test_a_missing_option_of_a_status_is_for_a_person(home: Path, space: Workspace) -> None:
    other, answer = _set_up(home, space, {**OWN, "Status": ("status", ("Draft",))})
    assert answer.code == 3
    assert _check(home, other) == (3, {"status": "add to the property 'Status' of 'Briefs': 'Ready'."})


def test_a_property_we_can_do_without_is_missed_only_where_the_file_names_it(home: Path, space: Workspace) -> None:
    source, _ = _set_up(home, space)
    del space.sources[source].columns["Seconds"]
    assert _check(home, source) == (0, {})
    code, told = _check(home, source, properties={"seconds": "Length"})
    assert (code, list(told)) == (3, ["seconds"])


def test_two_properties_under_one_name_are_the_files_fault(home: Path, space: Workspace) -> None:
    source, _ = _set_up(home, space)
    code, told = _check(home, source, properties={"problem": "Brief"})
    assert (code, told["notion.properties.problem"]) == (
        2, "text and problem are both 'Brief': name two properties in harbour.yaml.",
    )  # fmt: skip


def test_what_is_not_shared_is_said_with_the_name_of_the_connection(home: Path, space: Workspace) -> None:
    source, _ = _set_up(home, space)
    space.share(source, shared=False)
    code, told = _check(home, source)
    assert code == 3
    assert "••• → Connections, and pick 'VideoFactory'" in told["notion.data_source"]
    setup = command(home, "notion", "setup", "harbour")
    assert (setup.code, "Connections" in setup.err) == (2, True)


def test_the_id_of_a_database_is_told_from_that_of_its_data_source(home: Path, space: Workspace) -> None:
    source, _ = _set_up(home, space)
    code, told = _check(home, space.sources[source].database)
    assert code == 2
    assert f"write its data source into harbour.yaml: {source} (Briefs)" in told["notion.data_source"]


def test_missing_comments_and_scenes_that_lead_elsewhere_are_said(home: Path, space: Workspace) -> None:
    source, answer = _set_up(home, space)
    scenes = answer.value["scenes"]
    space.add_row(source, {"Name": "one"})
    space.may.discard("comment")
    space.sources[scenes].columns["Brief"].target = scenes
    code, told = _check(home, source, scenes=scenes)
    assert code == 3
    assert "switch on reading and inserting comments" in told["comments"]
    assert "must lead to the briefs" in told["brief"]


def test_a_wrong_or_missing_token_is_said_and_never_shown(home: Path, space: Workspace) -> None:
    source = space.add_data_source("Briefs", OWN)
    _say(key="ntn_secret_of_nobody", url=f"{space.world.base_url}/notion")
    code, told = _check(home, source)
    assert (code, "revoked" in told["NOTION_TOKEN"]) == (2, True)
    assert "ntn_secret" not in str(told)
    _say(key="", url=f"{space.world.base_url}/notion")
    code, told = _check(home, source)
    assert (code, "keys set harbour NOTION_TOKEN" in told["NOTION_TOKEN"]) == (2, True)


def test_a_channels_own_token_goes_before_the_machines(home: Path, space: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    _set_up(home, space)
    _say(key="of_another_workspace", url=f"{space.world.base_url}/notion")
    assert command(home, "notion", "check").code == 2
    monkeypatch.setattr("sys.stdin", io.StringIO("twin-NOTION_TOKEN\n"))
    assert command(home, "keys", "set", "harbour", "NOTION_TOKEN").code == 0
    assert command(home, "notion", "check").code == 0


def test_a_page_for_the_scenes_is_asked_for_where_the_briefs_lie_in_none(home: Path, space: Workspace) -> None:
    source = space.add_data_source("Briefs", OWN, page="")
    put_home(home, notion={"data_source": source})
    asked = command(home, "notion", "setup", "harbour")
    assert (asked.code, "--page" in asked.err) == (2, True)
    assert command(home, "notion", "setup", "harbour", "--page", HOME_PAGE).code == 0


def test_channels_without_notion_are_said_to_have_none(home: Path, space: Workspace) -> None:
    put_home(home)
    assert command(home, "notion", "check").code == 2
    assert _told(home, "harbour") == (2, {"notion": "write notion: {data_source: …} into the channel file; "
                                         "the id stands in the link of the data source"})  # fmt: skip
    put_home(home, notion={})
    code, told = _told(home)
    assert (code, "Copy data source ID" in told["notion.data_source"]) == (2, True)
    assert space.asked_at, "the token was tried"


def test_the_settings_name_every_kind_and_option() -> None:
    settings = NotionSettings()
    assert settings.brief_options()["status"] == (settings.trigger,)
    assert set(settings.scene_options()) <= set(SceneProperties.model_fields)


def _order(space: Workspace, operation: str, kind: Any) -> None:  # noqa: ANN401 - any kind of fault

    space.world.faults.append(Fault(operation, kind))
