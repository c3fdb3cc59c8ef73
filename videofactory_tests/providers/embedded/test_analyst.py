"""The embedded analyst: pictures of known faults and kinds get the scores, words and remarks they deserve."""

import hashlib
import time
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from videofactory.domain.brand import INTEGRITY_LIMIT, BrandAnalysis
from videofactory.domain.errors import MediaBroken
from videofactory.domain.footage import Artifact
from videofactory.media.measure import Picture, load_rgb
from videofactory.providers.embedded.analyst import EmbeddedAnalyst, analyse
from videofactory.providers.embedded.analyst_words import colour_name
from videofactory.providers.roles import AnalysisRequest, Delivered

COFFEE = Path(__file__).parents[3] / "videofactory" / "data" / "sample" / "coffee.png"

SENTENCE = "Quarterly numbers and what they say"


def read(image: Picture) -> BrandAnalysis:
    return analyse(image, size=(image.shape[1], image.shape[0]))


def submitted(path: Path) -> Delivered:
    content = path.read_bytes()
    artifact = Artifact(sha256=hashlib.sha256(content).hexdigest(), media_type="image/png", size=len(content))
    request = AnalysisRequest(image=artifact, title="The first cup")
    return EmbeddedAnalyst().submit(request, shelf=lambda _: path, token="t-1")  # noqa: S106 - no password, our own id for the call


def chart() -> Picture:
    page = np.full((600, 900, 3), 255, dtype=np.uint8)
    for bar, colour in enumerate([(51, 102, 204), (220, 57, 18), (255, 153, 0), (16, 150, 24)]):
        cv2.rectangle(page, (120 + 190 * bar, 480 - 70 * bar), (240 + 190 * bar, 540), colour, -1)
        cv2.putText(page, f"Quarter {bar + 1}", (110 + 190 * bar, 575), cv2.FONT_HERSHEY_SIMPLEX, 0.8, (20, 20, 20), 2)
    cv2.putText(page, "Revenue by quarter", (80, 80), cv2.FONT_HERSHEY_SIMPLEX, 1.6, (20, 20, 20), 3)
    cv2.line(page, (90, 540), (860, 540), (20, 20, 20), 3)
    return page


