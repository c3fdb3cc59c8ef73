"""What every adapter is held to: who stands before its tests.

Everybody in the registry who is served is here, with each set of keys, and nobody has to be listed. The twin file of a provider
(`twin/<provider's id>.py`) names its operations `<provider>.submit` and `<provider>.poll`; where they have other names, or where
faults mean something else there, it says so in a table `CONTRACT`, for all roles (`"submit"`) or one (`"voice.submit"`):

    submit, poll    the operation's name; poll is "" for a service that answers at once
    fails           the fault of a job that means: the engine failed ("fail")
    refusal         words in which it says no to content (what the test told it to say)

A key that is the path of a file is written by the twin file's `key_files(folder)`.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, get_args

import httpx
import pytest

from videofactory.domain.footage import Artifact
from videofactory.providers.account import Account
from videofactory.providers.registry import Model, Price, Registry, Unit, registry
from videofactory.providers.roles import Delivered, Engine, Receipt, Request, Sought
from videofactory.settings import Settings, load_settings
from videofactory.store.artifacts import Artifacts
from videofactory.store.folder import Folder
from videofactory.studio.casting import Casting
from videofactory.studio.fetching import Fetcher
from videofactory_tests.providers.contract.scenes import ASKED, NO
from videofactory_tests.twin import media
from videofactory_tests.twin.leading import environment
from videofactory_tests.twin.server import Twin
from videofactory_tests.twin.world import World

TODAY = date(2026, 11, 21)
TOKEN = "c0ffee-1"  # noqa: S105 - our id of a call, no secret
CAUSES = {"submit": "{provider}.submit", "poll": "{provider}.poll", "fails": "fail", "refusal": NO}
INVENTED = tuple(Price.model_validate({"per": unit, "usd": "0.01"}) for unit in get_args(Unit))
"""The adapter of a model nobody may buy yet, for want of a price, is held to the contract all the same."""


@dataclass(frozen=True)
class Case:
    """A model of the registry, opened with one set of keys."""

    model: Model
    keys: tuple[str, ...]

    def __str__(self) -> str:
        """The name of its tests."""
        return f"{self.model.role}-{self.model.id}-{'+'.join(self.keys)}"

    def named(self, what: str) -> str:
        """An entry of the twin file's table, by the rule where it has none."""
        table: Mapping[str, str] = getattr(twin_file(self.model.provider), "CONTRACT", {})
        plain = table.get(what, CAUSES[what].format(provider=self.model.provider))
        return table.get(f"{self.model.role}.{what}", plain)

    @property
    def takes_time(self) -> bool:
        """Whether it answers with a job that is asked for later, which the twin's routes tell."""
        routes = twin_file(self.model.provider).routes(World())
        return self.named("poll") in {route.operation for route in routes}

    @property
    def request(self) -> Request:
        """What it is asked."""
        return ASKED[self.model.role][0]


def twin_file(provider: str) -> Any:  # noqa: ANN401 - a module
    """The module that plays a provider."""
    return import_module(f"videofactory_tests.twin.{provider}")


@cache
def cases() -> tuple[Case, ...]:
    """Everybody who is served."""
    served = [model for model in registry().models if not model.retired(TODAY)]
    return tuple(
        Case(model if model.prices else model.model_copy(update={"prices": INVENTED}), keys)
        for model in served
        for keys in ((model.keys,) if model.keys else registry().providers[model.provider].keys)
    )


class Line(httpx.BaseTransport):
    """One line to the twin for all adapters of all tests: none of them hangs up for the others."""

    def __init__(self) -> None:
        self.real = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """As the real line does."""
        return self.real.handle_request(request)

    def close(self) -> None:
        """It is closed at the end, by who opened it."""


class Services(Twin):
    """The twin, the line to it, and the settings that lead there."""

    line: Line
    settings: Settings

    def forget(self) -> None:
        """As if nothing had been asked."""
        with self.world.lock:
            for memory in (self.world.jobs, self.world.asked, self.world.faults, self.world.files):
                memory.clear()


