"""A model's rewrite keeps every token and changes the picture; the conversation reaches the model turn by turn."""

import json

import pytest

from videofactory.domain.script import Camera
from videofactory.providers.direction.questions import RED, YELLOW, rewrite_question
from videofactory.providers.direction.rewrite_answer import rewrite_of
from videofactory.providers.direction.shapes import Unfit
from videofactory.providers.roles import Message
from videofactory.providers.text import Turn
from videofactory_tests.providers.direction.material import ROSA, SCENE, rewrite_request, rewritten

SAME = {
    "prompt": SCENE.prompt,
    "camera": SCENE.camera.value,
    "lighting": SCENE.lighting,
    "layout": SCENE.layout.value,
}


def said(who: str, text: str) -> Message:
    return Message.model_validate({"who": who, "text": text})


def test_every_invariant_and_tag_of_the_scene_stays_in_the_prompt() -> None:
    rewrite = rewrite_of(rewritten(), request=rewrite_request())
    assert all(token in rewrite.prompt for token in (*SCENE.invariants, ROSA))
    assert rewrite.camera is Camera.ORBIT
    assert rewrite.reply == "I went closer and made the light golden."


def test_invariants_a_reviewer_took_out_of_the_scene_do_not_come_back() -> None:
    scene = SCENE.model_copy(update={"invariants": (), "characters": ()})
    rewrite = rewrite_of(rewritten(), request=rewrite_request(scene=scene))
    assert rewrite.prompt == json.loads(rewritten())["prompt"]


@pytest.mark.parametrize(
    ("light", "fields", "unfit"),
    [
        ("yellow", SAME, True),
        ("yellow", SAME | {"camera": "tilt_up"}, False),
        ("red", SAME, True),
        ("red", SAME | {"camera": "tilt_up"}, True),
        ("red", {}, False),
    ],
)
def test_a_picture_that_would_come_out_the_same_is_sent_back(light: str, fields: dict[str, str], unfit: bool) -> None:  # noqa: FBT001 - a row of the table
    request = rewrite_request(light=light)
    if not unfit:
        assert rewrite_of(rewritten(**fields), request=request)
        return
    with pytest.raises(Unfit, match="same as before"):
        rewrite_of(rewritten(**fields), request=request)


@pytest.mark.parametrize("fields", [{"reply": " "}, {"prompt": ""}, {"camera": "zoom"}, {"prompt": "手前に赤いカップがある"}])
def test_a_rewrite_without_its_words_is_sent_back(fields: dict[str, str]) -> None:
    with pytest.raises(Unfit):
        rewrite_of(rewritten(**fields), request=rewrite_request())


def test_the_conversation_becomes_turns_and_the_director_knows_brand_and_scene() -> None:
    talk = (said("reviewer", "Warmer, please."), said("director", "Done."), said("reviewer", "And closer."))
    question = rewrite_question(rewrite_request(conversation=talk, language="de"))
    assert question.turns == (Turn("user", "Warmer, please."), Turn("model", "Done."), Turn("user", "And closer."))
    facts = json.loads(question.system.split("<facts>\n")[1].split("\n</facts>")[0])
    assert facts["scene"]["prompt"] == SCENE.prompt
    assert facts["brand"]["subject"] == "red espresso cup on a wooden table"
    assert (facts["light"], facts["language"]) == ("yellow", "de")
    assert (facts["invariants"], facts["characters"]) == (["red glazed cup", "wooden table"], [ROSA])


@pytest.mark.parametrize(
    ("light", "talk", "turns"),
    [
        ("red", (), (("user", RED),)),
        ("yellow", (), (("user", YELLOW),)),
        (
            "red",
            (said("reviewer", "Warmer."), said("director", "Done.")),
            (("user", "Warmer."), ("model", "Done."), ("user", RED)),
        ),
        ("yellow", (said("reviewer", "Warmer."), said("reviewer", "Closer.")), (("user", "Warmer.\n\nCloser."),)),
        ("yellow", (said("director", "Hello."), said("reviewer", "Closer.")), (("user", "Closer."),)),
        ("yellow", (said("reviewer", " "), said("reviewer", "Closer.")), (("user", "Closer."),)),
    ],
)
def test_turns_alternate_begin_and_end_with_the_reviewer(
    light: str, talk: tuple[Message, ...], turns: tuple[tuple[str, str], ...]
) -> None:
    question = rewrite_question(rewrite_request(light=light, conversation=talk))
    assert tuple((turn.who, turn.text) for turn in question.turns) == turns


def test_another_take_of_a_red_light_asks_for_another_idea() -> None:
    first, second = (rewrite_question(rewrite_request(light="red", seed=seed)) for seed in (1, 2))
    assert first.system != second.system
