"""A model's script is used only when it holds every rule; what is given stays to the letter, whatever the model wrote."""

import re

import pytest

from videofactory.domain.brief import GivenScene
from videofactory.domain.script import UNROUTED, Camera, Layout, Script, Transition
from videofactory.domain.script_checks import script_findings
from videofactory.providers.direction.script_answer import script_of
from videofactory.providers.direction.shapes import Unfit
from videofactory.providers.roles import ScriptRequest
from videofactory_tests.providers.direction.material import BRAND, EMIL, ROSA, script_request, written, written_scene


def problems_of(text: str, request: ScriptRequest) -> str:
    with pytest.raises(Unfit) as caught:
        script_of(text, request=request)
    return "\n".join(caught.value.problems)


def findings(script: Script, request: ScriptRequest) -> tuple[str, ...]:
    own = {f"scene-{number:02d}" for number, one in enumerate(request.given, start=1) if one.prompt is not None}
    return script_findings(
        script,
        asked_seconds=request.seconds,
        asked_scenes=request.scenes,
        invariants=BRAND.invariants,
        own_prompts=own,
    )


def test_a_plain_answer_becomes_a_script_that_passes_the_check() -> None:
    request = script_request()
    script = script_of(written(), request=request)
    assert findings(script, request) == ()
    assert [scene.id for scene in script.scenes] == ["scene-01", "scene-02", "scene-03", "scene-04"]
    assert {scene.route for scene in script.scenes} == {UNROUTED}
    assert script.tags == ("coffee", "harbour")
    assert script.language == "en"


def test_every_invariant_is_put_into_every_prompt_that_lacks_it() -> None:
    has_one = written_scene(prompt="A red glazed cup in the rain")
    script = script_of(written(written_scene(), has_one, written_scene(), written_scene()), request=script_request())
    assert all(token in scene.prompt for scene in script.scenes for token in BRAND.invariants)
    assert all(scene.invariants == BRAND.invariants for scene in script.scenes)
    assert script.scenes[1].prompt.count("red glazed cup") == 1


def test_a_character_listed_by_tag_or_name_or_seen_in_the_picture_has_its_tag_in_the_prompt() -> None:
    scenes = (
        written_scene(characters=[ROSA]),
        written_scene(characters=["Emil"]),
        written_scene(prompt="Rosa pours the first cup"),
        written_scene(characters=["character:invented_id:00000000"], prompt="rosaceous cups"),
    )
    script = script_of(written(*scenes), request=script_request(characters={ROSA: "Rosa", EMIL: "Emil"}))
    assert [scene.characters for scene in script.scenes] == [(ROSA,), (EMIL,), (ROSA,), ()]
    assert all(tag in scene.prompt for scene in script.scenes for tag in scene.characters)


def test_given_fields_stay_to_the_letter_whatever_the_model_wrote() -> None:
    whole = GivenScene(
        narration="We open  at six.",
        on_screen_text="6:00 " * 20,
        prompt="dawn, a wooden table",
        camera=Camera.ORBIT,
        lighting="",
        layout=Layout.SPLIT_SCREEN,
        sound="",
        seconds=7.3,
        transition=Transition.FADE_BLACK,
        engine="luma",
        characters=("Rosa",),
        last_frame=True,
        own_sound=True,
    )
    silent = GivenScene(narration="", characters=())
    request = script_request(given=(whole, silent), characters={ROSA: "Rosa"})
    named = [written_scene(characters=[ROSA]) for _ in range(4)]
    first, second, *rest = script_of(written(*named), request=request).scenes
    kept = whole.model_dump(exclude={"engine", "characters"})
    assert {name: first.model_dump()[name] for name in kept} == kept
    assert (first.route.engine, first.characters) == ("luma", (ROSA,))
    assert first.invariants == ("wooden table",)
    assert (second.narration, second.characters) == ("", ())
    assert [scene.narration for scene in rest] == ["We open at six."] * 2


@pytest.mark.parametrize("field", sorted(set(GivenScene.model_fields) - {"engine", "characters"}))
def test_each_given_field_alone_wins(field: str) -> None:
    values: dict[str, object] = {
        "narration": "Ours.",
        "on_screen_text": "Ours",
        "prompt": "Ours",
        "camera": Camera.TILT_UP,
        "lighting": "ours",
        "layout": Layout.COMPOSITE,
        "sound": "ours",
        "seconds": 4.4,
        "transition": Transition.FADE_BLACK,
        "last_frame": True,
        "own_sound": True,
    }
    script = script_of(written(), request=script_request(given=(GivenScene.model_validate({field: values[field]}),)))
    assert getattr(script.scenes[0], field) == values[field]


def test_a_film_that_misses_its_length_is_stretched_or_tightened() -> None:
    for planned in (2.0, 9.0):
        scenes = [written_scene(seconds=planned) for _ in range(4)]
        assert script_of(written(*scenes), request=script_request()).seconds == pytest.approx(20.0)


def test_a_film_within_a_tenth_keeps_the_models_rhythm() -> None:
    rhythm = [4.0, 6.0, 3.0, 8.5]
    script = script_of(written(*(written_scene(seconds=length) for length in rhythm)), request=script_request())
    assert [scene.seconds for scene in script.scenes] == rhythm


