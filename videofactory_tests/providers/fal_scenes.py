"""What the tests of fal's adapters are made of: a twin, accounts there, pictures on a shelf, services that answer as told."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx

from videofactory.domain.footage import Artifact
from videofactory.providers.account import Account
from videofactory.providers.registry import Model, parsed
from videofactory.providers.roles import Delivered, Pending, Request, Shelf, Sought, StillRequest, VideoRequest
from videofactory_tests.twin import media
from videofactory_tests.twin.server import Twin

SCHNELL = "fal-ai/flux/schnell"
IMAGE_TO_IMAGE = "fal-ai/flux/dev/image-to-image"
KLING = "fal-ai/kling-video/v2.5-turbo/pro/image-to-video"
KLING_3 = "fal-ai/kling-video/v3/standard/image-to-video"
FRAME = Artifact(sha256="a" * 64, media_type="image/png", size=1)
LAST = Artifact(sha256="b" * 64, media_type="image/png", size=1)
TOKEN = "0123456789abcdef0123456789abcdef"  # noqa: S105 - our id for a request
DATA = Path(__file__).parents[2] / "videofactory" / "data" / "engines"


def sold(model: str, *, file: str = "fal.toml") -> Model:
    """A model as the registry sells it."""
    models = parsed([(DATA / file).read_text(encoding="utf-8")]).models
    return next(each for each in models if each.id == model)


class Services(Twin):
    """A twin, and the lines to it, which are closed with it."""

    line: httpx.BaseTransport


def account(twin: Services) -> Account:
    """An account of fal at the twin."""
    bases = {name: twin.base(name) for name in ("fal", "fal_rest", "fal_api")}
    return Account("fal", bases, {"FAL_KEY": "twin-FAL_KEY"}, transport=twin.line)


def answering(handle: Callable[[httpx.Request], httpx.Response]) -> Account:
    """An account at a service that answers as the handler says."""
    bases = {"fal": "https://queue.fal.run", "fal_rest": "https://rest.fal.ai", "fal_api": "https://api.fal.ai"}
    return Account("fal", bases, {"FAL_KEY": "id:secret"}, transport=httpx.MockTransport(handle))


@contextmanager
def running(*, render_seconds: float = 0.0) -> Iterator[Services]:
    """A twin whose jobs take that long."""
    twin = Services(render_seconds=render_seconds)
    with twin.running(), httpx.HTTPTransport() as line:
        twin.line = line
        yield twin


def shelf_in(folder: Path, *, width: int = 640, height: int = 360) -> Shelf:
    """Pictures for every artifact."""
    path = folder / "frame.png"
    path.write_bytes(media.picture(width=width, height=height))
    return lambda _: path


def still_request(**wishes: object) -> StillRequest:
    """A preview of a film in 1920x1080."""
    return StillRequest.model_validate({"prompt": "a cup", "width": 1920, "height": 1080, "seed": 11} | wishes)


def video_request(**wishes: object) -> VideoRequest:
    """A clip of five seconds."""
    plain = {"prompt": "steam rises", "first_frame": FRAME, "seconds": 5.0, "width": 1920, "height": 1080}
    return VideoRequest.model_validate(plain | wishes)


def sought(request: Request, *, token: str = TOKEN) -> Sought:
    """The request, as a ledger gives it back after a crash."""
    return Sought(token, request=request.model_dump_json(), sent_at=datetime.now(UTC))


def pending(receipt: object) -> Pending:
    """The receipt of a job that was taken."""
    assert isinstance(receipt, Pending)
    return receipt


def delivered(receipt: object) -> Delivered:
    """The receipt of a job that is done."""
    assert isinstance(receipt, Delivered)
    return receipt
