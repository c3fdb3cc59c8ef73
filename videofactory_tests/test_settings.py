"""Settings: defaults, order of precedence, and every problem at once without a secret in sight."""

from pathlib import Path

import pytest

from videofactory.domain.errors import InvalidInput
from videofactory.settings import Settings, addresses, load_settings


def _problems(environ: dict[str, str], *, env_file: Path) -> dict[str, tuple[str, str, str]]:
    with pytest.raises(InvalidInput) as caught:
        load_settings(environ, env_file=env_file)
    return {problem.field: (problem.file, problem.value, problem.remedy) for problem in caught.value.problems}


def test_defaults_need_nothing(tmp_path: Path) -> None:
    settings = load_settings({}, home=tmp_path / "home", env_file=tmp_path / ".env")
    assert settings.home == tmp_path / "home"
    assert settings.dagster_home == tmp_path / "home" / "dagster"
    assert settings.ledger_url == f"sqlite:///{tmp_path}/home/ledger.db"
    assert (settings.short_side, settings.fps, settings.deterministic, settings.base_urls) == (1080, 30, False, {})
    assert settings.scene_workers >= 1
    assert [folder.name for folder in (settings.channels_dir, settings.inbox, settings.store, settings.films)] == [
        "channels",
        "inbox",
        "store",
        "films",
    ]


def test_home_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_settings({}).home == tmp_path / "factory"
    assert load_settings({"VIDEOFACTORY_HOME": "other"}).home == tmp_path / "other"
    assert load_settings({"VIDEOFACTORY_HOME": "other"}, home=Path("third")).home == tmp_path / "third"


