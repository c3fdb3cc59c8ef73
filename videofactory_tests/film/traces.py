"""What a run left behind: which calls were sent, which products were made, what lies in the store and in `films/`."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from videofactory.ledger.call import Call
from videofactory_tests.film.line import Line


class Sent(NamedTuple):
    """One request that really left: who was asked, and for which scene."""

    role: str
    scene: str | None


class Product(NamedTuple):
    """One record of something made: what, by which fingerprint, and the file's identity, which a second making changes."""

    kind: str
    fingerprint: str
    written: tuple[int, int]


@dataclass(frozen=True)
class Trace:
    """A home at one moment. `sent` counts attempts, so that a repeated call is seen although it keeps its row."""

    sent: Counter[tuple[str, str, str | None]]
    products: frozenset[Product]

    @classmethod
    def of(cls, line: Line) -> "Trace":
        """The traces of all that was done in this home so far."""
        calls = line.studio.ledger.calls.of_project()
        sent = Counter({(call.fingerprint, call.role, call.scene): call.attempts for call in calls})
        return cls(sent=sent, products=frozenset(map(_product, (line.home / "store" / "products").rglob("*.json"))))

    def sent_since(self, before: "Trace") -> Counter[Sent]:
        """The requests sent between two moments."""
        found: Counter[Sent] = Counter()
        for (_, role, scene), attempts in (self.sent - before.sent).items():
            found[Sent(role, scene)] += attempts
        return found

    def made_since(self, before: "Trace") -> Counter[str]:
        """The products made (or made again) between two moments, by kind."""
        return Counter(product.kind for product in self.products - before.products)


def _product(path: Path) -> Product:
    found = path.stat()
    return Product(path.parts[-3], path.stem, (found.st_mtime_ns, found.st_ino))


def artifacts(home: Path) -> set[str]:
    """The hashes all artifacts are named by."""
    return {path.stem for path in (home / "store" / "artifacts").rglob("*") if path.is_file()}


def film_file(home: Path, project: str) -> Path:
    """The delivered main film."""
    films = sorted((home / "films" / project).glob("*.mp4"), key=lambda path: (len(path.name), path.name))
    assert films, f"no film in {home / 'films' / project}"
    return films[0]


def sha256(path: Path) -> str:
    """The hash of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def parts(home: Path) -> list[Path]:
    """Whatever was left half-written."""
    return [path for path in home.rglob("*") if path.name.endswith(".part")]


def unsettled(calls: list[Call]) -> list[tuple[str, str | None, str]]:
    """Calls that are not done."""
    return [(call.role, call.scene, call.state.value) for call in calls if call.state.value != "done"]
