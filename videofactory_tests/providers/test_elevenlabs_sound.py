"""ElevenLabs' effects and music: stereo WAV of the length asked for, their prices, what they refuse, what is lost for good."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from videofactory.domain.errors import Busy, EngineFailed, EngineRejected, FactoryError, OutcomeUnknown, Refused
from videofactory.providers.elevenlabs_music import ElevenLabsMusic
from videofactory.providers.elevenlabs_sound import ElevenLabsSound
from videofactory.providers.roles import Composer, Delivered, EffectRequest, MusicRequest, Sought, SoundEngine
from videofactory_tests.providers.elevenlabs_scenes import ERRORS, TOKEN, account, no_shelf, sold, wav_facts
from videofactory_tests.twin.server import Twin

OPERATIONS = {"effect": "elevenlabs.effect", "music": "elevenlabs.music"}
ROLES = sorted(OPERATIONS)


@pytest.fixture
def twin() -> Iterator[Twin]:
    with Twin().running() as running:
        yield running


def made(twin: Twin, what: str, *, seconds: float = 4.0, prompt: str = "a wooden door") -> Delivered:
    if what == "effect":
        sound = ElevenLabsSound(sold("effects"), account=account(twin))
        receipt = sound.submit(EffectRequest(prompt=prompt, seconds=seconds, seed=9), shelf=no_shelf, token=TOKEN)
    else:
        music = ElevenLabsMusic(sold("music"), account=account(twin))
        receipt = music.submit(MusicRequest(prompt=prompt, seconds=seconds, seed=9), shelf=no_shelf, token=TOKEN)
    assert isinstance(receipt, Delivered)
    return receipt


def sent(twin: Twin) -> dict[str, Any]:
    return next(iter(twin.world.jobs.values())).request


@pytest.mark.parametrize("what", ROLES)
def test_a_sound_is_a_stereo_wav_of_the_length_asked_for(twin: Twin, what: str) -> None:
    delivered = made(twin, what, seconds=4.2)
    assert delivered.files[what].media_type == "audio/wav"
    assert wav_facts(delivered.files[what].content) == pytest.approx((2, 48_000, 4.2))
    assert delivered.remarks == ()
    assert twin.paid("elevenlabs") == 1


def test_an_effect_is_asked_for_by_words_and_length(twin: Twin) -> None:
    made(twin, "effect")
    assert sent(twin) == {"text": "a wooden door", "duration_seconds": 4.0, "model_id": "eleven_text_to_sound_v2"}


def test_music_is_asked_for_without_a_voice_and_without_a_seed(twin: Twin) -> None:
    made(twin, "music", seconds=4.5001)
    assert sent(twin) == {
        "prompt": "a wooden door",
        "music_length_ms": 4501,
        "model_id": "music_v2",
        "force_instrumental": True,
    }


@pytest.mark.parametrize(
    ("what", "seconds", "asked"), [("effect", 0.3, ("duration_seconds", 0.5)), ("music", 1.5, ("music_length_ms", 3000))]
)
def test_too_short_a_sound_is_asked_for_longer_and_cut(twin: Twin, what: str, seconds: float, asked: tuple[str, float]) -> None:
    delivered = made(twin, what, seconds=seconds)
    assert sent(twin)[asked[0]] == asked[1]
    assert wav_facts(delivered.files[what].content)[2] == pytest.approx(seconds)


@pytest.mark.parametrize(("what", "seconds"), [("effect", 30.5), ("music", 600.5)])
def test_too_long_a_sound_is_refused_for_free(twin: Twin, what: str, seconds: float) -> None:
    with pytest.raises(EngineRejected, match="are needed"):
        made(twin, what, seconds=seconds)
    assert twin.asked(OPERATIONS[what]) == 0


@pytest.mark.parametrize(("seconds", "usd"), [(60.0, "0.30"), (90.0, "0.45"), (1.0, "0.015"), (10.0, "0.05")])
def test_music_is_priced_by_the_minute(twin: Twin, seconds: float, usd: str) -> None:
    music = ElevenLabsMusic(sold("music"), account=account(twin))
    assert music.price(MusicRequest(prompt="calm", seconds=seconds)) == Decimal(usd)


def test_an_effect_has_one_price(twin: Twin) -> None:
    sound = ElevenLabsSound(sold("effects"), account=account(twin))
    assert sound.price(EffectRequest(prompt="rain", seconds=20)) == Decimal("0.12")


def test_models_without_a_price_are_not_bought(twin: Twin) -> None:
    with pytest.raises(EngineRejected, match="no price"):
        ElevenLabsMusic(sold("music", "music_v2_5"), account=account(twin)).price(MusicRequest(prompt="calm", seconds=5))
    with pytest.raises(EngineRejected, match="no price"):
        ElevenLabsSound(sold("effects", "eleven_text_to_sound_v3"), account=account(twin)).price(
            EffectRequest(prompt="rain", seconds=5)
        )


@pytest.mark.parametrize("what", ROLES)
def test_a_sound_clearly_shorter_than_asked_for_is_kept_and_said(twin: Twin, what: str) -> None:
    twin.misbehave(OPERATIONS[what], "wrong_length")
    delivered = made(twin, what)
    assert delivered.remarks == ("ElevenLabs made 2.0 of 4 s.",)
    assert wav_facts(delivered.files[what].content)[2] == pytest.approx(2.0)


@pytest.mark.parametrize(("what", "usd"), [("effect", "0.12"), ("music", "0.02")])
@pytest.mark.parametrize("kind", ["corrupt", "invalid_json"])
def test_what_is_no_sound_fails_and_says_what_it_cost(twin: Twin, what: str, usd: str, kind: str) -> None:
    twin.misbehave(OPERATIONS[what], kind)
    with pytest.raises(EngineFailed, match="no sound") as caught:
        made(twin, what)
    assert caught.value.cost_usd == Decimal(usd)


@pytest.mark.parametrize("what", ROLES)
def test_a_refused_prompt_carries_the_words_and_the_suggestion(twin: Twin, what: str) -> None:
    twin.misbehave(OPERATIONS[what], "refuse", words="no songs of known bands")
    with pytest.raises(Refused, match=r"no songs of known bands ElevenLabs would take: calm piano"):
        made(twin, what)
    assert twin.paid("elevenlabs") == 0


@pytest.mark.parametrize("code", ["bad_prompt", "bad_composition_plan"])
def test_a_refusal_without_a_suggestion_is_one_too(twin: Twin, code: str) -> None:
    twin.misbehave("elevenlabs.music", "fail", words=f"400 validation_error {code}")
    with pytest.raises(Refused, match=code):
        made(twin, "music")


@pytest.mark.parametrize(("answer", "error", "words"), ERRORS, ids=[answer for answer, _, _ in ERRORS])
def test_every_documented_error_has_its_meaning(twin: Twin, answer: str, error: type[FactoryError], words: str) -> None:
    twin.misbehave("elevenlabs.music", "fail", words=answer)
    with pytest.raises(error, match=words) as caught:
        made(twin, "music")
    assert type(caught.value) is error
    assert twin.asked("elevenlabs.music") == 1


def test_a_busy_service_says_how_long_to_wait(twin: Twin) -> None:
    twin.misbehave("elevenlabs.effect", "busy", value=7)
    with pytest.raises(Busy) as caught:
        made(twin, "effect")
    assert caught.value.retry_after == 7


@pytest.mark.parametrize("what", ROLES)
def test_a_lost_answer_stays_unknown_for_good(twin: Twin, what: str) -> None:
    twin.misbehave(OPERATIONS[what], "cut_after")
    with pytest.raises(OutcomeUnknown):
        made(twin, what)
    assert twin.paid("elevenlabs") == 1
    engines: dict[str, SoundEngine | Composer] = {
        "effect": ElevenLabsSound(sold("effects"), account=account(twin)),
        "music": ElevenLabsMusic(sold("music"), account=account(twin)),
    }
    assert not engines[what].resend_is_free
    with pytest.raises(OutcomeUnknown, match="usage page"):
        engines[what].find(Sought(TOKEN, request="{}", sent_at=datetime.now(UTC)))
