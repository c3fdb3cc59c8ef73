"""What holds of pictures by FLUX: shapes and prices within bounds, brand pictures brought along, unsafe pictures refused."""

import io
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
from PIL import Image

from videofactory.domain.errors import EngineFailed, EngineRejected, FactoryError, MediaBroken, OutcomeUnknown, Refused
from videofactory.domain.footage import Artifact
from videofactory.domain.script import Layout, Split
from videofactory.providers.fal_stills import FalImageToImage, FalStills, drawn_size, seed_for, words_for
from videofactory.providers.roles import VideoRequest
from videofactory_tests.providers.fal_scenes import (
    FRAME,
    IMAGE_TO_IMAGE,
    SCHNELL,
    TOKEN,
    Services,
    account,
    answering,
    delivered,
    pending,
    running,
    shelf_in,
    sold,
    sought,
    still_request,
)


def stills(twin: Services) -> FalStills:
    return FalStills(sold(SCHNELL), account=account(twin))


def image_to_image(twin: Services) -> FalImageToImage:
    return FalImageToImage(sold(IMAGE_TO_IMAGE), account=account(twin))


def no_shelf(artifact: Artifact) -> Path:
    raise AssertionError(artifact)


def test_a_preview_is_drawn_from_words_in_the_films_shape() -> None:
    with running() as twin:
        engine = stills(twin)
        receipt = engine.submit(still_request(palette=("#112233", "#445566")), shelf=no_shelf, token=TOKEN)
        made = delivered(engine.poll(pending(receipt).external_id))
        picture = Image.open(io.BytesIO(httpx.get(made.links["still"].url).content))
        sent = next(iter(twin.world.jobs.values())).request
    assert (picture.format, picture.size) == ("PNG", (1280, 720))
    assert sent["output_format"] == "png"
    assert sent["seed"] == 11
    assert "#112233, #445566" in sent["prompt"]
    assert "image_url" not in sent


def test_a_style_reference_is_not_drawn_from_words() -> None:
    with running() as twin:
        request = still_request(purpose="style_reference", references=(FRAME,))
        with pytest.raises(EngineRejected, match="fal-ai/flux/dev/image-to-image"):
            stills(twin).submit(request, shelf=no_shelf, token=TOKEN)
        assert twin.paid() == 0


def test_a_style_reference_is_drawn_from_the_brand_picture(tmp_path: Path) -> None:
    with running() as twin:
        engine = image_to_image(twin)
        request = still_request(purpose="style_reference", references=(FRAME,), strength=0.4)
        receipt = engine.submit(request, shelf=shelf_in(tmp_path, width=800, height=800), token=TOKEN)
        made = delivered(engine.poll(pending(receipt).external_id))
        sent = next(iter(twin.world.jobs.values())).request
        brought = Image.open(io.BytesIO(httpx.get(sent["image_url"]).content))
        drawn = Image.open(io.BytesIO(httpx.get(made.links["still"].url).content))
    assert sent["strength"] == 0.4
    assert brought.size == drawn.size == (1280, 720)
    assert "image_size" not in sent


def test_a_strength_of_nothing_is_the_least_there_is(tmp_path: Path) -> None:
    with running() as twin:
        image_to_image(twin).submit(still_request(references=(FRAME,), strength=0.0), shelf=shelf_in(tmp_path), token=TOKEN)
        assert next(iter(twin.world.jobs.values())).request["strength"] == 0.01


def test_from_a_picture_needs_a_picture(tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    with running() as twin:
        with pytest.raises(EngineRejected, match="has none"):
            image_to_image(twin).submit(still_request(), shelf=no_shelf, token=TOKEN)
        with pytest.raises(MediaBroken):
            image_to_image(twin).submit(still_request(references=(FRAME,)), shelf=lambda _: broken, token=TOKEN)
        assert twin.paid() == 0


def test_a_picture_that_cannot_be_brought_buys_nothing(tmp_path: Path) -> None:
    with running() as twin:
        twin.misbehave("fal.put", "error", value=400)
        with pytest.raises(EngineRejected):
            image_to_image(twin).submit(still_request(references=(FRAME,)), shelf=shelf_in(tmp_path), token=TOKEN)
        assert twin.paid() == 0


def test_an_unsafe_picture_is_a_refusal_not_a_picture() -> None:
    with running() as twin:
        twin.misbehave("fal.submit", "refuse", words="nsfw")
        engine = stills(twin)
        receipt = engine.submit(still_request(), shelf=no_shelf, token=TOKEN)
        with pytest.raises(Refused, match="safety checker"):
            engine.poll(pending(receipt).external_id)


def test_a_refusal_comes_in_the_engines_own_words() -> None:
    with running() as twin:
        twin.misbehave("fal.submit", "refuse", words="no famous people")
        engine = stills(twin)
        receipt = engine.submit(still_request(), shelf=no_shelf, token=TOKEN)
        with pytest.raises(Refused, match="no famous people"):
            engine.poll(pending(receipt).external_id)


def test_an_unsafe_picture_costs_what_fal_billed() -> None:
    def handle(asked: httpx.Request) -> httpx.Response:
        if asked.url.path.endswith("/status"):
            return httpx.Response(200, json={"status": "COMPLETED"})
        return httpx.Response(200, json={"images": [], "has_nsfw_concepts": [True]}, headers={"X-Fal-Billable-Units": "1"})

    with pytest.raises(Refused) as caught:
        FalStills(sold(SCHNELL), account=answering(handle)).poll("r-1")
    assert caught.value.cost_usd == Decimal("0.003000")


@pytest.mark.parametrize("made", [{}, {"images": []}, {"images": [{}]}])
def test_no_picture_is_a_failure(made: dict[str, object]) -> None:
    def handle(asked: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"status": "COMPLETED"} if asked.url.path.endswith("/status") else made)

    with pytest.raises(EngineFailed, match="no picture"):
        FalStills(sold(SCHNELL), account=answering(handle)).poll("r-1")


