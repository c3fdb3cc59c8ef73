"""The embedded still engine: requests become pictures of exactly the asked shape, free and repeatable."""

import io
from pathlib import Path

import pytest
from PIL import Image

from videofactory.domain.errors import EngineFailed
from videofactory.domain.footage import Artifact, Box
from videofactory.domain.script import Layout
from videofactory.providers.embedded.stills import EmbeddedStills
from videofactory.providers.roles import Delivered, StillRequest

COFFEE = Path(__file__).parents[3] / "videofactory" / "data" / "sample" / "coffee.png"
BRAND = Artifact(sha256="a" * 64, media_type="image/png", size=1)


def shelf(artifact: Artifact) -> Path:
    assert artifact == BRAND
    return COFFEE


def request(**changes: object) -> StillRequest:
    plain = StillRequest(
        prompt="close-up of the crema", width=320, height=180, references=(BRAND,), palette=("#a5502a", "#3a1d10")
    )
    return plain.model_copy(update=changes)


def still(asked: StillRequest) -> bytes:
    delivered = EmbeddedStills().submit(asked, shelf=shelf, token="t")  # noqa: S106 - our id for a request, no secret
    assert isinstance(delivered, Delivered)
    assert delivered.cost_usd is None  # as reserved: nothing
    assert set(delivered.files) == {"still"}
    assert delivered.files["still"].media_type == "image/png"
    return delivered.files["still"].content


@pytest.mark.parametrize("purpose", ["preview", "style_reference"])
@pytest.mark.parametrize("size", [(320, 180), (180, 320), (180, 180)])
def test_the_picture_has_the_asked_size(purpose: str, size: tuple[int, int]) -> None:
    content = still(request(purpose=purpose, width=size[0], height=size[1], focus=Box(x=0.1, y=0.1, width=0.6, height=0.8)))
    with Image.open(io.BytesIO(content)) as image:
        assert (image.size, image.mode) == (size, "RGB")


def test_the_same_request_gives_the_same_bytes() -> None:
    assert still(request(seed=7)) == still(request(seed=7))


@pytest.mark.parametrize(
    "changes",
    [
        {"seed": 8},
        {"prompt": "geometric poster"},
        {"lighting": "night"},
        {"layout": Layout.SPLIT_SCREEN},
        {"strength": 0.9},
        {"palette": ("#104080", "#f0c040"), "prompt": "geometric poster"},
    ],
)
def test_everything_asked_for_shows(changes: dict[str, object]) -> None:
    assert still(request(**({"seed": 7} | changes))) != still(request(seed=7))


def test_a_preview_needs_no_reference_but_a_style_reference_does() -> None:
    assert still(request(references=()))
    with pytest.raises(EngineFailed, match="brand image"):
        still(request(references=(), purpose="style_reference"))


def test_sending_again_is_free() -> None:
    engine = EmbeddedStills()
    assert (engine.id, engine.model, engine.resend_is_free) == ("embedded", "embedded-stills-1", True)
    assert engine.price(request()) == 0