def portrait() -> Picture:
    """A lit head and shoulders before a soft dark ground, with the grain of a camera."""
    down, across = np.mgrid[0:480, 0:480] / 480
    ground = 50 + 60 * across + 20 * np.sin(6 * down)
    image = np.stack([ground * 0.9, ground * 0.8, ground * 0.75], axis=2)
    for (x, y), (wide, high), skin in (((0.5, 0.95), (0.36, 0.3), (90, 40, 45)), ((0.5, 0.42), (0.16, 0.22), (225, 170, 140))):
        inside = ((across - x) / wide) ** 2 + ((down - y) / high) ** 2 < 1
        shading = 1.05 - 0.9 * (across - 0.35) - 0.2 * down
        image[inside] = (np.array(skin) * shading[..., None])[inside]
    grain = np.random.default_rng(5).normal(0, 2.5, image.shape)
    return np.clip(image + grain, 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def coffee() -> Picture:
    return load_rgb(COFFEE)


@pytest.fixture(scope="module")
def reading(coffee: Picture) -> BrandAnalysis:
    return read(coffee)


def test_the_delivery_is_the_analysis_as_json_at_no_cost() -> None:
    delivered = submitted(COFFEE)
    payload = delivered.files["analysis"]
    assert payload.media_type == "application/json"
    assert BrandAnalysis.model_validate_json(payload.content).scores.integrity > 0.6
    assert delivered.cost_usd is None  # as reserved: nothing
    assert EmbeddedAnalyst().resend_is_free


def test_the_same_picture_gives_the_same_bytes() -> None:
    assert submitted(COFFEE).files == submitted(COFFEE).files


def test_coffee_is_read_as_what_it_is(reading: BrandAnalysis) -> None:
    assert reading.scores.physics > 0.7
    assert reading.scores.logic < 0.3
    assert reading.scores.integrity > 0.8
    assert reading.mood.startswith("warm")
    assert "warm" in reading.subject
    assert "red" in reading.subject
    assert reading.remarks == ()
    assert reading.focus.x < 0.45 < reading.focus.x + reading.focus.width
    assert any("red accent" in phrase for phrase in reading.invariants)


def test_essence_and_invariants_keep_to_their_lengths(reading: BrandAnalysis) -> None:
    for analysis in (reading, read(chart()), read(portrait()), read(np.full((400, 400, 3), 90, dtype=np.uint8))):
        assert 25 <= len(analysis.essence.split()) <= 60
        assert 2 <= len(analysis.invariants) <= 4
        assert all(len(phrase.split()) <= 6 for phrase in analysis.invariants)
        assert len(set(analysis.invariants)) == len(analysis.invariants)


def test_a_chart_is_logic_and_neither_moves_nor_glows() -> None:
    scores = read(chart()).scores
    assert scores.logic > 0.7
    assert scores.physics < 0.2
    assert scores.vibe < 0.2
    assert scores.integrity > 0.8


def test_a_page_of_writing_is_logic_even_when_it_was_photographed() -> None:
    page = np.full((700, 900, 3), 214, dtype=np.uint8)
    for line in range(12):
        cv2.putText(page, SENTENCE, (40, 60 + 55 * line), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (30, 30, 30), 2)
    lit = page * np.linspace(0.8, 1.05, 900)[None, :, None] + np.random.default_rng(2).normal(0, 3, page.shape)
    assert read(np.clip(lit, 0, 255).astype(np.uint8)).scores.logic > 0.7


def test_a_portrait_is_no_logic() -> None:
    scores = read(portrait()).scores
    assert scores.logic < 0.3
    assert scores.integrity > 0.6


@pytest.mark.parametrize(
    ("fault", "word"), [("blurred", "blurred"), ("tiny", "small"), ("blank", "blank"), ("noisy", "noisy"), ("hazy", "contrast")]
)
def test_a_faulty_picture_loses_integrity_and_hears_why(coffee: Picture, fault: str, word: str) -> None:
    grain = np.random.default_rng(9).normal(0, 60, coffee.shape)
    faulty = {
        "blurred": cv2.GaussianBlur(coffee, (0, 0), 5),
        "tiny": cv2.resize(coffee, (240, 160), interpolation=cv2.INTER_AREA),
        "blank": np.full_like(coffee, 120),
        "noisy": np.clip(coffee + grain, 0, 255),
        "hazy": coffee * 0.04 + 120,
    }[fault]
    analysis = read(np.asarray(faulty).astype(np.uint8))
    assert analysis.scores.integrity < INTEGRITY_LIMIT
    assert any(word in remark for remark in analysis.remarks)


def test_integrity_is_judged_by_the_file_not_by_the_working_copy(coffee: Picture) -> None:
    assert analyse(coffee, size=(180, 120)).scores.integrity < INTEGRITY_LIMIT


def test_a_little_blur_or_grain_is_no_reason_to_stop(coffee: Picture) -> None:
    grain = np.random.default_rng(9).normal(0, 8, coffee.shape)
    assert read(np.clip(coffee + grain, 0, 255).astype(np.uint8)).scores.integrity > 0.6
    assert read(np.asarray(cv2.GaussianBlur(coffee, (0, 0), 1), dtype=np.uint8)).scores.integrity > 0.6


def test_grey_pictures_are_read_without_naming_colours(coffee: Picture) -> None:
    grey = np.asarray(cv2.cvtColor(cv2.cvtColor(coffee, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB), dtype=np.uint8)
    analysis = read(grey)
    assert "monochrome" in analysis.mood
    assert analysis.scores.integrity > 0.8
    plain = {"black", "charcoal", "dark grey", "grey", "light grey", "white"}
    assert {colour_name(swatch.hex) for swatch in analysis.palette} <= plain


def test_cold_light_is_called_cool(coffee: Picture) -> None:
    analysis = read(np.ascontiguousarray(coffee[..., ::-1]))
    assert analysis.mood.startswith("cool")
    assert any(phrase.startswith("cool") for phrase in analysis.invariants)


@pytest.mark.parametrize(
    ("colour", "name"),
    [
        ("#ffffff", "white"),
        ("#000000", "black"),
        ("#7f7f7f", "grey"),
        ("#d01c1c", "red"),
        ("#15264f", "navy"),
        ("#f0e0c0", "cream"),
    ],
)
def test_colours_are_called_what_people_call_them(colour: str, name: str) -> None:
    assert colour_name(colour) == name


def test_the_figures_are_given_for_people_to_check(reading: BrandAnalysis) -> None:
    assert {"width", "height", "sharpness", "noise", "edge_density", "light_warmth", "form_letters", "depth"} <= set(
        reading.measures
    )
    assert reading.measures["width"] == 600
    fitness = [value for name, value in reading.measures.items() if name.startswith("fitness_")]
    assert min(fitness) == pytest.approx(reading.scores.integrity, abs=0.001)


def test_a_picture_lying_on_its_side_is_turned_first(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 8
    with Image.open(COFFEE) as image:
        image.convert("RGB").rotate(-90, expand=True).save(tmp_path / "side.png", exif=exif)
    turned = BrandAnalysis.model_validate_json(submitted(tmp_path / "side.png").files["analysis"].content)
    upright = BrandAnalysis.model_validate_json(submitted(COFFEE).files["analysis"].content)
    assert turned == upright


def test_forty_nine_megapixels_are_read_in_seconds(tmp_path: Path) -> None:
    with Image.open(COFFEE) as image:
        image.convert("RGB").resize((7000, 7000)).save(tmp_path / "vast.jpg", quality=80)
    begun = time.process_time()
    analysis = BrandAnalysis.model_validate_json(submitted(tmp_path / "vast.jpg").files["analysis"].content)
    assert time.process_time() - begun < 6
    assert analysis.measures["width"] == 7000
    assert analysis.scores.integrity > 0.6


def test_what_does_not_decode_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "cup.png").write_bytes(b"MZ")
    with pytest.raises(MediaBroken, match="cannot be decoded"):
        submitted(tmp_path / "cup.png")
