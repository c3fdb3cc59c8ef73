"""The whole ledger as one object: what the studio is handed."""

from dataclasses import dataclass

from videofactory.ledger.alerts import Alerts
from videofactory.ledger.audit import Audit
from videofactory.ledger.breakers import Breakers
from videofactory.ledger.calls import Calls
from videofactory.ledger.database import Clock, Database, now
from videofactory.ledger.keyring import Keyring
from videofactory.ledger.limits import Limits
from videofactory.ledger.notion import NotionRows
from videofactory.ledger.notion_hooks import NotionHooks
from videofactory.ledger.overview import Overview
from videofactory.ledger.projects import Projects
from videofactory.ledger.purses import Purses
from videofactory.ledger.quotas import Quotas
from videofactory.ledger.reviews import Reviews
from videofactory.ledger.runs import Runs
from videofactory.ledger.secrets import Secrets
from videofactory.ledger.settling import Settling
from videofactory.ledger.spending import Spending
from videofactory.ledger.uploads import Uploads
from videofactory.ledger.videos import Videos

NO_KEYS = Keyring()


@dataclass(frozen=True)
class Ledger:
    """Projects, calls and what guards them, reviews, runs, secrets, uploads and the audit log over one database."""

    database: Database
    projects: Projects
    calls: Calls
    settling: Settling
    spending: Spending
    purses: Purses
    limits: Limits
    breakers: Breakers
    reviews: Reviews
    runs: Runs
    notion: NotionRows
    notion_hooks: NotionHooks
    secrets: Secrets
    uploads: Uploads
    videos: Videos
    quotas: Quotas
    alerts: Alerts
    audit: Audit
    overview: Overview


def open_ledger(url: str, *, clock: Clock = now, keyring: Keyring = NO_KEYS) -> Ledger:
    """Open the ledger at this SQLAlchemy URL and bring it to the newest schema. `keyring` opens its secrets."""
    database = Database(url, clock=clock)
    log = Audit(database)
    reviews = Reviews(database, audit=log)
    return Ledger(
        database=database,
        projects=Projects(database, audit=log, reviews=reviews),
        calls=Calls(database),
        settling=Settling(database, audit=log),
        spending=Spending(database),
        purses=Purses(database),
        limits=Limits(database),
        breakers=Breakers(database, audit=log),
        reviews=reviews,
        runs=Runs(database),
        notion=NotionRows(database),
        notion_hooks=NotionHooks(database, audit=log),
        secrets=Secrets(database, audit=log, keyring=keyring),
        uploads=Uploads(database, keyring=keyring),
        videos=Videos(database, audit=log),
        quotas=Quotas(database),
        alerts=Alerts(database),
        audit=log,
        overview=Overview(database),
    )
