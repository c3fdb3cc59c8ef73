"""Channels: the written shape of the contract, and every error of every file at once."""

from pathlib import Path

import pytest

from videofactory.domain.errors import InvalidInput
from videofactory.domain.money import usd
from videofactory.studio.channels import load_channels, plans, style_presets

CONTRACT = """
name: Harbour Coffee
language: en
plan: studio
style: warm-documentary
fonts: {heading: Inter, text: Inter}
colours: {primary: "#6B3F1D", accent: "#e8b04b"}     # otherwise from the brand analysis
engines:                                              # embedded where absent
  analyst: gemini
  director: deepseek
  stills: fal
  video: {default: kling, allowed: [kling, luma, gemini]}
  voice: {engine: elevenlabs, id: abc123}
  effects: elevenlabs
  music: embedded
budgets: {project_usd: 20, day_usd: 60, month_usd: 600}
captions: {burn_in: word}                             # word, line or off
review: {auto_approve: false, auto_publish: false}
aspects: ["16:9", "9:16"]
notion: {data_source: 0f1e, trigger: Ready, properties: {title: Name, text: Brief, images: Brand}}
youtube: {google_project: main, slots: ["0 17 * * 1-5"], time_zone: Europe/Berlin, privacy: public, category: 22}
alerts: {discord: DISCORD_WEBHOOK_URL}
"""


