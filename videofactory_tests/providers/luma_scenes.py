"""What the tests of Luma's two APIs share: a running twin, an account at it, two pictures on a shelf, requests."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from videofactory.domain.footage import Artifact
from videofactory.providers.account import Account
from videofactory.providers.registry import Model, registry
from videofactory.providers.roles import VideoRequest
from videofactory_tests.twin.server import Twin

FIRST = Artifact(sha256="1" * 64, media_type="image/png", size=5)
LAST = Artifact(sha256="2" * 64, media_type="image/jpeg", size=4)
PICTURES = {FIRST.sha256: b"first", LAST.sha256: b"last"}
TOKEN = "0123456789abcdef"  # noqa: S105 - an id, no secret


class Pictures:
    """A shelf in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, artifact: Artifact) -> Path:
        """The picture's path."""
        path = self._folder / artifact.sha256
        path.write_bytes(PICTURES[artifact.sha256])
        return path


@contextmanager
def twin_running() -> Iterator[Twin]:
    """A twin whose jobs are done at once."""
    with Twin().running() as twin:
        yield twin


def account(twin: Twin, *, provider: str, callback: str = "", key: str = "twin-LUMA_API_KEY") -> Account:
    """An account at the twin."""
    return Account(provider, bases={provider: twin.base(provider)}, keys={"LUMA_API_KEY": key}, callback=callback)


def sold(model: str) -> Model:
    """A video model of the registry."""
    found = registry().find("video", model)
    assert found is not None
    return found


def request(
    *, seconds: float = 5, width: int = 1280, height: int = 720, last: bool = False, prompt: str = "mist"
) -> VideoRequest:
    """A scene to be moved."""
    return VideoRequest(
        prompt=prompt,
        first_frame=FIRST,
        last_frame=LAST if last else None,
        seconds=seconds,
        width=width,
        height=height,
    )
