"""What Kling's models take, whoever sells them: prompts and pictures within their limits, as they reach the twin."""

import base64
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from videofactory.domain.errors import EngineRejected, MediaBroken
from videofactory.domain.script import Camera
from videofactory.providers.kling import KlingVideo
from videofactory.providers.roles import Delivered, Pending, Shelf
from videofactory_tests.providers.kling_scenes import (
    FIRST,
    SCENE,
    TOKEN,
    Services,
    catalogue,
    changed,
    key_of,
    model,
    running,
    shelf_in,
)
from videofactory_tests.twin import media


@pytest.fixture
def twin() -> Iterator[Services]:
    with running() as twin:
        yield twin


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return shelf_in(tmp_path)


@pytest.fixture
def kling(twin: Services) -> KlingVideo:
    return KlingVideo(model("kling", "kling"), account=twin.account("kling", keys=key_of("KLING_API_KEY")))


def sent(twin: Services) -> dict[str, Any]:
    return next(iter(twin.world.jobs.values())).request


def test_a_prompt_of_2500_characters_passes_whole(twin: Services, kling: KlingVideo, shelf: Shelf) -> None:
    move = " Camera: slow push in."
    prompt = "x" * (2500 - len(move))
    receipt = kling.submit(changed(SCENE, prompt=prompt), shelf=shelf, token=TOKEN)
    assert sent(twin)["contents"][0]["text"] == prompt + move
    assert isinstance(receipt, Pending)
    delivered = kling.poll(receipt.external_id)
    assert isinstance(delivered, Delivered)
    assert delivered.remarks == ()


@pytest.mark.parametrize(
    ("prompt", "ending"),
    [
        ("Steam rises slowly. " * 200, "rises slowly."),
        ("steam " * 600, "steam"),
        ("x" * 4000, "x"),
        ("湯気が立つ。" * 600, "立つ。"),
    ],
)
def test_a_longer_prompt_is_cut_where_it_hurts_least_and_that_is_said(
    twin: Services, kling: KlingVideo, shelf: Shelf, prompt: str, ending: str
) -> None:
    scene = changed(SCENE, prompt=prompt, camera=Camera.ORBIT)
    receipt = kling.submit(scene, shelf=shelf, token=TOKEN)
    assert isinstance(receipt, Pending)
    text = sent(twin)["contents"][0]["text"]
    assert 2400 < len(text) <= 2500
    assert text.endswith(f"{ending} Camera: slow orbit around the subject.")
    delivered = kling.poll(receipt.external_id)
    assert isinstance(delivered, Delivered)
    assert delivered.remarks[0].startswith(f"The prompt was cut from {len(prompt.strip())} to ")


def picture_sent(twin: Services) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(sent(twin)["contents"][1]["url"])))


def test_a_picture_below_300_pixels_is_enlarged(twin: Services, kling: KlingVideo, tmp_path: Path) -> None:
    kling.submit(SCENE, shelf=shelf_in(tmp_path, width=320, height=180), token=TOKEN)
    assert picture_sent(twin).size == (534, 300)


def test_a_picture_in_another_format_is_written_anew(twin: Services, kling: KlingVideo, tmp_path: Path) -> None:
    file = tmp_path / "still.webp"
    Image.open(io.BytesIO(media.picture(width=640, height=360))).save(file)
    kling.submit(SCENE, shelf=lambda _: file, token=TOKEN)
    assert (picture_sent(twin).format, picture_sent(twin).size) == ("JPEG", (640, 360))


def test_a_picture_that_is_too_heavy_is_made_lighter(twin: Services, kling: KlingVideo, tmp_path: Path) -> None:
    file = tmp_path / "heavy.png"
    noise = Image.effect_noise((2400, 1350), 120)
    Image.merge("RGB", [noise, noise.rotate(180), noise.transpose(Image.Transpose.FLIP_LEFT_RIGHT)]).save(file, compress_level=1)
    file.write_bytes(file.read_bytes().ljust(10_000_001, b"\0"))
    kling.submit(SCENE, shelf=lambda _: file, token=TOKEN)
    assert len(sent(twin)["contents"][1]["url"]) * 3 // 4 <= 10_000_000
    assert picture_sent(twin).format == "JPEG"


def test_a_picture_that_is_too_slim_is_refused_for_free(twin: Services, kling: KlingVideo, tmp_path: Path) -> None:
    with pytest.raises(EngineRejected, match="900x300 pixels is too slim"):
        kling.submit(SCENE, shelf=shelf_in(tmp_path, width=900, height=300), token=TOKEN)
    assert twin.asked("kling.submit") == 0


def test_a_broken_picture_is_noticed_before_anything_is_sent(twin: Services, kling: KlingVideo, tmp_path: Path) -> None:
    file = tmp_path / "broken.png"
    file.write_bytes(b"no picture")
    with pytest.raises(MediaBroken, match=r"broken\.png cannot be read"):
        kling.submit(SCENE, shelf=lambda _: file, token=TOKEN)
    assert twin.asked("kling.submit") == 0


def test_references_are_left_out_with_a_remark(kling: KlingVideo, shelf: Shelf) -> None:
    receipt = kling.submit(changed(SCENE, references=(FIRST,)), shelf=shelf, token=TOKEN)
    assert isinstance(receipt, Pending)
    delivered = kling.poll(receipt.external_id)
    assert isinstance(delivered, Delivered)
    assert delivered.remarks == ("kling-3.0 makes no use of references: it was left out.",)


@pytest.mark.parametrize(
    ("keys", "default"),
    [
        ({"KLING_API_KEY"}, "kling-3.0"),
        ({"KLING_ACCESS_KEY", "KLING_SECRET_KEY"}, "kling-v2-6"),
        ({"KLING_API_KEY", "KLING_ACCESS_KEY", "KLING_SECRET_KEY"}, "kling-3.0"),
    ],
)
def test_the_first_default_whose_keys_are_there_stands_for_the_engine(keys: set[str], default: str) -> None:
    opened = [sold.id for sold in catalogue("kling").models if sold.default and set(sold.keys) <= keys]
    assert opened[0] == default
    assert model("kling", "kling").id == "kling-3.0"
