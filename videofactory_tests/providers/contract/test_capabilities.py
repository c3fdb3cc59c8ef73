"""What the registry says of a model is true: its keys, prices, lengths, capabilities and its end."""

from pathlib import Path

import pytest

from videofactory.domain.errors import EngineRejected
from videofactory.providers.registry import Model, registry
from videofactory_tests.providers.contract.scenes import CUP, LAST, SCENE, SEED, numbers_in, pictures_in, settings_in
from videofactory_tests.providers.contract.stage import TODAY, Case, Services, Stage, everybody, video

PICTURES = {"first_frame": SCENE.first_frame, "last_frame": LAST, "references": CUP}
WISHES: dict[str, dict[str, object]] = {"last_frame": {"last_frame": LAST}, "references": {"references": (CUP,)}}
RETIRED = [model for model in registry().models if model.retired(TODAY)]


@everybody
def test_casting_builds_it_with_the_keys_the_registry_names(stage: Stage) -> None:
    casting, model = stage.casting, stage.case.model
    built = casting.build(model, casting.settings.keys)
    assert (built.id, built.model, built.metered) == (model.engine, model.id, True)
    assert built.identity == stage.engine().identity
    for name in stage.case.keys:
        assert not casting.configured(model, {**casting.settings.keys, name: ""})


@video
@pytest.mark.parametrize("wish", WISHES)
def test_it_is_sent_the_picture_it_can_use_and_no_other(stage: Stage, wish: str) -> None:
    engine = stage.engine()
    receipt = stage.send(engine, SCENE.model_copy(update=WISHES[wish]))
    sent = pictures_in(stage.sent(), stage.twin)
    used = {name for name, artifact in PICTURES.items() if stage.shelf(artifact).read_bytes() in sent}
    assert used == {"first_frame", wish} & stage.case.model.can
    if wish not in used:
        assert stage.finished(engine, receipt).remarks, "a person should see that a wish was left out"


@video
def test_of_pictures_it_cannot_use_together_one_is_left_out_with_a_remark(stage: Stage) -> None:
    engine = stage.engine()
    receipt = stage.send(engine, SCENE.model_copy(update=WISHES["last_frame"] | WISHES["references"]))
    sent = pictures_in(stage.sent(), stage.twin)
    used = {name for name, artifact in PICTURES.items() if stage.shelf(artifact).read_bytes() in sent}
    assert used <= stage.case.model.can
    assert used == PICTURES.keys() or stage.finished(engine, receipt).remarks


@video
def test_a_sound_of_its_own_is_asked_for_or_left_out_with_a_remark(stage: Stage) -> None:
    engine, loud = stage.engine(), SCENE.model_copy(update={"own_sound": True})
    stage.send(engine, SCENE)
    silent = settings_in(stage.sent())
    receipt = stage.send(engine, loud)
    if "native_audio" not in stage.case.model.can:
        assert settings_in(stage.sent()) == silent
        assert stage.finished(engine, receipt).remarks, "a person should see that a wish was left out"
    elif engine.price(loud) > engine.price(SCENE):
        assert settings_in(stage.sent()) != silent


@everybody
def test_it_is_sent_the_seed_where_it_can_use_one(stage: Stage) -> None:
    stage.send(stage.engine())
    seeded = str(SEED) in numbers_in(stage.sent())
    assert seeded == ("seed" in stage.case.model.can)


@video
def test_it_sells_a_length_that_is_long_enough(stage: Stage) -> None:
    engine = stage.engine()
    lengths = stage.case.model.lengths
    assert [engine.sold_seconds(length) for length in lengths] == list(lengths)  # type: ignore[attr-defined]
    with pytest.raises(EngineRejected, match="Shorten"):
        engine.price(SCENE.model_copy(update={"seconds": max(lengths) + 1}))


@pytest.mark.parametrize("model", RETIRED, ids=lambda model: f"{model.role}-{model.id}")
def test_who_has_ended_is_refused_for_free_with_a_successor(model: Model, twin: Services, tmp_path: Path) -> None:
    twin.forget()
    keys = model.keys or registry().providers[model.provider].keys[0]
    cast = Stage(Case(model, keys), twin=twin, folder=tmp_path, waits=[]).casting.cast("harbour")
    roster = {"director": cast.directors, "analyst": cast.analysts, "stills": cast.stills, "video": cast.video}[model.role]
    with pytest.raises(EngineRejected, match="ended on") as caught:
        roster[model.id]
    assert model.successor in caught.value.remedy
    assert model.id not in list(roster)
    assert twin.world.asked == []