def _problems(folder: Path, **files: str) -> dict[tuple[str, str], str]:
    for stem, text in files.items():
        (folder / f"{stem}.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput) as caught:
        load_channels(folder)
    return {(problem.file, problem.field): f"{problem.value}: {problem.remedy}" for problem in caught.value.problems}


def test_presets_and_plans() -> None:
    presets = style_presets()
    assert len(presets) >= 10
    assert {"clean-explainer", "warm-documentary"} <= set(presets)
    assert sum(preset.premium for preset in presets.values()) >= 2
    assert all(preset.prompt and preset.music and preset.description and preset.category for preset in presets.values())
    assert {"free", "studio", "agency"} == set(plans())
    assert plans()["free"].engines == ("embedded",)


def test_the_contract_channel_reads(tmp_path: Path) -> None:
    (tmp_path / "harbour.yaml").write_text(CONTRACT)
    channel = load_channels(tmp_path)["harbour"]
    assert (channel.key, channel.engines.video.default, channel.aspects) == ("harbour", "kling", ("16:9", "9:16"))
    assert channel.colours.primary == "#6b3f1d"
    assert channel.youtube is not None
    assert channel.youtube.time_zone == "Europe/Berlin"


def test_two_fields_are_enough_and_no_folder_is_no_channel(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text("name: Small\nlanguage: no\n")
    channel = load_channels(tmp_path)["small"]
    assert (channel.language, channel.style, channel.engines.voice.engine) == ("no", "clean-explainer", "embedded")
    assert load_channels(tmp_path / "absent") == {}


def test_all_errors_of_all_files(tmp_path: Path) -> None:
    found = _problems(
        tmp_path,
        first=(
            "name: First\nlanguage: no\nplan: studo\nstyl: x\nstyle: warm-documentry\naspects: [16:9, 4:3]\n"
            "engines: {analyst: gemin, director: luma, video: {default: klingg}, voice: {sped: 3, id: 'a;b'}}\n"
            "budgets: {project_usd: lots, day_usd: -1}\ncolours:\n  primary: #6b3f1d\n  accent: red\n"
            "youtube: {slots: ['0 25 * * 1-5', '@daily'], time_zone: Europe/Berlni}\n"
        ),
        second="name: [broken\n",
        third="language: xx\nname: 12\n",
        Bad_Name="name: X\nlanguage: en\n",
    )
    expected = {
        ("first.yaml", "plan"): "did you mean 'studio'?",
        ("first.yaml", "styl"): "did you mean 'style'?",
        ("first.yaml", "style"): "did you mean 'warm-documentary'?",
        ("first.yaml", "aspects[2]"): "'4:3': write one of '16:9'",
        ("first.yaml", "engines.analyst"): "did you mean 'gemini'?",
        ("first.yaml", "engines.director"): "this is no engine for director",
        ("first.yaml", "engines.video.default"): "did you mean 'kling'?",
        ("first.yaml", "engines.voice.sped"): "no such field",
        ("first.yaml", "engines.voice.id"): "does not speak 'a;b'",
        ("first.yaml", "budgets.project_usd"): "not an amount",
        ("first.yaml", "budgets.day_usd"): "greater than or equal to 0",
        ("first.yaml", "colours.primary"): "# begins a comment",
        ("first.yaml", "colours.accent"): "six hex digits",
        ("first.yaml", "youtube.slots[1]"): "'25' is no hour",
        ("first.yaml", "youtube.slots[2]"): "not 5",
        ("first.yaml", "youtube.time_zone"): "did you mean 'Europe/Berlin'?",
        ("second.yaml", "line 2"): "no valid YAML",
        ("third.yaml", "name"): "put it in quotes",
        ("third.yaml", "language"): "no such language",
        ("Bad_Name.yaml", "key"): "name the file",
    }
    assert set(found) == set(expected)
    for place, words in expected.items():
        assert words in found[place]


def test_a_plan_says_no_to_premium_engines_and_money(tmp_path: Path) -> None:
    found = _problems(
        tmp_path,
        free="name: F\nlanguage: en\nplan: free\nstyle: golden-cinema\nengines: {director: gemini}\nbudgets: {month_usd: 3}\n",
    )
    assert "premium" in found["free.yaml", "style"]
    assert "it has embedded" in found["free.yaml", "engines.director"]
    assert "ends at 0.00" in found["free.yaml", "budgets.month_usd"]


def test_unwritten_limits_follow_the_plan(tmp_path: Path) -> None:
    (tmp_path / "free.yaml").write_text("name: F\nlanguage: en\nplan: free\n")
    (tmp_path / "studio.yaml").write_text("name: S\nlanguage: en\nbudgets: {month_usd: 900}\n")
    channels = load_channels(tmp_path)
    assert (channels["free"].budgets.month_usd, channels["free"].budgets.project_usd) == (usd(0), usd(0))
    assert (channels["studio"].budgets.month_usd, channels["studio"].budgets.project_usd) == (usd(900), usd(20))


@pytest.mark.parametrize(
    ("video", "default", "allowed"),
    [
        ("{default: kling}", "kling", ("kling",)),
        ("{allowed: [luma, kling]}", "luma", ("luma", "kling")),
        ("{default: embedded, allowed: [kling]}", "embedded", ("kling", "embedded")),
        ("{}", "embedded", ("embedded",)),
    ],
)
def test_the_default_video_engine_is_always_allowed(tmp_path: Path, video: str, default: str, allowed: tuple[str, ...]) -> None:
    (tmp_path / "a.yaml").write_text(f"name: A\nlanguage: en\nengines: {{video: {video}}}\n")
    choice = load_channels(tmp_path)["a"].engines.video
    assert (choice.default, choice.allowed) == (default, allowed)


def test_the_embedded_voice_must_speak_the_language(tmp_path: Path) -> None:
    found = _problems(
        tmp_path,
        one="name: A\nlanguage: tlh\n",
        two="name: A\nlanguage: en\nengines: {voice: {id: en-gb+nobody}}\n",
    )
    assert "does not speak 'tlh'" in found["one.yaml", "language"]
    assert "no variant 'nobody'" in found["two.yaml", "engines.voice.id"]
    (tmp_path / "one.yaml").write_text("name: A\nlanguage: tlh\nengines: {voice: {engine: elevenlabs, id: x}}\n")
    (tmp_path / "two.yaml").write_text("name: A\nlanguage: en\nengines: {voice: {id: en-gb+f3}}\n")
    assert set(load_channels(tmp_path)) == {"one", "two"}


def test_a_webhook_address_is_not_repeated(tmp_path: Path) -> None:
    found = _problems(tmp_path, a="name: A\nlanguage: en\nalerts: {discord: https://discord.com/api/webhooks/hunter2}\n")
    assert found == {
        ("a.yaml", "alerts.discord"): "(hidden): write the name of an environment variable, such as DISCORD_WEBHOOK_URL, "
        "and set the address there"
    }


def test_other_endings_and_written_keys_are_said(tmp_path: Path) -> None:
    (tmp_path / "b.yml").write_text("name: B\nlanguage: en\n")
    found = _problems(tmp_path, a="name: A\nlanguage: en\nkey: other\naspects: ['1:1', '1:1']\nengines: {video: {allowed: []}}\n")
    assert set(found) == {
        ("b.yml", "(file)"),
        ("a.yaml", "key"),
        ("a.yaml", "aspects"),
        ("a.yaml", "engines.video.allowed"),
    }


def test_an_alert_goes_to_a_service_there_is(tmp_path: Path) -> None:
    found = _problems(tmp_path, a="name: A\nlanguage: en\nalerts: {pager: PAGER_URL}\n")
    remedy = "(hidden): there is no such service; choose one of discord, slack, webhook"
    assert found == {("a.yaml", "alerts.pager"): remedy}
