"""`doctor`: whether this machine and home can make, publish and tell of films; what is ill says how to mend it."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from videofactory.studio.health import examined
from videofactory_tests.homes import CHANNEL, command, done, put_home, studio_of, variables
from videofactory_tests.store.bucket import CREDENTIALS, Service, serving

LEAVE = {"YOUTUBE_REFRESH_TOKEN": "1//leave"}
CLIENT = {"GOOGLE_OAUTH_CLIENT_ID": "id", "GOOGLE_OAUTH_CLIENT_SECRET": "client"}
TOKEN = {"NOTION_TOKEN": "ntn_1"}
HOOK = "https://discord.com/api/webhooks/123456789/not-so-secret_token"
SLACK = "https://hooks.slack.com/services/T0AB/B0CD/notsosecret"
ALERTS = {"discord": "TEAM_WEBHOOK", "slack": "SLACK_WEBHOOK", "webhook": "OPS_WEBHOOK"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder the command is started from, whose `.env` it reads."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Service]:
    """An S3 service with the bucket `factory`, and nobody's keys but the test's."""
    for name, value in {**CREDENTIALS, "AWS_CONFIG_FILE": str(tmp_path / "none"), "AWS_EC2_METADATA_DISABLED": "true"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    with serving() as service:
        service.client.create_bucket(Bucket="factory")
        yield service


def looked(home: Path) -> tuple[int, dict[str, dict[str, Any]]]:
    """Exit code, and the findings by name, and the channel where it is a channel's."""
    answer = command(home, "doctor", "--json")
    return answer.code, {" ".join(filter(None, (one["name"], one["channel"]))): one for one in answer.value}


def ill(home: Path) -> dict[str, str]:
    """What is not well, and the remedy."""
    code, findings = looked(home)
    found = {name: one["remedy"] for name, one in findings.items() if not one["ok"]}
    assert code == (1 if found else 0)
    assert all(found.values()), "each says what to do"
    return found


def test_the_doctor_looks_at_everything_a_film_needs(home: Path) -> None:
    findings = done(home, "doctor")
    names = {finding["name"] for finding in findings}
    assert names >= {"FFmpeg", "voice", "fonts", "ledger", "store", "disk", "channels"}
    assert all(finding["ok"] and not finding["remedy"] for finding in findings)
    assert command(home, "doctor").out.count("✓") == len(findings)


def test_the_doctor_finds_a_bad_channel_and_looks_on(home: Path) -> None:
    (home / "channels" / "bad.yaml").write_text("name: [", encoding="utf-8")
    code, findings = looked(home)
    assert (code, [name for name, one in findings.items() if not one["ok"]]) == (1, ["channels"])
    assert "bad.yaml" in findings["channels"]["words"]


def test_what_is_ill_is_shown_with_its_remedy(home: Path) -> None:
    put_home(home, fonts={"heading": "Wingdings"})
    shown = command(home, "doctor").out
    assert "✗ fonts      harbour: The font family 'Wingdings' is not installed." in shown
    assert "pip install fontpkg-wingdings, or choose Inter." in shown
    assert ill(home) == {"fonts harbour": "pip install fontpkg-wingdings, or choose Inter."}


def test_an_ffmpeg_that_does_not_run_is_found(home: Path) -> None:
    """In a process of its own: which FFmpeg it is, a process asks once."""
    told = [sys.executable, "-c", "from videofactory.cli.main import main; main(['doctor', '--json'])"]
    environment = {**variables(home), "IMAGEIO_FFMPEG_EXE": str(shutil.which("false"))}
    answer = subprocess.run(told, env=environment, cwd=home, capture_output=True, text=True, check=False)  # noqa: S603 - ourselves
    ill = {one["name"]: one["remedy"] for one in json.loads(answer.stdout) if not one["ok"]}
    assert (answer.returncode, set(ill)) == (1, {"FFmpeg"})
    assert "IMAGEIO_FFMPEG_EXE" in ill["FFmpeg"]


def test_a_disk_with_little_room_is_found(home: Path) -> None:
    [disk] = [one for one in examined(studio_of(home), {}, room=10**18) if not one.ok]
    assert (disk.name, "Free some space" in disk.remedy) == ("disk", True)


def test_a_folder_that_takes_nothing_is_found(home: Path) -> None:
    done(home, "doctor")
    shutil.rmtree(home / "store")
    (home / "store").write_text("a file where the store should be", encoding="utf-8")
    assert "can be written to" in ill(home)["store"]


