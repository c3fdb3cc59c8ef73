"""What the tests of YouTube share: metadata, a client at the twin, a film of one mebibyte."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx

from videofactory.providers.account import Account
from videofactory.providers.youtube.answers import Sent
from videofactory.providers.youtube.client import YouTube
from videofactory.providers.youtube.metadata import VideoMetadata
from videofactory.providers.youtube.oauth import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN, AccessToken
from videofactory_tests.twin.google_oauth import Accounts, accounts
from videofactory_tests.twin.server import Twin
from videofactory_tests.twin.world import Job
from videofactory_tests.twin.youtube_state import Room, room

METADATA = VideoMetadata(title="The first cup", description="We open at six.", category="22", language="en", privacy="private")
SIZE = 1 << 20


def changed(**facts: Any) -> VideoMetadata:  # noqa: ANN401 - any field
    """The metadata with other facts."""
    return VideoMetadata.model_validate(METADATA.model_dump() | facts)


def nobody(count: int) -> None:
    """Hears how much has left, and does nothing."""
    del count


@dataclass
class Desk:
    """The twin's YouTube, and the client of the channel harbour."""

    twin: Twin
    line: httpx.BaseTransport
    film: Path
    waits: list[float] = field(default_factory=list)

    @property
    def account(self) -> Account:
        """Our Google project and the channel's leave."""
        keys = {
            CLIENT_ID: f"twin-{CLIENT_ID}",
            CLIENT_SECRET: f"twin-{CLIENT_SECRET}",
            REFRESH_TOKEN: self.google.refresh_token("harbour"),
        }
        bases = {"youtube": self.twin.base("youtube"), "google_oauth": self.twin.base("google_oauth")}
        bases["google_accounts"] = bases["google_oauth"]
        return Account("youtube", bases=bases, keys=keys, transport=self.line, sleep=self.waits.append)

    @cached_property
    def token(self) -> AccessToken:
        """The channel's access token."""
        return AccessToken(self.account, channel="harbour")

    @cached_property
    def youtube(self) -> YouTube:
        """The channel's client."""
        return YouTube(self.account, access_token=self.token, forget=self.token.forget, channel="harbour")

    @property
    def room(self) -> Room:
        """What the twin's YouTube knows."""
        return room(self.twin.world)

    @property
    def google(self) -> Accounts:
        """What the twin knows of Google's accounts."""
        return accounts(self.twin.world)

    @property
    def videos(self) -> list[Job]:
        """The channel's videos at the twin."""
        return self.room.videos("harbour")

    def begin(self, metadata: VideoMetadata = METADATA) -> str:
        """A session for the film."""
        return self.youtube.begin(metadata, size=self.film.stat().st_size)

    def send(self, session: str, *, offset: int = 0) -> Sent:
        """Send the film from this byte."""
        return self.youtube.send(session, self.film, offset=offset, told=nobody)

    def upload(self, metadata: VideoMetadata = METADATA) -> str:
        """The id of an uploaded film."""
        return self.send(self.begin(metadata)).video_id