def test_a_scene_whose_words_cannot_be_followed_gets_the_seconds_it_needs() -> None:
    dense = written_scene(narration="one two three four five six seven eight nine ten", seconds=1.0)
    request = script_request()
    script = script_of(written(dense, *(written_scene(seconds=6.0) for _ in range(3))), request=request)
    assert script.scenes[0].seconds >= 10 / 3.2
    assert findings(script, request) == ()


def test_more_words_than_the_film_holds_are_sent_back() -> None:
    flood = written_scene(narration="word " * 40)
    assert "were asked for" in problems_of(written(*([flood] * 4)), script_request())


@pytest.mark.parametrize("number", [1, 3, 5])
def test_another_number_of_scenes_than_asked_is_sent_back(number: int) -> None:
    text = written(*(written_scene() for _ in range(number)))
    assert "exactly 4 are asked for" in problems_of(text, script_request())


def test_without_an_asked_number_there_are_at_least_the_given_scenes() -> None:
    given = (GivenScene(prompt="dawn"), GivenScene(prompt="noon"), GivenScene(prompt="dusk"))
    request = script_request(scenes=None, seconds=None, given=given)
    assert "3 to 60 are asked for" in problems_of(written(written_scene()), request)
    assert len(script_of(written(), request=request).scenes) == 4


def test_a_whole_given_script_gets_no_further_scenes() -> None:
    given = (GivenScene(narration="One line."), GivenScene(narration="Two lines."))
    request = script_request(scenes=None, seconds=None, given=given)
    assert "exactly 2" in problems_of(written(), request)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"title": ""}, "title is empty"),
        ({"title": "x" * 101}, "101 characters"),
        ({"description": " "}, "description is empty"),
        ({"music": ""}, "music is empty"),
    ],
)
def test_a_film_without_its_words_is_sent_back(fields: dict[str, str], words: str) -> None:
    assert words in problems_of(written(**fields), script_request())


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"camera": "dolly_zoom"}, r"scenes\.0\.camera: Input should be 'static', .*got \"dolly_zoom\""),
        ({"layout": "triptych"}, r"scenes\.0\.layout"),
        ({"transition": "dissolve"}, r"scenes\.0\.transition"),
        ({"seconds": "long"}, r"scenes\.0\.seconds"),
        ({"seconds": float("nan")}, r"scenes\.0\.seconds"),
        ({"prompt": " "}, r"scenes\.0\.prompt is empty"),
        ({"on_screen_text": "x" * 61}, r"61 characters: shorten it to at most 40"),
        ({"prompt": "夜明けの港、手前に赤いカップ、柔らかな霧"}, "not in English"),
    ],
)
def test_a_scene_that_breaks_the_rules_is_sent_back_with_the_place(fields: dict[str, object], words: str) -> None:
    text = written(written_scene(**fields), written_scene(), written_scene(), written_scene())
    assert re.search(words, problems_of(text, script_request()))


def test_a_film_without_a_word_is_sent_back_unless_the_brief_wants_it_so() -> None:
    mute = written(*(written_scene(narration="") for _ in range(4)))
    assert "No scene speaks" in problems_of(mute, script_request())
    silent = script_request(given=tuple(GivenScene(narration="") for _ in range(4)))
    assert {scene.narration for scene in script_of(mute, request=silent).scenes} == {""}


def test_all_problems_are_told_at_once() -> None:
    told = problems_of(written(written_scene(on_screen_text="x" * 70), title="", music=""), script_request())
    assert len(told.splitlines()) == 4


@pytest.mark.parametrize("text", ["", "Sure! Here it is.", '{"title": "x"', "[]", "null"])
def test_what_is_no_object_is_sent_back(text: str) -> None:
    assert problems_of(text, script_request())


def test_a_fenced_answer_with_fields_nobody_asked_for_is_read() -> None:
    text = written(thoughts="I like it")
    assert script_of(f"```json\n{text}\n```", request=script_request()) == script_of(written(), request=script_request())


def test_control_characters_do_not_get_into_the_film() -> None:
    text = written(*(written_scene(narration="We\0 open\x1b at six.") for _ in range(4)))
    assert {scene.narration for scene in script_of(text, request=script_request()).scenes} == {"We open at six."}


def test_the_channels_call_to_action_is_kept_to_the_letter() -> None:
    assert script_of(written(), request=script_request(call_to_action="Come by!")).call_to_action == "Come by!"
    assert script_of(written(), request=script_request()).call_to_action == "Come by."


def test_the_film_begins_with_a_cut_unless_the_brief_says_otherwise() -> None:
    assert script_of(written(), request=script_request()).scenes[0].transition is Transition.CUT


@pytest.mark.parametrize(
    "given",
    [
        GivenScene(narration="far too many words for so short a scene", seconds=1.0),
        GivenScene(narration="word " * 300),
        GivenScene(prompt="a picture without the tag", characters=("Rosa",)),
        GivenScene(seconds=50.0),
    ],
)
def test_what_the_brief_itself_makes_impossible_is_not_asked_of_the_model(given: GivenScene) -> None:
    request = script_request(given=(given,), characters={ROSA: "Rosa"})
    assert len(script_of(written(), request=request).scenes) == 4


def test_japanese_narration_is_asked_for_and_english_sent_back() -> None:
    request = script_request(language="ja")
    assert "not in the film's language (ja)" in problems_of(written(), request)
    spoken = [written_scene(narration="朝六時に開店します。") for _ in range(4)]
    assert script_of(written(*spoken), request=request).language == "ja"
    assert script_of(written(), request=script_request(language="ja-Latn")).scenes
