"""Briefs: what is read, what is cleaned, and every problem at once."""

import json
from pathlib import Path

import pytest

from videofactory.domain.brief import Brief
from videofactory.domain.channel import Channel, EngineChoices, VideoChoice
from videofactory.domain.errors import InvalidInput
from videofactory.studio.briefs import brief_from, read_brief, rejection_note
from videofactory.studio.channels import load_channels

SAMPLE = Path(__file__).parents[2] / "videofactory" / "data" / "sample"
VIDEO = VideoChoice(default="kling", allowed=("kling", "luma"))
HARBOUR = Channel(key="harbour", name="Harbour", language="en", engines=EngineChoices(video=VIDEO))
FREE = Channel(key="free", name="Free", language="en", plan="free")
CHANNELS = {"harbour": HARBOUR, "free": FREE}
LEAST: dict[str, object] = {"channel": "harbour", "title": "The first cup", "text": "We open at six.", "images": ["cup.png"]}


def _brief(**fields: object) -> Brief:
    return brief_from({**LEAST, **fields}, file="brief.yaml", channels=CHANNELS)


def _problems(**fields: object) -> dict[str, str]:
    with pytest.raises(InvalidInput) as caught:
        _brief(**fields)
    return {problem.field: problem.remedy for problem in caught.value.problems}


def test_the_sample_reads_against_its_channel(tmp_path: Path) -> None:
    (tmp_path / "harbour.yaml").write_bytes((SAMPLE / "harbour.yaml").read_bytes())
    brief = read_brief(SAMPLE / "first-cup.yaml", channels=load_channels(tmp_path))
    assert (brief.seconds, brief.scenes, brief.images) == (30, 6, ("coffee.png",))
    assert (SAMPLE / "coffee.png").is_file()
    assert 55 <= len(brief.text.split()) <= 30 * 3.2


def test_json_and_yaml_read_the_same(tmp_path: Path) -> None:
    fields = {**LEAST, "seconds": 30, "script": [{"narration": "We open at six.", "seconds": 5, "layout": "single"}]}
    (tmp_path / "a.json").write_text(json.dumps(fields))
    (tmp_path / "a.yaml").write_text(
        "channel: harbour\ntitle: The first cup\ntext: We open at six.\nimages: [cup.png]\nseconds: 30\n"
        "script:\n  - {narration: We open at six., seconds: 5, layout: single}\n"
    )
    assert read_brief(tmp_path / "a.json", channels=CHANNELS) == read_brief(tmp_path / "a.yaml", channels=CHANNELS)


def test_text_is_cleaned_and_paths_are_not(tmp_path: Path) -> None:
    brief = _brief(title=" Cafe\u0301\tat\r\nsix\u202e ", text="One.\r\nTwo.\x07", images=["cafe\u0301.png"])
    assert (brief.title, brief.text, brief.images) == ("Caf\u00e9 at six", "One.\nTwo.", ("cafe\u0301.png",))
    path = tmp_path / "long.yaml"
    path.write_text(f"channel: harbour\ntitle: 'Quote: \"x\"'\nimages: [a.png]\ntext: {'word ' * 1000}\n")
    assert len(read_brief(path, channels=CHANNELS).text) == 4999


def test_all_problems_of_shape_and_sense_at_once() -> None:
    found = _problems(
        channel="harbor", image="x", images="cup.png", title=12, text="\u200b", scenes=0, aspects=[556], language="xx",
        script=[{"narrtion": "x"}, {"camera": "zoom"}],
    )  # fmt: skip
    assert found == {
        "title": "this is text: put it in quotes",
        "text": "String should have at least 1 character",
        "images": "write a list: [cup.png]",
        "aspects[1]": "write one of '16:9', '9:16' or '1:1' (in quotes)",
        "scenes": "it should be greater than or equal to 1",
        "script[1].narrtion": "there is no such field; did you mean 'narration'?",
        "script[2].camera": found["script[2].camera"],
        "image": "there is no such field; did you mean 'images'?",
        "channel": "there is no such channel; did you mean 'harbour'?",
        "language": "there is no such language; write its ISO 639 code, such as en, de or pt-BR",
    }
    assert "push_in" in found["script[2].camera"]


