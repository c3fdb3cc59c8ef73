"""What the tests of Google's engines share: requests, a shelf, accounts at the twin, a service that says what a test tells it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import httpx

from videofactory.domain.footage import Artifact
from videofactory.providers.account import Account
from videofactory.providers.registry import Model, registry
from videofactory.providers.roles import Delivered, Pending, Role, Shelf, StillRequest, VideoEngine, VideoRequest
from videofactory_tests.twin import media
from videofactory_tests.twin.server import Asked, Route, Said, Twin

TODAY = date(2026, 11, 21)
TOKEN = "c0ffee-1"  # noqa: S105 - our id of a call, no secret
FIRST, LAST, CUP, APRON = (Artifact(sha256=f"{number}" * 64, media_type="image/png", size=1) for number in range(1, 5))
KEY = "twin-GEMINI_API_KEY"
SCENE = VideoRequest(prompt="Steam over a cup.", first_frame=FIRST, seconds=5, width=1280, height=720, seed=7)
STILL = StillRequest(prompt="A cup at dawn.", width=160, height=90, references=(FIRST,), palette=("#6b3f1d", "#e8b04b"))


def sold(role: Role, name: str) -> Model:
    """A model of the registry."""
    model = registry().find(role, name)
    assert model is not None
    return model


def shelf_in(folder: Path) -> Shelf:
    """A shelf on which every artifact is a small PNG, each another one."""

    def path(artifact: Artifact) -> Path:
        file = folder / f"{artifact.sha256[:8]}.png"
        file.write_bytes(media.picture(width=64, height=36, seed=int(artifact.sha256[0], 16)))
        return file

    return path


class Google(Twin):
    """The twin, with accounts at it; the lines to it are closed with it."""

    line: httpx.BaseTransport

    def gemini(self, *, key: str = KEY, callback: str = "") -> Account:
        """An account of the Gemini API."""
        bases = {"gemini": self.base("gemini")}
        return Account("gemini", bases=bases, keys={"GEMINI_API_KEY": key}, callback=callback, transport=self.line)

    def vertex(self, file: Path) -> Account:
        """An account of Vertex with this service account's file."""
        bases = {name: self.base(name) for name in ("vertex", "google_oauth")}
        return Account("vertex", bases=bases, keys={"GOOGLE_APPLICATION_CREDENTIALS": str(file)}, transport=self.line)

    def say(self, method: str, pattern: str, body: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> None:  # noqa: ANN401
        """From now on answer such requests with this, before the twin's own routes."""

        def answer(asked: Asked) -> Said:
            del asked
            return Said(body, status, dict(headers or {}))

        self._routes.insert(0, Route(method, pattern, "test.said", answer))

    def sent(self) -> dict[str, Any]:
        """The JSON of the last paid job."""
        return list(self.world.jobs.values())[-1].request


@contextmanager
def running() -> Iterator[Google]:
    """A twin whose jobs are done at once."""
    google = Google()
    with google.running(), httpx.HTTPTransport() as line:
        google.line = line
        yield google


def changed(**facts: Any) -> VideoRequest:  # noqa: ANN401 - any field
    """The scene with other facts, checked."""
    return VideoRequest.model_validate(SCENE.model_dump() | facts)


def order(engine: VideoEngine, shelf: Shelf, request: VideoRequest = SCENE) -> str:
    """The id of an ordered job."""
    receipt = engine.submit(request, shelf=shelf, token=TOKEN)
    assert isinstance(receipt, Pending)
    return receipt.external_id


def delivered(engine: VideoEngine, job: str) -> Delivered:
    """What a finished job brings."""
    receipt = engine.poll(job)
    assert isinstance(receipt, Delivered)
    return receipt


def fetched(url: str, headers: Mapping[str, str]) -> bytes:
    """What lies behind a link, as the purchase door fetches it: with its headers, following redirects."""
    answer = httpx.get(url, headers=dict(headers), follow_redirects=True)
    answer.raise_for_status()
    return answer.content
