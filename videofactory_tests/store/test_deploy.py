"""deploy/dagster.yaml: read by Dagster itself, on a real PostgreSQL and an S3 service."""

import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from dagster import DagsterInstance, asset, materialize
from dagster_aws.s3.compute_log_manager import S3ComputeLogManager
from dagster_postgres import PostgresRunStorage

import videofactory
from videofactory_tests.postgres import Postgres
from videofactory_tests.store.places import S3Place

ROOT = Path(videofactory.__file__).parent.parent
FILE = ROOT / "deploy" / "dagster.yaml"


def _settings(path: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


@asset
def talkative() -> int:
    """Says something."""
    sys.stdout.write("said by the step\n")
    return 7


def test_it_differs_from_one_machine_in_storage_and_logs_only() -> None:
    several = _settings(FILE)
    assert {name: several.pop(name) is not None for name in ("storage", "compute_logs")} == {
        "storage": True,
        "compute_logs": True,
    }
    assert several == _settings(ROOT / "dagster.yaml")


def test_two_machines_share_runs_and_logs(
    postgres: Postgres, bucket: S3Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    homes = [tmp_path / "one", tmp_path / "two"]
    for home in homes:
        home.mkdir()
        (home / "dagster.yaml").write_bytes(FILE.read_bytes())
    monkeypatch.setenv("DAGSTER_LOGS_BUCKET", bucket.bucket)
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", bucket.service.url)
    with postgres.schema() as url:
        monkeypatch.setenv("DAGSTER_POSTGRES_URL", url.replace("postgresql:", "postgresql+psycopg2:", 1))
        with DagsterInstance.from_config(str(homes[0])) as one, DagsterInstance.from_config(str(homes[1])) as two:
            assert isinstance(one.run_storage, PostgresRunStorage)
            assert isinstance(one.compute_log_manager, S3ComputeLogManager)
            ran = materialize([talkative], instance=one)
            assert [run.run_id for run in two.get_runs()] == [ran.run_id]
            one.compute_log_manager.dispose()  # type: ignore[no-untyped-call]
    keys = [found["Key"] for found in bucket.client.list_objects_v2(Bucket=bucket.bucket)["Contents"]]
    [said] = [key for key in keys if key.endswith(".out")]
    assert said.startswith(f"logs/storage/{ran.run_id}/compute_logs/")
    assert bucket.client.get_object(Bucket=bucket.bucket, Key=said)["Body"].read() == b"said by the step\n"