def test_environment_wins_over_env_file_and_empty_counts_as_unset(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("VIDEOFACTORY_FPS=24\nVIDEOFACTORY_SHORT_SIDE=720\nexport VIDEOFACTORY_DETERMINISTIC=yes\n")
    settings = load_settings({"VIDEOFACTORY_FPS": "25", "VIDEOFACTORY_SHORT_SIDE": ""}, env_file=env_file)
    assert (settings.fps, settings.short_side, settings.deterministic) == (25, 720, True)


def test_base_urls_and_trusted_hosts(tmp_path: Path) -> None:
    settings = load_settings(
        {
            "VIDEOFACTORY_NOTION_BASE_URL": "http://127.0.0.1:8900/notion/",
            "VIDEOFACTORY_FAL_REST_BASE_URL": "https://rest.fal.ai",
            "VIDEOFACTORY_TRUSTED_HOSTS": "127.0.0.1:8900, Media.Local:80,[::1]:9",
        },
        env_file=tmp_path / ".env",
    )
    assert settings.base_urls == {"notion": "http://127.0.0.1:8900/notion", "fal_rest": "https://rest.fal.ai"}
    assert settings.trusted_hosts == ("127.0.0.1:8900", "media.local:80", "[::1]:9")


def test_every_problem_comes_at_once_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    env_file = tmp_path / ".env"
    env_file.write_text("VIDEOFACTORY_FPS=fast\nVIDEOFACTORY_SCENE_WORKER=4\nthis is no assignment\n")
    found = _problems(
        {
            "VIDEOFACTORY_HOME": str(tmp_path / "file"),
            "VIDEOFACTORY_SHORT_SIDE": "181",
            "VIDEOFACTORY_DETERMINISTIC": "perhaps",
            "VIDEOFACTORY_TRUSTED_HOSTS": "media.local",
            "VIDEOFACTORY_KLING_BASE_URL": "ftp://kling",
            "DAGSTER_HOME": "dagster",
        },
        env_file=env_file,
    )
    assert found["VIDEOFACTORY_FPS"] == (".env", "'fast'", "write a whole number from 10 to 60")
    assert found["VIDEOFACTORY_SHORT_SIDE"] == ("environment", "'181'", "write an even number from 180 to 2160")
    assert "did you mean VIDEOFACTORY_SCENE_WORKERS?" in found["VIDEOFACTORY_SCENE_WORKER"][2]
    assert found["line 3"][0] == ".env"
    assert {"VIDEOFACTORY_HOME", "VIDEOFACTORY_DETERMINISTIC", "VIDEOFACTORY_TRUSTED_HOSTS", "DAGSTER_HOME"} < set(found)
    assert "VIDEOFACTORY_KLING_BASE_URL" in found
    assert len(found) == 9


@pytest.mark.parametrize("value", ["0", "178", "2162", "-180", "1e3", "9" * 5000, "١٨٠"])
def test_short_side_has_bounds(tmp_path: Path, value: str) -> None:
    assert "VIDEOFACTORY_SHORT_SIDE" in _problems({"VIDEOFACTORY_SHORT_SIDE": value}, env_file=tmp_path / ".env")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("VIDEOFACTORY_LEDGER_URL", "mysql://me:hunter2@host/db"),
        ("VIDEOFACTORY_OPENAI_BASE_URL", "https://me:hunter2@api.openai.com/v1"),
        ("VIDEOFACTORY_OPENAI_KEY", "hunter2"),
    ],
)
def test_secrets_are_not_repeated(tmp_path: Path, variable: str, value: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        load_settings({variable: value}, env_file=tmp_path / ".env")
    assert "hunter2" not in str(caught.value)


def test_the_ledger_password_is_not_in_the_repr(tmp_path: Path) -> None:
    settings = load_settings({"VIDEOFACTORY_LEDGER_URL": "postgresql+psycopg://me:hunter2@host/db"}, env_file=tmp_path / ".env")
    assert settings.ledger_url.startswith("postgresql+psycopg://me:hunter2")
    assert "hunter2" not in repr(settings)


def test_keys_are_read_by_their_usual_names_and_shown_nowhere(tmp_path: Path) -> None:
    master = "B" * 43 + "="
    told = {
        "FAL_KEY": "hunter2",
        "KLING_ACCESS_KEY": " hunter2 ",
        "LUMA_API_KEY": "",
        "VIDEOFACTORY_SECRET_KEY": f"{master}, {master}",
    }
    settings = load_settings(told, env_file=tmp_path / ".env")
    assert settings.keys == {"FAL_KEY": "hunter2", "KLING_ACCESS_KEY": "hunter2"}
    assert settings.secret_keys == (master, master)
    assert "hunter2" not in repr(settings)
    assert master not in repr(settings)
    assert Settings.model_validate_json(settings.model_dump_json()) == settings


def test_keys_of_providers_may_stand_in_the_env_file(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("GEMINI_API_KEY=hunter2\n")
    assert load_settings({}, env_file=env_file).keys == {"GEMINI_API_KEY": "hunter2"}


def test_in_deterministic_mode_there_are_no_keys(tmp_path: Path) -> None:
    settings = load_settings({"FAL_KEY": "hunter2", "VIDEOFACTORY_DETERMINISTIC": "1"}, env_file=tmp_path / ".env")
    assert settings.keys == {}


@pytest.mark.parametrize("key", ["hunter2", "hunter2," + "B" * 43 + "=", "é" * 43 + "=", "B" * 44])
def test_a_master_key_that_is_none_is_refused_unseen(tmp_path: Path, key: str) -> None:
    found = _problems({"VIDEOFACTORY_SECRET_KEY": key}, env_file=tmp_path / ".env")
    place, value, remedy = found["VIDEOFACTORY_SECRET_KEY"]
    assert (place, value) == ("environment", "(hidden)")
    assert "Fernet" in remedy


def test_the_callback_url_is_an_address(tmp_path: Path) -> None:
    def told(url: str) -> dict[str, str]:
        return {"VIDEOFACTORY_CALLBACK_URL": url}

    assert load_settings(told("https://films.example.org/hooks/"), env_file=tmp_path / ".env").callback_url.endswith("/hooks")
    assert "VIDEOFACTORY_CALLBACK_URL" in _problems(told("films.example.org"), env_file=tmp_path / ".env")


def test_an_env_file_that_is_not_utf8_is_said(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_bytes("VIDEOFACTORY_FPS=30".encode("utf-16"))
    assert _problems({}, env_file=env_file)["(file)"][2] == "save it as UTF-8"


def test_dagster_home_alone_tells_the_home_above_it(tmp_path: Path) -> None:
    settings = load_settings({"DAGSTER_HOME": str(tmp_path / "shop" / "dagster")}, env_file=tmp_path / "none")
    assert settings.home == tmp_path / "shop"
    assert settings.dagster_home == tmp_path / "shop" / "dagster"


def test_a_dagster_home_of_another_name_tells_nothing(tmp_path: Path) -> None:
    settings = load_settings({"DAGSTER_HOME": str(tmp_path / "elsewhere")}, env_file=tmp_path / "none")
    assert settings.home == Path("factory").absolute()


def test_addresses_are_read_by_the_names_channels_give_them(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("OPS_URL=https://hooks.example.org/file\nTEAM_URL=https://hooks.example.org/team\n", encoding="utf-8")
    environ = {"OPS_URL": "https://hooks.example.org/ours", "OTHER": "x"}
    assert addresses(["OPS_URL", "TEAM_URL", "NOT_SET"], environ, env_file=env_file) == {
        "OPS_URL": "https://hooks.example.org/ours",
        "TEAM_URL": "https://hooks.example.org/team",
    }
