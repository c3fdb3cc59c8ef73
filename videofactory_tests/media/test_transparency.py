"""Pictures with transparent places: seen on their ground, measured without it, cut out along their own outline."""

import base64
import hashlib
import io
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from videofactory.domain.brand import BrandAnalysis
from videofactory.domain.footage import Artifact
from videofactory.domain.script import Layout
from videofactory.media.compose import still
from videofactory.media.compose.direction import Wish
from videofactory.media.compose.matte import find_matte
from videofactory.media.compose.photo import open_photo
from videofactory.media.compose.still import key_frame
from videofactory.media.measure import load_picture, load_rgb, palette
from videofactory.providers.direction.analysis_answer import shown
from videofactory.providers.embedded.analyst import EmbeddedAnalyst
from videofactory.providers.fitted_picture import fitted_png
from videofactory.providers.gemini import inline
from videofactory.providers.roles import AnalysisRequest

PALETTE = ("#a5502a", "#3a1d10", "#d9a066", "#6f1a0c", "#7a5030")


def cut_out(path: Path, colour: str, *, clear: str = "#ffffff", corners: bool = False) -> Path:
    """A disc of one colour on nothing, or a plain page with round corners; what is not seen has the colour `clear`."""
    alpha = Image.new("L", (600, 400), 0)
    if corners:
        ImageDraw.Draw(alpha).rounded_rectangle((0, 0, 599, 399), radius=20, fill=255)
    else:
        ImageDraw.Draw(alpha).ellipse((150, 50, 450, 350), fill=255)
    image = Image.composite(Image.new("RGB", alpha.size, colour), Image.new("RGB", alpha.size, clear), alpha)
    image.putalpha(alpha)
    image.save(path)
    return path


