"""Measuring pictures: what is found in pictures whose truth is known."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from videofactory.domain.errors import MediaBroken
from videofactory.media.measure import (
    Picture,
    difference,
    focus_box,
    form,
    lab_of_hex,
    light,
    load_rgb,
    noise,
    palette,
    palette_distance,
    palette_of_pixels,
    sharpness,
    size_of,
)

COFFEE = Path(__file__).parents[2] / "videofactory" / "data" / "sample" / "coffee.png"
SENTENCE = "Quarterly numbers and what they say"
THREE = {"#1b4f72": 0.5, "#d35400": 0.3, "#f7dc6f": 0.2}


@pytest.fixture(scope="module")
def coffee() -> Picture:
    return load_rgb(COFFEE)


def blurred(image: Picture, *, by: float) -> Picture:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), by), dtype=np.uint8)


def noisy(image: Picture, *, by: float) -> Picture:
    grain = np.random.default_rng(7).normal(0, by, (*image.shape[:2], 1))
    return np.clip(image + grain, 0, 255).astype(np.uint8)


def plain(colour: str, *, width: int = 200, height: int = 120) -> Picture:
    return np.full((height, width, 3), list(bytes.fromhex(colour[1:])), dtype=np.uint8)


def striped(shares: dict[str, float]) -> Picture:
    return np.concatenate([plain(colour, width=round(400 * share)) for colour, share in shares.items()], axis=1)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [  # from the test data of Sharma, Wu and Dalal (2005)
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, 3.1571, -77.2803), (50.0, 0.0, -82.7485), 2.8615),
        ((50.0, -1.3802, -84.2814), (50.0, 0.0, -82.7485), 1.0),
        ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
        ((50.0, 2.5, 0.0), (56.0, -27.0, -3.0), 31.9030),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_colour_difference_is_ciede2000(
    one: tuple[float, float, float], other: tuple[float, float, float], expected: float
) -> None:
    assert float(difference(one, other)) == pytest.approx(expected, abs=1e-4)
    assert float(difference(other, one)) == pytest.approx(expected, abs=1e-4)


def test_three_known_colours_are_found_with_their_shares_by_falling_share() -> None:
    found = palette(striped(THREE))
    assert len(found) == 3
    for swatch, (colour, share) in zip(found, THREE.items(), strict=True):
        apart = difference(lab_of_hex([swatch.hex]), lab_of_hex([colour]))
        assert float(apart[0]) < 5
        assert swatch.share == pytest.approx(share, abs=0.02)


def test_shares_sum_to_one_and_close_colours_are_merged(coffee: Picture) -> None:
    found = palette(coffee)
    assert 4 <= len(found) <= 6
    assert sum(swatch.share for swatch in found) == pytest.approx(1, abs=0.001)
    near = striped({"#7e3e1e": 0.5, "#824222": 0.5})
    assert len(palette(near)) == 1


def test_a_small_vivid_spot_gets_a_swatch_of_its_own() -> None:
    grey_ramp = np.repeat(np.linspace(20, 235, 400).astype(np.uint8)[None, :, None], 300, axis=0).repeat(3, axis=2)
    assert all(difference(lab_of_hex([s.hex]), lab_of_hex(["#c01818"]))[0] > 20 for s in palette(grey_ramp, count=3))
    grey_ramp[140:165, 180:205] = (0xC0, 0x18, 0x18)
    found = palette(grey_ramp, count=3)
    assert len(found) == 3
    assert min(float(difference(lab_of_hex([s.hex]), lab_of_hex(["#c01818"]))[0]) for s in found) < 5


def test_the_red_cup_is_in_the_palette_of_the_coffee(coffee: Picture) -> None:
    assert min(float(difference(lab_of_hex([s.hex]), lab_of_hex(["#a82c10"]))[0]) for s in palette(coffee)) < 5


def test_palette_is_the_same_every_time_and_refuses_nothing(coffee: Picture) -> None:
    assert palette(coffee) == palette(coffee.copy())
    with pytest.raises(ValueError, match="at least one pixel"):
        palette_of_pixels(np.zeros((0, 3), dtype=np.uint8))


def test_palette_distance_runs_from_the_same_to_nothing_in_common() -> None:
    warm, cold = ["#a83010", "#e0c0a0"], ["#1040a8", "#103010"]
    assert palette_distance(warm, list(reversed(warm))) == 0
    assert 0 < palette_distance(warm, ["#a83818", "#e0c8b0"]) < 0.15
    assert palette_distance(warm, cold) > 0.7
    assert palette_distance(warm, cold) == pytest.approx(palette_distance(cold, warm))
    with pytest.raises(ValueError, match="at least one colour"):
        palette_distance(warm, [])


def test_sharpness_falls_with_blur_and_hardly_with_contrast(coffee: Picture) -> None:
    figures = [sharpness(coffee), *(sharpness(blurred(coffee, by=by)) for by in (1, 2, 4))]
    assert figures == sorted(figures, reverse=True)
    assert figures[0] > 0.9
    assert figures[2] < 0.5
    assert figures[3] < 0.1
    duller = (blurred(coffee, by=1.5) * 0.5 + 64).astype(np.uint8)
    assert sharpness(duller) == pytest.approx(sharpness(blurred(coffee, by=1.5)), abs=0.15)


def test_noise_does_not_pass_for_sharpness(coffee: Picture) -> None:
    assert sharpness(noisy(blurred(coffee, by=6), by=12)) < 0.3


def test_noise_grows_with_grain_and_texture_is_not_noise(coffee: Picture) -> None:
    figures = [noise(coffee), *(noise(noisy(coffee, by=by)) for by in (8, 20, 50))]
    assert figures == sorted(figures)
    assert figures[0] < 0.06
    assert figures[3] > 0.5
    assert noise(noisy(plain("#808080"), by=10)) == pytest.approx(0.25, abs=0.05)


def test_a_sharp_subject_before_a_blurred_ground_is_sharp(coffee: Picture) -> None:
    bokeh = blurred(coffee, by=8)
    bokeh[100:300, 150:450] = coffee[100:300, 150:450]
    assert sharpness(bokeh) > 0.7


@pytest.mark.parametrize(("left", "top"), [(0.1, 0.15), (0.6, 0.55), (0.35, 0.3)])
def test_the_focus_box_holds_the_subject(left: float, top: float) -> None:
    image = plain("#d8d4c8", width=480, height=320)
    x, y, width, height = round(left * 480), round(top * 320), 140, 100
    image[y : y + height, x : x + width] = (0xA0, 0x20, 0x20)
    box = focus_box(image)
    truth = (x / 480, y / 320, (x + width) / 480, (y + height) / 320)
    found = (box.x, box.y, box.x + box.width, box.y + box.height)
    assert found == pytest.approx(truth, abs=0.06)


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (300, 1), (7, 9), (16, 16)])
def test_the_smallest_pictures_are_measured_too(shape: tuple[int, int]) -> None:
    image = np.random.default_rng(3).integers(0, 256, (*shape, 3), dtype=np.uint8)
    box = focus_box(image)
    assert box.x + box.width <= 1.0001
    assert 0 <= sharpness(image) <= 1
    assert 0 <= noise(image) <= 1
    assert sum(s.share for s in palette(image)) == pytest.approx(1, abs=0.001)
    assert all(0 <= figure <= 1 for figure in form(image))
    assert 0 <= light(image).blank <= 1


def test_a_blank_picture_has_its_focus_in_the_middle() -> None:
    box = focus_box(plain("#336699"))
    assert (box.x, box.y, box.width, box.height) == (0.25, 0.25, 0.5, 0.5)


def test_light_is_warm_cold_bright_dark_as_it_looks(coffee: Picture) -> None:
    assert light(coffee).warmth > 0.8
    assert light(np.ascontiguousarray(coffee[..., ::-1])).warmth < 0.3
    assert light(plain("#808080")).warmth == pytest.approx(0.5, abs=0.01)
    assert light(plain("#ffffff")).brightness == pytest.approx(1, abs=0.01)
    assert light(plain("#000000")).brightness == pytest.approx(0, abs=0.01)
    assert light(plain("#8899aa")).blank == 1


def test_lines_of_writing_are_found_and_photographs_have_none(coffee: Picture) -> None:
    page = plain("#ffffff", width=900, height=600)
    for line in range(9):
        cv2.putText(page, SENTENCE, (40, 80 + 55 * line), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (0, 0, 0), 2)
    assert form(page).letters > 0.1
    assert form(coffee).letters < 0.01


def test_exif_rotation_is_honoured(tmp_path: Path) -> None:
    image = Image.new("RGB", (120, 60), "#0000ff")
    image.paste("#ff0000", (0, 0, 60, 60))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be shown turned by 90 degrees clockwise: the left half comes to the top
    image.save(tmp_path / "turned.png", exif=exif)
    shown = load_rgb(tmp_path / "turned.png")
    assert shown.shape == (120, 60, 3)
    assert shown[10, 30].tolist() == [255, 0, 0]
    assert shown[110, 30].tolist() == [0, 0, 255]
    assert size_of(tmp_path / "turned.png") == (60, 120)
    image.save(tmp_path / "turned.jpg", exif=exif)
    small = load_rgb(tmp_path / "turned.jpg", longest=60)
    assert small.shape == (60, 30, 3)
    assert small[5, 15, 0] > 200


def test_transparency_shows_white(tmp_path: Path) -> None:
    Image.new("RGBA", (40, 30), (200, 0, 0, 0)).save(tmp_path / "clear.png")
    assert load_rgb(tmp_path / "clear.png").min() == 255
    Image.new("RGBA", (40, 30), (200, 0, 0, 255)).save(tmp_path / "solid.png")
    assert load_rgb(tmp_path / "solid.png")[0, 0].tolist() == [200, 0, 0]
    Image.new("LA", (40, 30), (0, 128)).save(tmp_path / "half.png")
    assert load_rgb(tmp_path / "half.png")[0, 0].tolist() == pytest.approx([127] * 3, abs=2)
    Image.new("P", (40, 30), 0).save(tmp_path / "index.png", transparency=0)
    assert load_rgb(tmp_path / "index.png").min() == 255


@pytest.mark.parametrize("mode", ["L", "1", "P", "CMYK", "I;16"])
def test_every_kind_of_picture_becomes_rgb(tmp_path: Path, mode: str) -> None:
    path = tmp_path / ("picture.jpg" if mode == "CMYK" else "picture.png")
    if mode == "I;16":
        Image.fromarray(np.full((30, 40), 32896, dtype=np.uint16)).save(path)
    else:
        Image.new("L", (40, 30), 128).convert(mode).save(path)
    image = load_rgb(path)
    assert image.shape == (30, 40, 3)
    assert image.dtype == np.uint8
    assert 0.2 < image.mean() / 255 < 0.8


def test_longest_shrinks_and_never_enlarges(tmp_path: Path) -> None:
    Image.new("RGB", (500, 250), "#123456").save(tmp_path / "wide.png")
    assert load_rgb(tmp_path / "wide.png", longest=100).shape == (50, 100, 3)
    assert load_rgb(tmp_path / "wide.png", longest=900).shape == (250, 500, 3)


@pytest.mark.parametrize("content", [b"", b"MZ\x90\x00not a picture", b"\x89PNG\r\n\x1a\n" + b"\x00" * 40])
def test_what_is_no_picture_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "cup.png"
    path.write_bytes(content)
    with pytest.raises(MediaBroken, match=r"cup\.png cannot be decoded"):
        load_rgb(path)
    with pytest.raises(MediaBroken, match=r"cup\.png cannot be read"):
        size_of(path)


def test_a_truncated_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "half.png"
    path.write_bytes(COFFEE.read_bytes()[:100_000])
    with pytest.raises(MediaBroken, match="cannot be decoded"):
        load_rgb(path)