def test_a_bucket_is_written_to_and_what_keeps_from_it_is_said(
    home: Path, bucket: Service, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    _say(folder, VIDEOFACTORY_STORE_URL="s3://factory/one", VIDEOFACTORY_S3_ENDPOINT_URL=bucket.url)
    code, findings = looked(home)
    assert (code, findings["store"]["words"]) == (0, "s3://factory/one/ can be written to and read")
    assert [one["Key"] for one in bucket.client.list_objects_v2(Bucket="factory")["Contents"]] == ["one/proof.txt"]
    bucket.faults.append(("PUT", "AccessDenied"))
    assert "s3:PutObject" in ill(home)["store"]
    bucket.faults.append(("HEAD", "AccessDenied"))
    assert "s3:ListBucket" in ill(home)["store"]
    _say(folder, VIDEOFACTORY_STORE_URL="s3://another/one", VIDEOFACTORY_S3_ENDPOINT_URL=bucket.url)
    assert "Make the bucket" in ill(home)["store"]
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    assert "Check the credentials" in ill(home)["store"]


def test_alerts_are_looked_at_without_sending_or_telling_an_address(home: Path, folder: Path) -> None:
    put_home(home, alerts=ALERTS)
    assert set(ill(home)) == {"alerts harbour"}
    _say(folder, TEAM_WEBHOOK=HOOK, SLACK_WEBHOOK=SLACK, OPS_WEBHOOK="http://127.0.0.1:9/alerts")
    answer = command(home, "doctor", "--json")
    told = {one["words"] for one in answer.value if one["name"] == "alerts"}
    assert answer.code == 0
    assert told == {
        f"{service}: {name} holds the address of a webhook; nothing was sent to it" for service, name in ALERTS.items()
    }
    assert "secret" not in answer.out + command(home, "doctor").out


@pytest.mark.parametrize(
    ("service", "address", "said"),
    [
        ("discord", "", "The variable HOOK of the discord alerts is not set."),
        ("discord", "discord.com/api/webhooks/123456789/notsosecret", "no web address"),
        ("discord", "https://discord.com/channels/123456789/notsosecret", "is not that of a discord webhook"),
        ("slack", "https://hooks.slack.com/services/T0AB/notsosecret", "is not that of a slack webhook"),
        ("webhook", "notsosecret", "no web address"),
    ],
)
def test_an_address_nobody_could_be_told_at_is_found(home: Path, folder: Path, service: str, address: str, said: str) -> None:
    put_home(home, alerts={service: "HOOK"})
    _say(folder, HOOK=address)
    code, findings = looked(home)
    finding = findings["alerts harbour"]
    assert (code, finding["ok"]) == (1, False)
    assert said in finding["words"]
    assert ("Set HOOK" if not address else "Copy it whole") in finding["remedy"]
    assert "secret" not in str(findings)


def test_the_tokens_of_notion_and_youtube_are_looked_for_where_a_channel_wants_them(home: Path, folder: Path) -> None:
    put_home(home, notion={"data_source": "0f1e"}, youtube={"slots": ["0 17 * * *"]})
    found = ill(home)
    assert set(found) == {"notion harbour", "youtube harbour"}
    assert "videofactory keys set harbour NOTION_TOKEN" in found["notion harbour"]
    assert "videofactory keys youtube harbour" in found["youtube harbour"]
    _keep(home, **LEAVE)
    assert "Google Cloud console" in ill(home)["youtube harbour"]
    _say(folder, **CLIENT, **TOKEN)
    assert ill(home) == {}
    _say(folder, VIDEOFACTORY_DETERMINISTIC="1")
    assert ill(home) == {}, "no key is used then"


def test_a_leave_that_cannot_be_decrypted_is_found(home: Path, folder: Path) -> None:
    put_home(home, youtube={"slots": ["0 17 * * *"]})
    _say(folder, **CLIENT)
    _keep(home, **LEAVE)
    (home / "secret.key").unlink()
    assert "youtube harbour" in ill(home)


def _say(folder: Path, **variables: str) -> None:
    """What `.env` says."""
    (folder / ".env").write_text("".join(f"{name}={value}\n" for name, value in variables.items()), encoding="utf-8")


def _keep(home: Path, **secrets: str) -> None:
    """Keys of the channel's own."""
    for name, value in secrets.items():
        studio_of(home).ledger.secrets.set(CHANNEL, name, value, who="ada")
