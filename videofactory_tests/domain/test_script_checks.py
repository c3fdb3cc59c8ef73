"""The rules of the script check: each broken rule is found, and a good script has no findings."""

from functools import partial

import pytest

from videofactory.domain.script import Route, Scene, Script
from videofactory.domain.script_checks import script_findings, spoken_words

INVARIANT = "red glazed cup"
ROUTE = Route(engine="embedded", reason="test")


def _scene(number: int = 1, **fields: object) -> Scene:
    plain = {
        "id": f"scene-{number:02d}",
        "narration": "We open at six.",
        "prompt": f"Close-up. Keep unchanged: {INVARIANT}.",
        "invariants": (INVARIANT,),
        "seconds": 5.0,
        "route": ROUTE,
    }
    return Scene.model_validate(plain | fields)


def _script(*scenes: Scene, title: str = "The first cup") -> Script:
    return Script(title=title, description="", scenes=scenes)


def _findings(script: Script, *, seconds: float | None = None, scenes: int | None = None) -> tuple[str, ...]:
    return script_findings(script, asked_seconds=seconds, asked_scenes=scenes, invariants=(INVARIANT,))


def test_a_good_script_has_no_findings() -> None:
    assert _findings(_script(_scene(1), _scene(2)), seconds=10.9, scenes=2) == ()


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (_script(_scene(1, seconds=10.0)), "1 scenes, 2 were asked for"),
        (_script(_scene(1), _scene(2, seconds=3.0)), "last 8.0 s, 10.0 s"),
        (_script(_scene(1), _scene(2, narration="word " * 17)), "speaks 17 words in 5.0 s"),
        (_script(_scene(1), _scene(2, narration="朝六時に開店します最初の一杯は隣のパン屋さんのために" * 2)), "scene-02 speaks"),
        (_script(_scene(1), _scene(2, prompt="Close-up.")), "lacks the invariant 'red glazed cup'"),
        (_script(_scene(1), _scene(2, invariants=())), "does not list the invariant"),
        (_script(_scene(1), _scene(2, characters=("character:rosa_id:12345678",))), "lacks the character tag"),
        (_script(_scene(1), _scene(2), title="x" * 101), "title has 101 characters"),
        (_script(_scene(1), _scene(2), title="  "), "no title"),
    ],
)
def test_every_broken_rule_is_found(script: Script, words: str) -> None:
    findings = _findings(script, seconds=10.0, scenes=2)
    assert len(findings) == 1
    assert words in findings[0]


def test_scenes_after_a_reorder_or_a_drop_are_no_finding() -> None:
    assert _findings(_script(_scene(3), _scene(1)), seconds=10.0, scenes=2) == ()


def test_a_prompt_the_brief_gives_needs_only_the_invariants_it_lists() -> None:
    own = _scene(1, prompt="dawn", invariants=())
    check = partial(script_findings, asked_seconds=None, asked_scenes=None, invariants=(INVARIANT,))
    assert check(_script(own, _scene(2)), own_prompts={"scene-01"}) == ()
    assert check(_script(own, _scene(2)), own_prompts=frozenset())


def test_words_are_counted_by_speaking_time() -> None:
    assert spoken_words("The first cup, for you.") == 5
    assert spoken_words("") == 0
    assert spoken_words("最初の一杯は隣のパン屋") == pytest.approx(11 / 2.2)
    assert spoken_words("コーヒー と Harbour") > 3
    assert spoken_words("กาแฟแก้วแรก") == pytest.approx(11 / 4.5)
    assert spoken_words("x" * 120) == pytest.approx(10)