@contextmanager
def running(folder: Path) -> Iterator[Services]:
    """A twin whose jobs are done at once."""
    services = Services()
    with services.running():
        services.line = Line()
        files = {name: path for module in _modules() for name, path in module(folder).items()}
        told = {**environment(services), **files, "VIDEOFACTORY_HOME": str(folder)}
        services.settings = load_settings(told, env_file=folder / "none")
        yield services
        services.line.real.close()


def _modules() -> list[Callable[[Path], dict[str, str]]]:
    files = [twin_file(provider) for provider in registry().providers]
    return [file.key_files for file in files if hasattr(file, "key_files")]


@dataclass(frozen=True)
class Stage:
    """One engine of the registry (or of another catalogue) before the twin."""

    case: Case
    twin: Services
    folder: Path
    waits: list[float]
    catalogue: Registry = field(default_factory=registry)

    @property
    def casting(self) -> Casting:
        """Who casts with exactly this case's keys."""
        keys = {name: self.twin.settings.keys[name] for name in self.case.keys}
        return Casting(self.twin.settings.model_copy(update={"keys": keys}), catalogue=self.catalogue, today=lambda: TODAY)

    def account(self, **other_keys: str) -> Account:
        """The account that casting makes, on the shared line, without waiting."""
        keys = {**self.casting.settings.keys, **other_keys}
        return replace(self.casting.account(self.case.model, keys), transport=self.twin.line, sleep=self.waits.append)

    def engine(self, *, callback: str = "", **other_keys: str) -> Engine[Any]:
        """The adapter that the registry names, built as casting builds it; perhaps with an address to report to."""
        module, _, name = self.case.model.adapter.partition(":")
        engine: Engine[Any] = getattr(import_module(module), name)(
            self.case.model, account=replace(self.account(**other_keys), callback=callback)
        )
        return engine

    def send(self, engine: Engine[Any], request: Request | None = None) -> Receipt:
        """Submit what this role is asked."""
        return engine.submit(request or self.case.request, shelf=self.shelf, token=TOKEN)

    def finished(self, engine: Engine[Any], receipt: Receipt) -> Delivered:
        """Ask until it is done."""
        for _ in range(5):
            if isinstance(receipt, Delivered):
                return receipt
            receipt = engine.poll(receipt.external_id)
        raise AssertionError(receipt)

    def order(self, what: str, kind: str, *, times: int = 1, value: float = 0.0, words: str = "") -> None:
        """Let the service go wrong at its submit or poll."""
        self.twin.misbehave(self.case.named(what), kind, times=times, value=value, words=words)

    def shelf(self, artifact: Artifact) -> Path:
        """Every artifact is another picture."""
        path = self.folder / f"{artifact.sha256[:8]}.png"
        path.write_bytes(media.picture(width=640, height=360, seed=int(artifact.sha256[0], 16)))
        return path

    def sought(self) -> Sought:
        """The request whose answer was lost, as a ledger gives it back after a crash."""
        return Sought(TOKEN, request=self.case.request.model_dump_json(), sent_at=datetime.now(UTC))

    def submits(self) -> int:
        """How often it was asked to take a job."""
        return self.twin.asked(self.case.named("submit"))

    def sent(self) -> dict[str, Any]:
        """What it was paid for last."""
        return list(self.twin.world.jobs.values())[-1].request

    def secrets(self) -> list[str]:
        """The keys that no text may hold."""
        return [key for key in self.account().keys.values() if not Path(key).is_file()]

    def files(self, delivered: Delivered) -> dict[str, bytes]:
        """What it brought, fetched as the purchase door fetches it."""
        store = Artifacts(Folder(self.folder / "store"))
        fetcher = Fetcher(store, transport=self.twin.line)
        fetched = {name: store.path(fetcher.fetch(link)).read_bytes() for name, link in delivered.links.items()}
        return fetched | {name: payload.content for name, payload in delivered.files.items()}


everybody = pytest.mark.parametrize("stage", cases(), ids=str, indirect=True)
who_takes_time = pytest.mark.parametrize("stage", [case for case in cases() if case.takes_time], ids=str, indirect=True)
video = pytest.mark.parametrize("stage", [case for case in cases() if case.model.role == "video"], ids=str, indirect=True)
