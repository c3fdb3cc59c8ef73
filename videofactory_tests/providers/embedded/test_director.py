"""The embedded director writes scripts that hold every rule, keep what is given, and lose or repeat no sentence."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from videofactory.domain.brand import BrandAnalysis, Scores, Swatch
from videofactory.domain.brief import GivenScene
from videofactory.domain.footage import Box
from videofactory.domain.script import UNROUTED, Camera, Layout, Script, Transition
from videofactory.domain.script_checks import script_findings, spoken_words
from videofactory.providers.embedded.director import EmbeddedDirector
from videofactory.providers.roles import Delivered, ScriptRequest

BRAND = BrandAnalysis(
    palette=(Swatch(hex="#6b3f1d", share=1.0),),
    mood="warm, intimate",
    subject="red espresso cup on a wooden table",
    essence="warm wood and red porcelain",
    invariants=("red glazed cup", "wooden table"),
    scores=Scores(physics=0.2, vibe=0.6, logic=0.1, integrity=0.9),
    focus=Box(x=0.1, y=0.1, width=0.5, height=0.5),
)
COFFEE = "We open at six. The first cup is for the baker next door."
LONG = (
    "Harbour Coffee roasts in a boat shed at the old port. Every week 120 kilos of green beans arrive from four farms, and "
    "each sack carries the grower's name. We roast slowly, because a hurried bean tastes of smoke. Why do people walk across "
    "town for it? They come for the crema, the light and for Rosa. Batch number {n} is already in the drum. "
)
ROSA = "character:rosa_id:12345678"


def _request(**fields: object) -> ScriptRequest:
    plain: dict[str, object] = {
        "title": "The first cup",
        "text": COFFEE,
        "channel_name": "Harbour Coffee",
        "language": "en",
        "brand": BRAND,
        "style_prompt": "natural window light",
    }
    return ScriptRequest.model_validate(plain | fields)


def _bytes(request: ScriptRequest) -> bytes:
    receipt = EmbeddedDirector().submit(request, shelf=lambda _: Path(), token="t")  # noqa: S106 - our own id for the call, no secret
    assert isinstance(receipt, Delivered)
    return receipt.files["script"].content


def _write(request: ScriptRequest) -> Script:
    return Script.model_validate_json(_bytes(request))


def _findings(request: ScriptRequest, script: Script) -> tuple[str, ...]:
    scenes = None if request.scenes is None else max(request.scenes, len(request.given))
    own = {f"scene-{n + 1:02d}" for n, one in enumerate(request.given) if one.prompt is not None}
    return script_findings(
        script, asked_seconds=request.seconds, asked_scenes=scenes, invariants=request.brand.invariants, own_prompts=own
    )


def _spoken(script: Script) -> list[str]:
    return [scene.narration for scene in script.scenes if scene.narration]


def test_the_coffee_brief_becomes_four_scenes_of_thirty_seconds() -> None:
    request = _request(seconds=30.0, scenes=4)
    script = _write(request)
    assert _findings(request, script) == ()
    assert _spoken(script)[:2] == ["We open at six.", "The first cup is for the baker next door."]
    assert script.scenes[0].on_screen_text == "The first cup"
    assert "Harbour Coffee" in script.scenes[-1].narration
    assert script.seconds == pytest.approx(30.0)
    assert {scene.route for scene in script.scenes} == {UNROUTED}


def test_a_channels_own_call_to_action_ends_the_film() -> None:
    script = _write(_request(call_to_action="Come by before seven"))
    assert script.call_to_action == "Come by before seven."
    assert script.scenes[-1].narration == "Come by before seven."


@pytest.mark.parametrize(
    ("language", "title", "text"),
    [
        ("en", "Slow roast", "".join(LONG.format(n=n) for n in range(14))[:5000]),
        ("en", "Bread", "Our bread rises for two days, bakes at dawn in a wood-fired oven, and is sold by noon."),
        ("de", "Die erste Tasse", "Wir öffnen um 6. Am 3. Oktober feiern wir, z.B. mit 50 % Rabatt. Kommen Sie vorbei!"),
        ("ar", "الكوب الأول", "نفتح في السادسة صباحا. الكوب الأول للخباز المجاور؟ نعم، كل يوم."),
        ("ja", "最初の一杯", "朝六時に開店します。最初の一杯は隣のパン屋さんのために。「おはよう。」と声をかけます。" * 20),
        ("th", "กาแฟแก้วแรก", "เราเปิดหกโมงเช้า กาแฟแก้วแรกสำหรับคนทำขนมปังข้างบ้าน"),
        (
            "en",
            "☕ <b>Menu</b>",
            "<ul><li>Fresh bread</li><li>“Real” coffee: 100 % arabica</li></ul>\n- No plastic 🎉\n- Dogs welcome",
        ),
        ("xx", "?", "…"),
    ],
)
@pytest.mark.parametrize(("seconds", "scenes"), [(30.0, None), (60.0, None), (None, None), (None, 40), (90.0, 40), (12.0, 1)])
def test_briefs_of_all_kinds_pass_the_script_check(
    language: str, title: str, text: str, seconds: float | None, scenes: int | None
) -> None:
    request = _request(language=language, title=title, text=text, seconds=seconds, scenes=scenes)
    script = _write(request)
    assert _findings(request, script) == ()
    lines = _spoken(script)
    assert len(set(lines)) == len(lines)
    assert all(len(scene.on_screen_text) <= 40 for scene in script.scenes)
    assert len(script.tags) <= 15
    assert sum(map(len, script.tags)) <= 400


def test_a_long_brief_is_condensed_to_whole_sentences_in_order() -> None:
    text = "".join(LONG.format(n=n) for n in range(14))
    spoken = " ".join(_spoken(_write(_request(text=text, seconds=30.0)))[:-1])
    assert spoken_words(spoken) > 40
    said = [sentence for sentence in spoken.replace("?", "?|").replace(".", ".|").split("|") if sentence.strip()]
    places = [text.index(sentence.strip()) for sentence in said]
    assert places == sorted(places)


def test_given_fields_stay_to_the_letter_and_the_rest_is_completed() -> None:
    own = GivenScene(
        narration="We open  at six.", prompt="dawn, a wooden table", seconds=5.0, camera=Camera.ORBIT, engine="luma", sound=""
    )
    silent = GivenScene(narration="", characters=("Rosa",), on_screen_text="", transition=Transition.CUT, layout=Layout.COMPOSITE)
    request = _request(seconds=30.0, scenes=4, given=(own, silent), characters={ROSA: "Rosa"})
    first, second, *rest = _write(request).scenes
    assert (first.narration, first.prompt, first.seconds, first.camera) == (own.narration, own.prompt, 5.0, Camera.ORBIT)
    assert first.sound == ""
    assert first.invariants == ("wooden table",)
    assert (first.route.engine, first.route.reason) == ("luma", "the brief names it")
    assert (second.narration, second.on_screen_text, second.layout) == ("", "", Layout.COMPOSITE)
    assert second.characters == (ROSA,)
    assert ROSA in second.prompt
    assert len(rest) == 2
    assert all("We open at six." not in scene.narration for scene in rest)
    assert any("baker next door" in scene.narration for scene in rest)


def test_more_given_scenes_than_asked_win() -> None:
    given_scenes = tuple(GivenScene(narration=f"Line {n}.") for n in range(5))
    assert len(_write(_request(scenes=2, given=given_scenes)).scenes) == 5


def test_a_whole_given_script_gets_no_further_scenes() -> None:
    given_scenes = (GivenScene(narration="One line."), GivenScene(narration="Two lines."))
    assert [scene.narration for scene in _write(_request(given=given_scenes)).scenes] == ["One line.", "Two lines."]


def test_a_character_appears_where_it_is_named_and_everywhere_if_it_never_is() -> None:
    emil = "character:emil_id:87654321"
    script = _write(
        _request(text="Rosa opens the door. The cups are rosaceous.", scenes=3, characters={ROSA: "Rosa", emil: "Emil"})
    )
    assert script.scenes[0].characters == (ROSA, emil)
    assert script.scenes[1].characters == (emil,)
    assert all(tag in scene.prompt for scene in script.scenes for tag in scene.characters)


def test_the_camera_never_does_the_same_twice_running_and_scene_one_is_cut_in() -> None:
    script = _write(_request(text=LONG, seconds=120.0, scenes=24))
    moves = [scene.camera for scene in script.scenes]
    assert all(before is not after for before, after in pairwise(moves))
    assert script.scenes[0].transition is Transition.CUT
    calm = {Transition.CUT, Transition.CROSSFADE, Transition.FADE_BLACK}
    assert {scene.transition for scene in script.scenes} == calm, "wipes and slides are for people to ask for"


def test_the_same_request_gives_the_same_bytes_and_another_seed_another_film() -> None:
    assert _bytes(_request(seed=3)) == _bytes(_request(seed=3))
    assert _write(_request(seed=3)).scenes[0].prompt != _write(_request(seed=4)).scenes[0].prompt


def test_what_is_denied_is_not_put_into_the_picture() -> None:
    script = _write(_request(text="We never use plastic lids. The cups are red porcelain."))
    assert not any("plastic" in scene.prompt for scene in script.scenes)


_SENTENCES = st.lists(
    st.sampled_from([COFFEE, LONG, "朝六時に開店します。", "No\n- list: “x”, 3.5 % …", "a" * 90, "<b>!</b>"]),
    min_size=1,
    max_size=12,
)
_GIVEN = st.builds(
    GivenScene,
    narration=st.none() | st.sampled_from(["", "We open at six.", "Two words"]),
    prompt=st.none() | st.just("dawn"),
    camera=st.none() | st.sampled_from(Camera),
    seconds=st.none() | st.just(3.0),
)


@settings(max_examples=60, deadline=None)
@given(
    text=st.text(min_size=1, max_size=400) | _SENTENCES.map(" ".join),
    scenes=st.none() | st.integers(1, 40),
    seconds=st.none() | st.integers(10, 300),
    given_scenes=st.lists(_GIVEN, max_size=3),
    language=st.sampled_from(["en", "de", "ja", "ar", "xx"]),
)
def test_any_text_gives_a_script_without_findings_where_the_wish_is_feasible(
    text: str, scenes: int | None, seconds: int | None, given_scenes: list[GivenScene], language: str
) -> None:
    request = _request(text=text, scenes=scenes, seconds=seconds, given=tuple(given_scenes), language=language)
    script = _write(request)
    for scene, own in zip(script.scenes, given_scenes, strict=False):
        kept = own.model_dump(exclude_none=True)
        assert {name: value for name, value in scene.model_dump().items() if name in kept} == kept
    fixed = sum(one.seconds or 0 for one in given_scenes)
    loose = len(script.scenes) - sum(one.seconds is not None for one in given_scenes)
    need = fixed + max(loose, sum(spoken_words(one.narration or "") / 2 + 1 for one in given_scenes if not one.seconds) + loose)
    if seconds is None or need <= seconds <= fixed + 60 * loose:
        assert _findings(request, script) == ()


def test_the_shot_alone_says_where_the_subject_stands() -> None:
    brand = BRAND.model_copy(update={"subject": "a red cup in the centre on a copper ground"})
    assert all("of a red cup on a copper ground, " in scene.prompt for scene in _write(_request(brand=brand)).scenes)


def test_the_channels_name_is_not_drawn_into_the_closing_picture() -> None:
    assert "Harbour" not in _write(_request()).scenes[-1].prompt
