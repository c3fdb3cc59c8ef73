"""What the tests of Kling's sellers share: a scene to move, pictures to move it from, engines whose services are the twin."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import httpx

from videofactory.domain.footage import Artifact
from videofactory.providers.account import Account
from videofactory.providers.registry import Model, Registry, parsed
from videofactory.providers.roles import Shelf, Sought, VideoRequest
from videofactory_tests.twin import media
from videofactory_tests.twin.server import Twin

FIRST = Artifact(sha256="1" * 64, media_type="image/png", size=1)
LAST = Artifact(sha256="2" * 64, media_type="image/png", size=1)
TOKEN = "c0ffee-1"  # noqa: S105 - our id of a call, no secret
SCENE = VideoRequest(prompt="steam over a cup.", first_frame=FIRST, seconds=5, width=1280, height=720)
BOTH_FRAMES = SCENE.model_copy(update={"last_frame": LAST})
SOUGHT = Sought(TOKEN, request="{}", sent_at=datetime(2026, 11, 21, tzinfo=UTC))


def changed(scene: VideoRequest, **facts: Any) -> VideoRequest:  # noqa: ANN401 - any field
    """The scene with other facts, checked."""
    return VideoRequest.model_validate(scene.model_dump() | facts)


def catalogue(provider: str) -> Registry:
    """The registry's file of this provider."""
    return parsed([resources.files("videofactory").joinpath("data", "engines", f"{provider}.toml").read_text(encoding="utf-8")])


def model(provider: str, name: str) -> Model:
    """A model this provider sells."""
    found = catalogue(provider).find("video", name)
    assert found is not None
    return found


def shelf_in(folder: Path, *, width: int = 640, height: int = 360) -> Shelf:
    """A shelf on which every artifact is a PNG of this size, drawn by its number."""

    def path(artifact: Artifact) -> Path:
        file = folder / f"{artifact.sha256[:8]}.png"
        file.write_bytes(media.picture(width=width, height=height, seed=int(artifact.sha256[0], 16)))
        return file

    return path


class Services(Twin):
    """A twin, and the lines to it, which are closed with it."""

    line: httpx.BaseTransport

    def account(self, provider: str, *, keys: Mapping[str, str], callback: str = "") -> Account:
        """The provider as the twin plays it."""
        bases = {name: self.base(name) for name in (provider, f"{provider}_upload")}
        return Account(provider, bases=bases, keys=dict(keys), callback=callback, transport=self.line)


def saying(provider: str, body: Any, *, keys: Mapping[str, str]) -> Account:  # noqa: ANN401 - any JSON
    """A service that answers everything with this JSON."""
    line = httpx.MockTransport(lambda _: httpx.Response(200, json=body))
    bases = dict.fromkeys((provider, f"{provider}_upload"), "https://service.invalid")
    return Account(provider, bases=bases, keys=dict(keys), transport=line)


def key_of(*names: str) -> dict[str, str]:
    """The keys the twin takes."""
    return {name: f"twin-{name}" for name in names}


@contextmanager
def running() -> Iterator[Services]:
    """A twin whose jobs are done at once."""
    services = Services()
    with services.running(), httpx.HTTPTransport() as line:
        services.line = line
        yield services
