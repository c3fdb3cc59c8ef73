"""The embedded still engine: requests become pictures of exactly the asked shape, free and repeatable."""

import io
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from PIL import Image

from videofactory.domain.errors import EngineFailed
from videofactory.domain.footage import Artifact, Box, Parts
from videofactory.domain.script import Layout, Split
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
    assert set(delivered.files) - {"parts"} == {"still"}
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


def parts(asked: StillRequest) -> Parts | None:
    """Where the parts of a still are, as its engine tells."""
    delivered = EmbeddedStills().submit(asked, shelf=shelf, token="t")  # noqa: S106 - our id for a request, no secret
    assert isinstance(delivered, Delivered)
    told = delivered.files.get("parts")
    return Parts.model_validate_json(told.content) if told else None


@pytest.mark.parametrize("size", [(640, 360), (360, 640), (360, 360)])
@pytest.mark.parametrize("count", [2, 3])
def test_panes_are_where_it_tells_with_lines_between_or_none(size: tuple[int, int], count: Literal[2, 3]) -> None:
    width, height = size
    asked = request(seed=3, layout=Layout.SPLIT_SCREEN, width=width, height=height, strength=0)
    lined, bare = (asked.model_copy(update={"split": Split(panes=count, divider=colour)}) for colour in ("#00ff00", None))
    for wanted in (lined, bare):
        told = parts(wanted)
        assert told is not None
        assert len(told.panes) == count
        with Image.open(io.BytesIO(still(wanted))) as image:
            pixels = np.asarray(image).astype(int)
        outside = np.ones((height, width), bool)
        for pane in told.panes:
            left, top = round(pane.box.x * width), round(pane.box.y * height)
            right, bottom = round((pane.box.x + pane.box.width) * width), round((pane.box.y + pane.box.height) * height)
            assert not any(edge % 2 for edge in (left, top, right, bottom))
            assert outside[top:bottom, left:right].all(), "panes do not overlap"
            outside[top:bottom, left:right] = False
            assert pane.box.x <= pane.focus.x
            assert pane.focus.x + pane.focus.width <= pane.box.x + pane.box.width + 1e-6
        green = pixels[..., 1] - pixels[..., [0, 2]].max(axis=2) > 100
        assert outside.any() == (wanted is lined)
        assert green[outside].all(), "the line has the asked colour"
        assert not green[~outside].any()


def test_it_tells_where_it_put_a_subject_that_it_cut_out() -> None:
    cup = Box(x=0.12, y=0.03, width=0.7, height=0.94)
    sides = {}
    for side in ("left", "right"):
        asked = request(seed=2, layout=Layout.COMPOSITE, prompt=f"a cup on the {side} side", focus=cup, width=640, height=360)
        told = parts(asked)
        assert told is not None
        assert told.focus is not None
        sides[side] = told.focus.x + told.focus.width / 2
    assert sides["left"] < 0.5 < sides["right"]


def test_only_split_screens_are_another_version() -> None:
    models = [EmbeddedStills().model_for(request(layout=layout)) for layout in Layout]
    assert models == ["embedded-stills-2", "embedded-stills-2", "embedded-stills-3"]


def test_a_preview_needs_no_reference_but_a_style_reference_does() -> None:
    assert still(request(references=()))
    with pytest.raises(EngineFailed, match="brand image"):
        still(request(references=(), purpose="style_reference"))


def test_sending_again_is_free() -> None:
    engine = EmbeddedStills()
    assert (engine.id, engine.model, engine.resend_is_free) == ("embedded", "embedded-stills-2", True)
    assert engine.price(request()) == 0
