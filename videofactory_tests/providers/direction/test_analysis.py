"""A model's reading of a brand image is checked like its scripts; colours are measured, not guessed."""

import io
import json
from pathlib import Path

import pytest
from PIL import Image

from videofactory.domain.brand import BrandAnalysis
from videofactory.domain.errors import MediaBroken
from videofactory.media.measure import load_rgb, palette
from videofactory.providers.direction.analysis_answer import LONGEST_SIDE, analysis_of
from videofactory.providers.direction.shapes import Unfit
from videofactory.providers.roles import Delivered
from videofactory_tests.providers.direction.material import COFFEE, IMAGE, ONE_COLOUR, PromptedAnalyst, seen


def analysed(analyst: PromptedAnalyst, path: Path) -> BrandAnalysis:
    receipt = analyst.submit(IMAGE, shelf=lambda _: path, token="t-1")  # noqa: S106 - our own id for the call, no secret
    assert isinstance(receipt, Delivered)
    return BrandAnalysis.model_validate_json(receipt.files["analysis"].content)


def test_the_model_sees_the_picture_and_the_palette_is_measured_from_it() -> None:
    analyst = PromptedAnalyst(seen())
    analysis = analysed(analyst, COFFEE)
    assert analysis.palette == palette(load_rgb(COFFEE, longest=LONGEST_SIDE))
    assert (analysis.mood, analysis.invariants, analysis.scores.vibe) == ("warm", ("red cup", "wooden table"), 0.7)
    (picture,) = analyst.prompter.asked[0].pictures
    assert picture.media_type == "image/jpeg"
    assert json.loads(analyst.prompter.asked[0].turns[0].text.split("<facts>")[1].split("</facts>")[0])["language"] == "en"


def test_a_large_picture_is_sent_no_larger_than_is_paid_for(tmp_path: Path) -> None:
    large = tmp_path / "large.png"
    Image.new("RGB", (3000, 1000), "#a02010").save(large)
    analyst = PromptedAnalyst(seen())
    analysed(analyst, large)
    with Image.open(io.BytesIO(analyst.prompter.asked[0].pictures[0].content)) as sent:
        assert sent.size == (LONGEST_SIDE, 427)


def test_the_repair_sees_the_picture_too() -> None:
    analyst = PromptedAnalyst("a red cup", seen())
    analysed(analyst, COFFEE)
    assert all(len(question.pictures) == 1 for question in analyst.prompter.asked)


def test_a_broken_picture_is_found_before_anything_is_paid(tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG nothing")
    analyst = PromptedAnalyst(seen())
    with pytest.raises(MediaBroken):
        analysed(analyst, broken)
    assert analyst.prompter.asked == []


@pytest.mark.parametrize(
    "fields",
    [
        {"mood": ""},
        {"subject": " "},
        {"essence": ""},
        {"invariants": []},
        {"invariants": [f"thing {n}" for n in range(7)]},
        {"invariants": ["x" * 61]},
        {"scores": {"physics": 1.2, "vibe": 0.5, "logic": 0.5, "integrity": 0.5}},
        {"scores": {"physics": 0.2}},
        {"focus": {"x": 0.5, "y": 0.5, "width": 0, "height": 0.2}},
        {"focus": {"x": 250, "y": 200, "width": 500, "height": 600}},
        {"essence": "木の机と赤い磁器"},
    ],
)
def test_an_analysis_that_breaks_the_rules_is_sent_back(fields: dict[str, object]) -> None:
    with pytest.raises(Unfit):
        analysis_of(seen(**fields), colours=ONE_COLOUR)


def test_a_box_beyond_the_border_is_cut_there() -> None:
    focus = analysis_of(seen(focus={"x": 0.6, "y": 0.2, "width": 0.9, "height": 0.3}), colours=ONE_COLOUR).focus
    assert (focus.width, focus.height) == (0.4, 0.3)
