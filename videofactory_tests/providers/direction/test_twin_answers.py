"""The twin's text models answer well enough to make a film of: every kind of brief passes our own checks at the first answer."""

import pytest

from videofactory.domain.brief import GivenScene
from videofactory.providers.direction.analysis_answer import analysis_of
from videofactory.providers.direction.questions import analysis_question, rewrite_question, script_question
from videofactory.providers.direction.rewrite_answer import rewrite_of
from videofactory.providers.direction.script_answer import script_of
from videofactory.providers.direction.shapes import Unfit
from videofactory.providers.text import Question
from videofactory_tests.providers.direction.material import (
    EMIL,
    IMAGE,
    ONE_COLOUR,
    ROSA,
    rewrite_request,
    script_request,
)
from videofactory_tests.twin.answers import answer_for, spoilt

JAPANESE = "朝六時に開店します。最初の一杯は隣のパン屋さんのために。「おはよう。」と声をかけます。"


def answer(question: Question) -> str:
    return answer_for(question.system, "\n\n".join(turn.text for turn in question.turns if turn.who == "user"), question.schema)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"seconds": None, "scenes": None},
        {"seconds": 60.0, "scenes": None},
        {"seconds": None, "scenes": 7},
        {"seconds": 12.0, "scenes": 1},
        {"seconds": 90.0, "scenes": 40},
        {"language": "de", "text": "Wir öffnen um sechs. Rosa schenkt ein."},
        {"language": "ja", "title": "最初の一杯", "text": JAPANESE * 20},
        {"characters": {ROSA: "Rosa", EMIL: "Emil"}},
        {"given": (GivenScene(narration="One."), GivenScene(narration="Two.")), "seconds": None, "scenes": None},
        {"given": (GivenScene(prompt="dawn", seconds=9.0, characters=("Rosa",)),), "characters": {ROSA: "Rosa"}},
        {"title": "x" * 200, "text": "word " * 4000, "call_to_action": "Come by!"},
    ],
)
def test_a_script_for_any_brief(fields: dict[str, object]) -> None:
    request = script_request(**fields)
    assert script_of(answer(script_question(request)), request=request).scenes


@pytest.mark.parametrize("light", ["yellow", "red"])
@pytest.mark.parametrize("seed", range(5))
def test_a_rewrite_for_any_light(light: str, seed: int) -> None:
    request = rewrite_request(light=light, seed=seed)
    rewrite = rewrite_of(answer(rewrite_question(request)), request=request)
    again = request.model_copy(update={"scene": request.scene.model_copy(update={"prompt": rewrite.prompt}), "seed": seed + 9})
    assert rewrite_of(answer(rewrite_question(again)), request=again).prompt != rewrite.prompt


def test_an_analysis() -> None:
    assert analysis_of(answer(analysis_question(IMAGE)), colours=ONE_COLOUR).invariants


@pytest.mark.parametrize("fault", ["corrupt", "truncated", "black", "wrong_length"])
def test_a_spoilt_answer_is_unfit(fault: str) -> None:
    request = script_request()
    with pytest.raises(Unfit):
        script_of(spoilt(answer(script_question(request)), fault=fault), request=request)
    with pytest.raises(Unfit):
        rewrite_of(spoilt(answer(rewrite_question(rewrite_request())), fault=fault), request=rewrite_request())
