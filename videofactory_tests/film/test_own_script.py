"""A brief that brings its own script, whole or in part: what is given is kept to the letter, the rest is filled in."""

from videofactory.domain.script import MAX_WORDS_PER_SECOND, Camera, Scene, Transition
from videofactory.studio.material import ScriptVersion
from videofactory_tests.film.line import Line

WHOLE: tuple[dict[str, object], ...] = (
    {
        "narration": "We open at six: “quietly”.",
        "on_screen_text": "06:00 – open",
        "prompt": "dawn, empty street, warm window, 35 mm; nobody (yet)",
        "camera": "tilt_up",
        "lighting": "blue hour",
        "layout": "split_screen",
        "sound": "a shutter going up",
        "seconds": 3.5,
        "transition": "cut",
    },
    {
        "narration": "",
        "on_screen_text": "",
        "prompt": "two cups, seen from above",
        "camera": "static",
        "lighting": "one bulb",
        "layout": "single",
        "sound": "",
        "seconds": 2,
        "transition": "fade_black",
    },
)
PARTS: tuple[dict[str, object], ...] = (
    {"narration": "First come the bakers."},
    {"prompt": "steam over a cup, close"},
    {"seconds": 4.5, "camera": "orbit"},
    {"on_screen_text": "Tonight: jazz", "transition": "cut"},
)


def scenes_of(line: Line, **fields: object) -> tuple[Scene, ...]:
    project = line.take_in(**fields)
    line.develop(project)
    version = line.read("script", project, ScriptVersion)
    assert version.findings == ()
    return version.script.scenes


def require_letters(scenes: tuple[Scene, ...], given: tuple[dict[str, object], ...]) -> None:
    for scene, wanted in zip(scenes, given, strict=True):
        assert {name: getattr(scene, name) for name in wanted} == wanted


def test_a_whole_script_is_kept_to_the_letter(line: Line) -> None:
    scenes = scenes_of(line, script=list(WHOLE), scenes=2)
    require_letters(scenes, WHOLE)
    assert [scene.id for scene in scenes] == ["scene-01", "scene-02"]


def test_parts_are_kept_and_the_rest_is_filled_in(line: Line) -> None:
    scenes = scenes_of(line, script=list(PARTS), scenes=5, seconds=20)
    require_letters(scenes[:4], PARTS)
    assert len(scenes) == 5
    assert abs(sum(scene.seconds for scene in scenes) - 20) <= 2
    for scene in scenes:
        assert scene.prompt
        assert scene.lighting
        assert scene.words <= scene.seconds * MAX_WORDS_PER_SECOND
        assert scene.camera in Camera
        assert scene.transition in Transition
    assert any(scene.narration for scene in scenes[1:]), "the director speaks where the brief is silent about the words"


def test_a_given_picture_keeps_its_words_beside_a_given_character(line: Line) -> None:
    """The tag by which engines keep one face is added after the writer's own words."""
    prompt = "somebody behind the counter, seen through the window"
    script = [{"prompt": prompt, "characters": ["Mia"], "seconds": 2}, {"narration": "Come in.", "seconds": 2}]
    scene = scenes_of(line, script=script, characters=[{"name": "Mia", "description": "a barista"}])[0]
    assert scene.prompt.startswith(prompt)
    assert scene.characters[0] in scene.prompt
