"""Yellow follows the reviewer's words and the whole conversation; red is a new idea; tokens always stay."""

from pathlib import Path

import pytest

from videofactory.domain.brand import BrandAnalysis, Scores, Swatch
from videofactory.domain.footage import Box
from videofactory.domain.script import Camera, Layout, Route, Scene, SceneRewrite
from videofactory.providers.embedded.director import EmbeddedDirector
from videofactory.providers.roles import Delivered, Message, RewriteRequest

TAG = "character:rosa_id:12345678"
PROMPT = (
    "Medium shot of a red espresso cup, 50 mm lens, subject in the centre. Natural window light. "
    f"Keep unchanged: red glazed cup. Featuring {TAG}."
)
SCENE = Scene(
    id="scene-02",
    narration="The first cup is for the baker next door.",
    prompt=PROMPT,
    camera=Camera.PUSH_IN,
    lighting="soft cool daylight, long shadows",
    invariants=("red glazed cup",),
    characters=(TAG,),
    seconds=5.0,
    route=Route(engine="embedded", reason="test"),
)
BRAND = BrandAnalysis(
    palette=(Swatch(hex="#6b3f1d", share=1.0),),
    mood="warm",
    subject="red espresso cup",
    essence="warm wood",
    invariants=("red glazed cup",),
    scores=Scores(physics=0.2, vibe=0.6, logic=0.1, integrity=0.9),
    focus=Box(x=0.1, y=0.1, width=0.5, height=0.5),
)


def _rewrite(*words: str, light: str = "yellow", seed: int = 1, language: str = "en", scene: Scene = SCENE) -> SceneRewrite:
    conversation = tuple(Message(who="reviewer", text=text) for text in words)
    request = RewriteRequest.model_validate(
        {
            "scene": scene,
            "brand": BRAND,
            "style_prompt": "natural light",
            "light": light,
            "conversation": conversation,
            "language": language,
            "seed": seed,
        }
    )
    receipt = EmbeddedDirector().submit(request, shelf=lambda _: Path(), token="t")  # noqa: S106 - our own id, no secret
    assert isinstance(receipt, Delivered)
    return SceneRewrite.model_validate_json(receipt.files["rewrite"].content)


def test_warmer_replaces_what_is_cool_and_leaves_the_rest() -> None:
    new = _rewrite("warmer")
    assert new.lighting == "long shadows, warmer golden tone"
    assert (new.camera, new.layout) == (SCENE.camera, SCENE.layout)
    assert new.prompt == f"{PROMPT}\nThe reviewer asks: “warmer”"
    assert new.reply == "I have made the light warmer; everything else stays."


@pytest.mark.parametrize(
    ("words", "light"),
    [
        ("not so warm", "cooler"),
        ("Less bright, please", "darker"),
        ("It is too dark", "brighter"),
        ("the light is not warm enough", "warmer"),
        ("weniger hell", "darker"),
        ("viel zu dunkel!", "brighter"),
        ("bitte wärmer", "warmer"),
        ("softer", "softer"),
        ("mehr Kontrast", "strong contrast"),
        ("at night", "night"),
    ],
)
def test_light_words_and_their_denials(words: str, light: str) -> None:
    assert light in _rewrite(words).lighting


@pytest.mark.parametrize(
    ("words", "camera"),
    [
        ("keep it static", Camera.STATIC),
        ("pan left", Camera.PAN_LEFT),
        ("nach rechts schwenken", Camera.PAN_RIGHT),
        ("zoom out please", Camera.PULL_OUT),
        ("no pan left", Camera.STATIC),
        ("keine Bewegung", Camera.STATIC),
    ],
)
def test_camera_words(words: str, camera: Camera) -> None:
    new = _rewrite(words)
    assert new.camera is camera
    assert "subject in the centre" in new.prompt


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("closer", "Close-up of a red espresso cup, 85 mm lens"),
        ("too close", "Wide establishing shot of"),
        ("näher ran", "Close-up of"),
        ("put it on the left", "subject on the left third"),
        ("von oben", "top view"),
        ("no people", "no people in the picture"),
        ("ohne Menschen", "no people in the picture"),
        ("more people", "people in the picture, natural"),
        ("sparkle like a star", "“sparkle like a star”"),
    ],
)
def test_picture_words(words: str, part: str) -> None:
    assert part in _rewrite(words).prompt


def test_split_screen_and_back() -> None:
    assert _rewrite("split screen").layout is Layout.SPLIT_SCREEN
    assert _rewrite("split screen", "no split screen").layout is Layout.SINGLE


def test_later_words_win_and_earlier_ones_still_hold() -> None:
    first = _rewrite("warmer, from above")
    scene = SCENE.model_copy(update=first.model_dump(exclude={"reply"}))
    second = _rewrite("warmer, from above", "too warm, and closer", scene=scene)
    assert "cooler" in second.lighting
    assert "warmer" not in second.lighting
    assert second.prompt.startswith("Close-up of")
    assert second.prompt.count("top view") == 1
    assert second.prompt.count("The reviewer asks:") == 1
    assert "“too warm, and closer”; before that: “warmer, from above”" in second.prompt
    assert "above" not in second.reply


def test_closer_again_goes_into_the_detail_but_an_old_closer_does_not_repeat() -> None:
    near = SCENE.model_copy(update={"prompt": _rewrite("closer").prompt})
    assert _rewrite("closer", "closer", scene=near).prompt.startswith("Macro detail")
    assert _rewrite("closer", "brighter", scene=near).prompt.startswith("Close-up")


def test_the_reply_speaks_the_channels_language() -> None:
    assert _rewrite("wärmer", language="de").reply == "Ich habe das Licht wärmer gemacht; alles andere bleibt."
    assert "„mehr Glitzer“" in _rewrite("mehr Glitzer", language="de-AT").reply


def test_a_reviewers_words_are_cleaned_and_bounded() -> None:
    prompt = _rewrite("a\nb <b>c</b>\0 " + "x" * 3000, "the newest words").prompt
    assert "\0" not in prompt
    assert prompt.count("\n") == 1
    assert "“the newest words”" in prompt
    assert len(prompt) < len(PROMPT) + 1100


def test_red_is_a_new_idea_and_two_seeds_differ() -> None:
    one, two = _rewrite(light="red", seed=1), _rewrite(light="red", seed=2)
    assert one.prompt != two.prompt
    for new in (one, two):
        assert new.prompt != SCENE.prompt
        assert not new.prompt.startswith("Medium shot")
        assert new.camera is not SCENE.camera
        assert new.lighting != SCENE.lighting


@pytest.mark.parametrize("light", ["yellow", "red"])
def test_invariants_and_tags_stay_even_where_the_old_prompt_lost_them(light: str) -> None:
    prompt = _rewrite("closer", light=light, scene=SCENE.model_copy(update={"prompt": "dawn"})).prompt
    assert "red glazed cup" in prompt
    assert TAG in prompt
    assert "“closer”" in prompt


def test_the_same_request_gives_the_same_rewrite() -> None:
    assert _rewrite("warmer", light="red") == _rewrite("warmer", light="red")