def test_a_list_with_too_few_or_too_many_entries_is_said_in_plain_words() -> None:
    assert _problems(images=[])["images"] == "write at least 1"
    assert _problems(images=[f"{number}.png" for number in range(11)])["images"] == "write at most 10, not 11"


def test_nothing_at_all() -> None:
    with pytest.raises(InvalidInput) as caught:
        brief_from({}, file="brief.yaml", channels=CHANNELS)
    assert [problem.field for problem in caught.value.problems] == ["channel", "title", "text", "images"]


def test_the_house_rules_of_the_channel() -> None:
    assert "did you mean 'data-story'?" in _problems(style="data-storey")["style"]
    assert "premium" in _problems(channel="free", style="city-night")["style"]
    assert "does not speak 'tlh'" in _problems(language="tlh")["language"]
    assert "it allows kling, luma" in _problems(engine="gemini")["engine"]
    assert "script[2].engine" in _problems(script=[{"engine": "luma"}, {"engine": "sora"}])
    assert _brief(engine="luma", style="city-night").engine == "luma"


def test_lengths_must_be_reachable() -> None:
    fives = [{"seconds": 5}] * 4
    assert "scenes" in _problems(script=fives, scenes=3)
    assert "at least 20 s" in _problems(script=fives, seconds=15)["seconds"]
    assert "at most 20 s" in _problems(script=fives, seconds=30, scenes=4)["seconds"]
    assert "at most 120 s" in _problems(seconds=600, scenes=2)["seconds"]
    assert _brief(script=fives, seconds=30).seconds == 30
    assert _brief(script=fives, seconds=21.9, scenes=4).scenes == 4
    assert _brief(script=fives, seconds=30, scenes=6).scenes == 6


def test_narration_must_fit_its_scene() -> None:
    script = [{"narration": "one two three four five six seven", "seconds": 2}]
    assert _problems(script=script) == {"script[1].seconds": "its 7 words need 2.2 s; give it that, or fewer words"}
    assert _brief(script=[{"narration": "one two three four five six", "seconds": 2}]).script[0].seconds == 2


def test_characters_must_exist_and_be_told_apart() -> None:
    ada = {"name": "Ada"}
    assert (
        "did you mean 'Anna'?"
        in _problems(characters=[{"name": "Anna"}], script=[{"characters": ["anna"]}])["script[1].characters"]
    )
    assert "script[1].characters" in _problems(characters=[ada], script=[{"characters": ["Bob"]}])
    assert "characters[2].name" in _problems(characters=[ada, {"name": " Ada "}])
    assert _brief(characters=[ada], script=[{"characters": ["Ada"]}]).characters[0].name == "Ada"


def test_the_rejection_note_says_what_to_mend() -> None:
    with pytest.raises(InvalidInput) as caught:
        _brief(channel="harbor", seconds=1)
    note = rejection_note(caught.value, brief="first-cup.yaml")
    assert "first-cup.yaml" in note
    assert "1. seconds" in note
    assert "did you mean 'harbour'?" in note
    assert "found:  'harbor'" in note


@pytest.mark.parametrize("value", [float("nan"), "nan", float("inf"), 2, 601])
def test_seconds_are_numbers_in_range(value: object) -> None:
    assert "seconds" in _problems(seconds=value)


def test_hostile_fields_are_bounded() -> None:
    nested: object = "deep"
    for _ in range(5000):
        nested = [nested]
    assert "write it flatter" in _problems(title=nested)["(file)"]
    assert len(_problems(**{f"field{number}": 1 for number in range(50_000)})) == 100


def test_thirty_briefs_at_once(tmp_path: Path) -> None:
    for number in range(30):
        (tmp_path / f"{number}.json").write_text(json.dumps({**LEAST, "title": f"Film {number}"}))
    titles = {read_brief(path, channels=CHANNELS).title for path in tmp_path.glob("*.json")}
    assert len(titles) == 30