@pytest.mark.parametrize(("units", "cost"), [("2", Decimal("0.006000")), ("", None), ("many", None)])
def test_what_fal_billed_is_what_the_picture_cost(units: str, cost: Decimal | None) -> None:
    def handle(asked: httpx.Request) -> httpx.Response:
        if asked.url.path.endswith("/status"):
            return httpx.Response(200, json={"status": "COMPLETED"})
        picture = {"images": [{"url": "https://v3b.fal.media/files/1.png", "content_type": "image/png"}]}
        return httpx.Response(200, json=picture, headers={"X-Fal-Billable-Units": units})

    assert delivered(FalStills(sold(SCHNELL), account=answering(handle)).poll("r-1")).cost_usd == cost


def test_each_begun_megapixel_is_reserved() -> None:
    with running() as twin:
        assert stills(twin).price(still_request()) == Decimal("0.003000")
        assert stills(twin).price(still_request(width=1080, height=1080)) == Decimal("0.006000")
        assert image_to_image(twin).price(still_request()) == Decimal("0.030000")


@pytest.mark.parametrize(
    ("asked", "drawn"),
    [
        ((1920, 1080), (1280, 720)),
        ((1080, 1920), (720, 1280)),
        ((1080, 1080), (1088, 1088)),
        ((320, 180), (256, 144)),
        ((2592, 1080), (1344, 560)),
        ((3840, 2160), (1280, 720)),
    ],
)
def test_pictures_keep_the_shape_within_what_flux_draws(asked: tuple[int, int], drawn: tuple[int, int]) -> None:
    width, height = drawn_size(*asked, longest=1440)
    assert abs(width / height * asked[1] / asked[0] - 1) < 0.02
    assert (width, height) == drawn


def test_without_a_seed_of_its_own_a_request_has_one_of_our_ids() -> None:
    request = still_request(seed=0)
    assert seed_for(request, TOKEN) == seed_for(request, TOKEN) != seed_for(request, "another")
    assert 0 <= seed_for(request, TOKEN) < 2**31
    assert seed_for(still_request(seed=5), TOKEN) == 5


def test_flux_is_told_in_words_what_it_cannot_see() -> None:
    words = words_for(still_request(lighting="low sun", moment="last"))
    assert words == "a cup Lighting: low sun. The last moment of the scene."


def test_flux_is_told_the_layout() -> None:
    tall = {"width": 360, "height": 640}
    split = still_request(layout=Layout.SPLIT_SCREEN, split=Split(panes=3), **tall)
    assert words_for(split).startswith("a cup Composition: a split screen, three panes of equal size one above the other,")
    assert "two panes of equal size side by side" in words_for(still_request(layout=Layout.SPLIT_SCREEN, width=640, height=360))
    assert "separate background" in words_for(still_request(layout=Layout.COMPOSITE))


def test_a_request_without_panes_is_the_request_it_always_was() -> None:
    asked = still_request().model_dump(mode="json")
    assert "split" not in asked, "another fingerprint would buy every picture anew"
    assert "split" in still_request(split=Split()).model_dump(mode="json")
    clip = VideoRequest(prompt="a cup", first_frame=FRAME, seconds=5, width=64, height=36)
    assert "panes" not in clip.model_dump(mode="json")


@pytest.mark.parametrize("seed", [0, 11])
def test_a_lost_picture_is_found_by_prompt_and_seed(seed: int) -> None:
    with running() as twin:
        engine, request = stills(twin), still_request(seed=seed)
        other = pending(engine.submit(still_request(seed=12), shelf=no_shelf, token="another")).external_id  # noqa: S106
        twin.misbehave("fal.submit", "cut_after")
        with pytest.raises(OutcomeUnknown):
            engine.submit(request, shelf=no_shelf, token=TOKEN)
        found = pending(engine.find(sought(request))).external_id
        assert found != other
        assert delivered(engine.poll(found)).links
        assert twin.paid() == 2


def test_a_picture_that_is_not_in_the_list_may_still_have_been_bought() -> None:
    with running(render_seconds=60) as twin:
        engine = stills(twin)
        engine.submit(still_request(), shelf=no_shelf, token=TOKEN)
        with pytest.raises(OutcomeUnknown, match="proves nothing"):
            engine.find(sought(still_request()))


def test_a_wrong_key_says_what_to_do() -> None:
    with running() as twin:
        twin.world.keys["FAL_KEY"] = "another"
        with pytest.raises(FactoryError, match="Check the key") as caught:
            stills(twin).submit(still_request(), shelf=no_shelf, token=TOKEN)
        assert type(caught.value) is EngineRejected
