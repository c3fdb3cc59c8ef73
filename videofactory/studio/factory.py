"""The studio: settings, ledger, store, engines and the door, put together once and handed to every station."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property

from videofactory.domain.channel import Channel
from videofactory.domain.errors import NotFound
from videofactory.domain.footage import Aspect, Frame
from videofactory.ledger.database import now
from videofactory.ledger.keyring import Keyring
from videofactory.ledger.ledger import Ledger, open_ledger
from videofactory.providers.cast import Cast
from videofactory.settings import Settings
from videofactory.store.artifacts import Artifacts
from videofactory.store.opening import open_blobs
from videofactory.store.values import Products, Values
from videofactory.studio.casting import Casting
from videofactory.studio.channels import load_channels
from videofactory.studio.progress import Listener, Progress, Step, announce, nobody
from videofactory.studio.purchase import Door

FIXED_TIME = datetime(2026, 1, 1, tzinfo=UTC)
"""What the ledger's clock says in deterministic mode."""


@dataclass(frozen=True)
class Studio:
    """Everything a station needs. Cheap to copy with another listener or run id.

    `cast`, when given, works for every channel in place of whoever `casting` finds.
    """

    settings: Settings
    ledger: Ledger
    artifacts: Artifacts
    values: Values
    products: Products
    door: Door
    casting: Casting
    cast: Cast | None = None
    listener: Listener = nobody
    run_id: str | None = None
    given_channels: Mapping[str, Channel] | None = field(default=None)

    @cached_property
    def channels(self) -> Mapping[str, Channel]:
        """The channels of this home, all checked. Raises `InvalidInput` with every error of every file."""
        return self.given_channels if self.given_channels is not None else load_channels(self.settings.channels_dir)

    def channel(self, key: str) -> Channel:
        """One channel. Raises `NotFound`."""
        try:
            return self.channels[key]
        except KeyError:
            raise NotFound(
                f"There is no channel {key!r} in {self.settings.channels_dir}.", remedy=f"Write {key}.yaml there."
            ) from None

    def channel_of(self, project: str) -> Channel:
        """The channel of a project."""
        return self.channel(self.ledger.projects.get(project).channel)

    def engines(self, channel: str) -> Cast:
        """Everybody who can work for this channel on this machine now."""
        return self.cast if self.cast is not None else self.casting.cast(channel)

    def frame(self, aspect: Aspect) -> Frame:
        """The film's picture format for an aspect ratio, by this machine's settings."""
        return Frame.of(aspect, short_side=self.settings.short_side, fps=self.settings.fps)

    def tell(self, stage: str, step: Step, *, piece: str = "", total: int = 0, words: str = "") -> None:
        """Say what happens to whoever listens."""
        progress = Progress(stage, step, piece, total, words)
        self.listener(progress)
        announce(progress)

    def afresh(self) -> "Studio":
        """The same studio, which will read the channel files again when it needs them."""
        return replace(self)

    def heard_by(self, listener: Listener, *, run_id: str | None = None) -> "Studio":
        """The same studio, telling its progress to this listener, for this run."""
        return replace(self, listener=listener, run_id=run_id)


def open_studio(settings: Settings) -> Studio:
    """Open the home: folders, ledger, store, engines. What a dead process left half-written is removed."""
    for folder in (settings.home, settings.channels_dir, settings.inbox, settings.films):
        folder.mkdir(parents=True, exist_ok=True)
    blobs = open_blobs(
        settings.store_url,
        folder=settings.store,
        cache=settings.home / "cache",
        cache_bytes=settings.cache_gb * 10**9,
        endpoint_url=settings.s3_endpoint_url,
    )
    clock = (lambda: FIXED_TIME) if settings.deterministic else now
    keyring = Keyring(settings.secret_keys, file=settings.secret_file)
    ledger = open_ledger(settings.ledger_url, clock=clock, keyring=keyring)
    artifacts = Artifacts(blobs)
    casting = Casting(settings, own_keys=ledger.secrets.all)
    return Studio(
        settings=settings,
        ledger=ledger,
        artifacts=artifacts,
        values=Values(blobs),
        products=Products(blobs, artifacts=artifacts),
        casting=casting,
        door=Door(ledger, artifacts=artifacts, elsewhere=casting.sent_to),
    )
