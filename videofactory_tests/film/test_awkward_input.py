"""Briefs as people really write them, and as hostile hands do: films that come out all the same, or refusals with reasons."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from videofactory.domain.errors import InvalidInput
from videofactory.media.probe import facts
from videofactory.studio.material import FinalCut, ScriptVersion
from videofactory.studio.take_in import sweep_inbox
from videofactory_tests.film.line import Line, put_brief, put_channel
from videofactory_tests.film.subtitles import cues, spoken
from videofactory_tests.film.traces import artifacts, film_file
from videofactory_tests.studio.intake.pictures_of import animated, picture, png_claiming

HARD_TITLES = {
    "marks": 'The "first": 100% of it \\ 50/50 {now} <b>?',
    "emoji": "☕️ Café — l’été 👩‍🍳🏽",
    "arabic": "القهوة الأولى في الميناء",
    "japanese": "港の一杯目:「朝六時」",
    "dots": "...",
}
HARD_WORDS = "She said: \"50% off\", 'now'; it's {5} [six], 7\\8 <b>nine</b> & ten: come, in."
TWO_SHORT = ({"narration": "We open.", "seconds": 2}, {"narration": "Come in.", "seconds": 2})


def one_film(line: Line, **fields: object) -> tuple[FinalCut, str]:
    project = line.take_in(**{"script": list(TWO_SHORT), **fields})
    cut = line.film(project)
    assert cut.findings == ()
    return cut, project


@pytest.mark.parametrize("title", HARD_TITLES.values(), ids=HARD_TITLES)
def test_a_title_of_any_script_makes_a_film_that_can_be_found(line: Line, title: str) -> None:
    _, project = one_film(line, title=title, script=[{"narration": "Hi.", "on_screen_text": title[:60], "seconds": 2}])
    film = film_file(line.home, project)
    assert film.stem
    assert not film.stem.startswith(".")
    assert not set(film.stem) & set('/\\:*?"<>|')
    assert project.isascii()


def test_right_to_left_speech_is_captioned_in_its_own_letters(line: Line) -> None:
    put_channel(line.home, language="ar")
    arabic = Line.at(line.home)
    words = "نفتح في السادسة."
    _, project = one_film(arabic, title=HARD_TITLES["arabic"], text=words, script=[{"narration": words, "seconds": 3}])
    told = spoken(cues(film_file(line.home, project).with_suffix(".srt").read_text(encoding="utf-8")))
    assert told == f"\u202b{words}\u202c", "its letters, and the marks that keep its full stop at their left"


def test_quotes_colons_and_tags_come_through_captions_and_text(line: Line) -> None:
    _, project = one_film(line, script=[{"narration": HARD_WORDS, "on_screen_text": "50%: {a}\\N'b'", "seconds": 7}])
    film = film_file(line.home, project)
    for ending in (".srt", ".vtt"):
        assert spoken(cues(film.with_suffix(ending).read_text(encoding="utf-8"))) == HARD_WORDS


def test_a_brief_of_five_thousand_letters_is_cut_down_to_its_seconds(line: Line) -> None:
    text = ("We open at six, before the city wakes, and the first cup is for the baker next door. " * 70)[:5000]
    project = line.take_in(text=text, script=None, seconds=6, scenes=2)
    line.develop(project)
    version = line.read("script", project, ScriptVersion)
    assert version.findings == ()
    assert abs(version.script.seconds - 6) <= 0.6


def test_a_german_brief_is_spoken_in_german(line: Line) -> None:
    words = "Für Anneliese öffnen wir früh."
    _, project = one_film(line, title="Die erste Tasse", language="de", script=[{"narration": words, "seconds": 3}])
    assert spoken(cues(film_file(line.home, project).with_suffix(".srt").read_text(encoding="utf-8"))) == words
    voice = next(call for call in line.studio.ledger.calls.of_project(project) if call.role == "voice")
    assert '"language":"de"' in voice.request


def test_a_language_nobody_here_speaks_is_refused_at_once(line: Line) -> None:
    with pytest.raises(InvalidInput, match="language = 'zu'"):
        line.take_in(language="zu")
    assert line.studio.ledger.projects.all() == []


@pytest.mark.parametrize(
    ("aspects", "sizes"),
    [
        (["9:16"], [(180, 320)]),
        (["1:1"], [(180, 180)]),
        (["16:9", "9:16", "1:1"], [(320, 180), (180, 320), (180, 180)]),
    ],
    ids=["tall", "square", "all"],
)
def test_every_aspect_asked_for_is_delivered(line: Line, aspects: list[str], sizes: list[tuple[int, int]]) -> None:
    cut, project = one_film(line, aspects=aspects)
    assert [master.aspect for master in cut.masters] == aspects
    found = [facts(line.studio.artifacts.path(master.film)).video for master in cut.masters]
    assert [(video.width, video.height) for video in found if video] == sizes
    assert len(list((line.home / "films" / project).glob("*.mp4"))) == len(aspects)


def test_a_huge_picture_several_pictures_and_characters_with_pictures(line: Line) -> None:
    folder = line.home / "briefs"
    folder.mkdir(parents=True)
    rng = np.random.default_rng(5)
    small = Image.fromarray(rng.integers(0, 255, (70, 70, 3), dtype=np.uint8))
    small.resize((7000, 7000), Image.Resampling.BICUBIC).save(folder / "huge.jpg", quality=60)
    for name in ("second.png", "mia.png"):
        small.resize((300, 200), Image.Resampling.BICUBIC).save(folder / name)
    _, project = one_film(
        line,
        images=["cup.png", "huge.jpg", "second.png"],
        characters=[{"name": "Mia", "description": "a barista", "images": ["mia.png"]}],
        script=[{"narration": "Mia opens.", "seconds": 2}],
    )
    previews = [
        call for call in line.studio.ledger.calls.of_project(project) if (call.role, call.scene) == ("stills", "scene-01")
    ]
    assert previews[0].request.count('"sha256"') == 4, "the style reference, two more brand pictures, and the character's"


BAD_PICTURES = {
    "animated.webp": (animated("WEBP"), "animated"),
    "cut.jpg": (picture("JPEG", size=(400, 300))[:2000], "does not decode"),
    "program.png": (b"MZ" + bytes(300), "a Windows program"),
    "bomb.png": (png_claiming(60_000, 60_000), "megapixels"),
    "renamed.jpg": (picture("PNG"), "is image/png"),
    "../../etc/passwd.jpg": (b"", ""),
}


def test_bad_pictures_are_put_aside_with_reasons_and_nothing_is_kept(line: Line) -> None:
    inbox = line.home / "inbox"
    for number, (name, (content, _)) in enumerate(BAD_PICTURES.items()):
        if content:
            (inbox / name).write_bytes(content)
        put_brief(inbox / f"bad-{number}.json", images=[name])
    taken, rejected = sweep_inbox(line.studio)
    assert (taken, sorted(rejected)) == ([], [f"bad-{number}.json" for number in range(len(BAD_PICTURES))])
    for number, (name, (_, reason)) in enumerate(BAD_PICTURES.items()):
        note = (inbox / "rejected" / f"bad-{number}.json.txt").read_text(encoding="utf-8")
        assert Path(name).name in note
        assert reason in note
    assert line.studio.ledger.projects.all() == []
    assert artifacts(line.home) == set()


def test_ten_briefs_at_once_are_ten_projects_once(line: Line) -> None:
    inbox = line.home / "inbox"
    for number in range(10):
        put_brief(inbox / f"brief-{number}.json", title=f"Cup number {number}")
    put_brief(inbox / "wrong.json", channel="nowhere")
    taken, rejected = sweep_inbox(line.studio)
    assert sorted(project.title for project in taken) == [f"Cup number {number}" for number in range(10)]
    assert rejected == ["wrong.json"]
    assert len({project.key for project in taken}) == 10
    assert sweep_inbox(line.studio) == ([], [])
    assert len(list((inbox / "taken").iterdir())) == 10
    assert len(artifacts(line.home)) == 1, "the picture all of them name is kept once"
    for project in taken[:2]:
        assert line.film(project.key).findings == ()
        assert film_file(line.home, project.key).stem == project.title