@pytest.mark.parametrize("longest", [None, 200])
def test_what_would_vanish_on_white_is_laid_on_a_dark_tone_of_its_own(tmp_path: Path, longest: int | None) -> None:
    white = load_rgb(cut_out(tmp_path / "white.png", "#ffffff"), longest=longest)
    assert white[0, 0].max() < 80
    assert white[white.shape[0] // 2, white.shape[1] // 2].min() > 250
    cream = load_rgb(cut_out(tmp_path / "cream.png", "#fff3d0"), longest=longest)[0, 0]
    assert cream.max() < 80
    assert cream[0] > cream[2] + 8, "warm as the subject is"
    again = load_rgb(cut_out(tmp_path / "again.png", "#fff3d0", clear="#00ff00"), longest=longest)[0, 0]
    assert again.tolist() == cream.tolist(), "what is not seen says nothing"


@pytest.mark.parametrize(("colour", "corners"), [("#101418", False), ("#c02020", False), ("#ffffff", True)])
def test_what_is_seen_on_white_stays_on_white(tmp_path: Path, colour: str, *, corners: bool) -> None:
    assert load_rgb(cut_out(tmp_path / "picture.png", colour, corners=corners))[0, 0].tolist() == [255, 255, 255]


@pytest.mark.parametrize("colour", ["#c02020", "#ffffff"])
def test_the_ground_of_a_transparent_picture_is_none_of_its_colours(tmp_path: Path, colour: str) -> None:
    path = cut_out(tmp_path / "picture.png", colour)
    assert [swatch.hex for swatch in palette(load_picture(path, longest=1280))] == [colour]
    assert [swatch.hex for swatch in palette(load_picture(path, longest=300))] == [colour]


def test_an_opaque_alpha_changes_nothing(tmp_path: Path) -> None:
    picture = Image.effect_noise((90, 60), 80).convert("RGB")
    picture.save(tmp_path / "plain.png")
    picture.putalpha(255)
    picture.save(tmp_path / "alpha.png")
    plain, alpha = (load_picture(tmp_path / name) for name in ("plain.png", "alpha.png"))
    assert np.array_equal(plain.pixels, alpha.pixels)
    assert plain.opaque is alpha.opaque is None


def cup_cut_out(folder: Path, *, corners: bool = False) -> Path:
    """A white cup on nothing; or all of a page but its corners."""
    picture = np.full((300, 450, 4), 255, np.uint8)
    picture[..., 3] = 0
    if corners:
        picture[:, 30:-30, 3] = picture[30:-30, :, 3] = 255
    else:
        cv2.ellipse(picture, (225, 150), (70, 110), 0, 0, 360, (255, 255, 255, 255), cv2.FILLED)
    path = folder / "cup.png"
    Image.fromarray(picture).save(path)
    return path


def test_a_picture_handed_in_cut_out_keeps_its_own_outline_and_is_seen(tmp_path: Path) -> None:
    photo = open_photo(cup_cut_out(tmp_path))
    assert photo.pixels[5, 5].max() < 80
    assert photo.pixels[150, 225].min() > 250
    matte = find_matte(photo)
    assert matte is not None
    assert photo.alpha is not None
    assert np.array_equal(matte.alpha, photo.alpha)
    assert (matte.rect.x, matte.rect.y) == pytest.approx((225, 150), abs=1)
    assert find_matte(open_photo(cup_cut_out(tmp_path, corners=True))) is None


def test_a_white_cut_out_is_composed_in_full(tmp_path: Path) -> None:
    wish = Wish("cup", seed=1, layout=Layout.COMPOSITE)
    content = key_frame(wish, size=(320, 180), references=[cup_cut_out(tmp_path)], palette=PALETTE)
    picture = np.asarray(Image.open(io.BytesIO(content)))
    bright = (picture.min(axis=2) > 175).astype(np.uint8)
    _, _, boxes, _ = cv2.connectedComponentsWithStats(bright)
    left, top, width, height, area = max(boxes[1:], key=lambda box: box[4])
    assert height / width == pytest.approx(110 / 70, rel=0.15), "the whole cup, in its own shape"
    assert area / (width * height) == pytest.approx(np.pi / 4, abs=0.08)
    assert (left, top) != (0, 0)


@pytest.mark.parametrize(("colour", "ground"), [("#c02020", "white"), ("#ffffff", "charcoal")])
def test_analysts_keep_a_cut_outs_ground_out_of_its_colours_and_say_what_it_stands_on(
    tmp_path: Path, colour: str, ground: str
) -> None:
    path = cut_out(tmp_path / "picture.png", colour)
    content = path.read_bytes()
    artifact = Artifact(sha256=hashlib.sha256(content).hexdigest(), media_type="image/png", size=len(content))
    request = AnalysisRequest(image=artifact, title="The first cup")
    delivered = EmbeddedAnalyst().submit(request, shelf=lambda _: path, token="t-1")  # noqa: S106 - no password, our own id for the call
    analysis = BrandAnalysis.model_validate_json(delivered.files["analysis"].content)
    assert [swatch.hex for swatch in analysis.palette] == [colour]
    subject, _, stands_on = analysis.subject.partition(" on ")
    assert ground in stands_on
    assert ground not in subject
    assert [swatch.hex for swatch in shown(path)[1]] == [colour]


def test_a_still_without_a_palette_takes_the_colours_of_what_is_opaque(tmp_path: Path) -> None:
    colours = still._own_palette(open_photo(cut_out(tmp_path / "white.png", "#ffffff")))
    assert colours
    assert min(bytes.fromhex("".join(colours).replace("#", ""))) > 240


def test_engines_are_shown_a_transparent_picture_on_its_ground(tmp_path: Path) -> None:
    path = cut_out(tmp_path / "white.png", "#ffffff")
    part = inline(path, "image/png")["inlineData"]
    for sent in (fitted_png(path.read_bytes(), size=(300, 200)), base64.b64decode(part["data"])):
        with Image.open(io.BytesIO(sent)) as picture:
            assert picture.mode == "RGB"
            pixels = np.asarray(picture)
        assert pixels[0, 0].max() < 80
        assert pixels[len(pixels) // 2, pixels.shape[1] // 2].min() > 250


def test_an_opaque_picture_is_shown_to_engines_byte_for_byte(tmp_path: Path) -> None:
    Image.effect_noise((90, 60), 80).save(tmp_path / "plain.png")
    part = inline(tmp_path / "plain.png", "image/png")["inlineData"]
    assert base64.b64decode(part["data"]) == (tmp_path / "plain.png").read_bytes()
    assert part["mimeType"] == "image/png"
