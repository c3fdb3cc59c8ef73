"""What a process buys with: a ledger, a store, the door, and real engines whose services are the twin.

Each `Item` is one purchase. Its number stands in its prompt, so that the twin's jobs can be told apart.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx

from videofactory.domain.footage import Artifact
from videofactory.domain.money import usd
from videofactory.ledger.ledger import Ledger, open_ledger
from videofactory.ledger.limits import Gate
from videofactory.ledger.purses import Purse
from videofactory.providers.account import Account
from videofactory.providers.registry import registry
from videofactory.providers.roles import Engine, MusicRequest, Request, Role, SpeechRequest, StillRequest, VideoRequest
from videofactory.store.artifacts import Artifacts
from videofactory.store.folder import Folder
from videofactory.studio.fetching import Fetcher
from videofactory.studio.purchase import Door, order_of
from videofactory.studio.steps import Steps
from videofactory.studio.terms import Bought, Terms
from videofactory_tests.core import take_in
from videofactory_tests.money.hurry import Hurry
from videofactory_tests.money.mortal import Doom, MortalArtifacts, MortalLine
from videofactory_tests.twin import media

WARES: Mapping[str, tuple[Role, str]] = {
    "kling": ("video", "kling-3.0"),
    "fal": ("video", "fal-ai/kling-video/v2.5-turbo/pro/image-to-video"),
    "luma": ("video", "ray-3.2"),
    "gemini": ("video", "gemini-omni-1.2-flash"),
    "music": ("music", "music_v2"),
    "drawing": ("stills", "fal-ai/flux/schnell"),
    "speech": ("voice", "eleven_multilingual_v2"),
}
"""Dear engines whose lost requests are found exactly (kling), by a list (fal), never (luma, gemini, music); two cheap ones."""
LIMIT = usd(100_000)
GATE = Gate(name="channel/harbour/all", calls=100_000, seconds=60)


@dataclass(frozen=True)
class Item:
    """One purchase from a ware."""

    number: int
    ware: str
    take: int = 1

    @property
    def mark(self) -> str:
        """What stands in the request."""
        return f"item-{self.number:05d}"


@dataclass(frozen=True)
class Place:
    """Where a shop stands; can be handed to another process. `findable` in seconds of the fast clock."""

    url: str
    store: Path
    twin: str
    clock: Hurry
    frame: Artifact
    project: str
    findable: float = 6.0


@dataclass(frozen=True)
class Shop:
    """Everything a process needs to buy."""

    place: Place
    ledger: Ledger
    artifacts: Artifacts
    door: Door
    engines: Mapping[str, Engine[Any]]
    line: MortalLine

    def buying(self, item: Item) -> Steps[Bought]:
        """The purchase in steps."""
        role, _ = WARES[item.ware]
        engine, request, terms = self.engines[item.ware], request_of(item, frame=self.place.frame), self.terms(item)
        order = order_of(engine, request, role=role, project=self.place.project, scene="scene-01", take=item.take, terms=terms)
        return self.door.buying(engine, request, order=order, terms=terms)

    def buy(self, item: Item) -> Bought:
        """The purchase."""
        role, _ = WARES[item.ware]
        request = request_of(item, frame=self.place.frame)
        where = {"project": self.place.project, "scene": "scene-01", "take": item.take}
        return self.door.buy(self.engines[item.ware], request, role=role, terms=self.terms(item), **where)  # type: ignore[arg-type]

    def terms(self, item: Item) -> Terms:
        """A project's purse and the engine's."""
        engine = self.engines[item.ware].id
        purses = (
            Purse(scope="project", name=self.place.project, limit=LIMIT),
            Purse(scope="engine_day", name=f"{engine}/today", limit=LIMIT),
        )
        return Terms(channel="harbour", purses=purses, gates=(GATE,))


for _role, _name in WARES.values():  # what the forked processes would each import themselves
    _sold = registry().find(_role, _name)
    assert _sold is not None, f"{_name} is not sold"
    import_module(_sold.adapter.partition(":")[0])


def found(url: str, store: Path, twin: str, *, clock: Hurry, findable: float = 6.0) -> Place:
    """A place with one project and one picture."""
    project = take_in(open_ledger(url))
    frame = Artifacts(Folder(store)).put(media.picture(width=640, height=360), media_type="image/png")
    return Place(url, store, twin, clock=clock, frame=frame, project=project, findable=findable)


def open_shop(place: Place, *, doom: Doom | None = None) -> Shop:
    """The shop of this process; with a doom every step counts."""
    doom = doom or Doom()
    ledger = open_ledger(place.url, clock=place.clock)
    artifacts = MortalArtifacts(Folder(place.store), doom=doom)
    door = Door(ledger, artifacts=artifacts, sleep=doom.sleep)
    line = MortalLine(doom)
    door._fetcher = Fetcher(artifacts, transport=line)
    engines = _Engines(lambda ware: _engine(ware, place, line))
    doom.watch(ledger)
    return Shop(place, ledger, artifacts, door=door, engines=engines, line=line)


def request_of(item: Item, *, frame: Artifact) -> Request:
    """What is asked for."""
    words = f"Steam over a cup, {item.mark}."
    role, _ = WARES[item.ware]
    if role == "video":
        return VideoRequest(prompt=words, first_frame=frame, seconds=5, width=1280, height=720)
    if role == "music":
        return MusicRequest(prompt=words, seconds=5)
    if role == "voice":
        return SpeechRequest(text=item.mark, language="en", voice="abc123")
    return StillRequest(prompt=words, width=256, height=144, seed=item.number + 1)


class _Engines(dict[str, Engine[Any]]):
    """Engines, built when first asked for."""

    def __init__(self, build: Callable[[str], Engine[Any]]) -> None:
        super().__init__()
        self._build = build

    def __missing__(self, ware: str) -> Engine[Any]:
        """Build it."""
        self[ware] = self._build(ware)
        return self[ware]


def _engine(ware: str, place: Place, line: httpx.BaseTransport) -> Engine[Any]:
    sold = registry().find(*WARES[ware])
    assert sold is not None
    provider = registry().providers[sold.provider]
    bases = {name: f"{place.twin}/{name}" for name in provider.bases}
    keys = {name: f"twin-{name}" for name in provider.keys[0]}
    module, _, name = sold.adapter.partition(":")
    adapter = getattr(import_module(module), name)
    engine: Engine[Any] = adapter(sold, account=Account(provider.id, bases=bases, keys=keys, transport=line))
    engine.findable_for = min(engine.findable_for, place.findable)
    return engine
