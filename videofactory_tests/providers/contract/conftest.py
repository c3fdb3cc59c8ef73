"""What the contract's tests share: one twin for all of them, and an engine before it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from videofactory_tests.providers.contract.stage import Services, Stage, running


@pytest.fixture(scope="session")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """The twin of the whole contract."""
    with running(tmp_path_factory.mktemp("twin")) as twin:
        yield twin


@pytest.fixture
def twin(services: Services) -> Services:
    """The twin, as if nothing had been asked."""
    services.forget()
    return services


@pytest.fixture
def stage(request: pytest.FixtureRequest, twin: Services, tmp_path: Path) -> Stage:
    """The case the test is held against."""
    return Stage(request.param, twin=twin, folder=tmp_path, waits=[])
