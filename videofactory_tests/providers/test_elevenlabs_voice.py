"""ElevenLabs' speech: WAV with the times of the written words, the price of what is sent, every documented error."""

import json
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from videofactory.domain.errors import EngineFailed, EngineRejected, FactoryError, OutcomeUnknown
from videofactory.domain.footage import Word
from videofactory.providers.elevenlabs_voice import ElevenLabsVoice
from videofactory.providers.roles import Delivered, SpeechRequest
from videofactory_tests.providers.elevenlabs_scenes import ERRORS, TOKEN, account, no_shelf, sold, wav_facts
from videofactory_tests.twin.server import Twin

TEXT = "We open at six. Café Acme is next door."


@pytest.fixture
def twin() -> Iterator[Twin]:
    with Twin().running() as running:
        yield running


def request(**other: Any) -> SpeechRequest:  # noqa: ANN401 - fields of the request
    return SpeechRequest(**{"text": TEXT, "language": "en-GB", "voice": "abc123", **other})


def said(twin: Twin, asked: SpeechRequest, *, model: str = "elevenlabs") -> Delivered:
    receipt = ElevenLabsVoice(sold("voice", model), account=account(twin)).submit(asked, shelf=no_shelf, token=TOKEN)
    assert isinstance(receipt, Delivered)
    return receipt


def words_of(delivered: Delivered) -> list[Word]:
    return [Word.model_validate(word) for word in json.loads(delivered.files["words"].content)]


def sent(twin: Twin) -> dict[str, Any]:
    return next(iter(twin.world.jobs.values())).request


def test_speech_is_a_mono_wav_with_the_times_of_all_its_words(twin: Twin) -> None:
    delivered = said(twin, request())
    channels, rate, seconds = wav_facts(delivered.files["speech"].content)
    words = words_of(delivered)
    assert (channels, rate) == (1, 48_000)
    assert " ".join(word.text for word in words) == TEXT
    assert all(word.start < word.end <= seconds for word in words)
    assert all(before.end <= after.start for before, after in pairwise(words))
    assert delivered.remarks == ()
    assert twin.paid("elevenlabs") == 1


def test_the_text_is_sent_as_it_is_said_and_kept_as_it_is_written(twin: Twin) -> None:
    words = words_of(said(twin, request(pronunciation={"Acme": "ack mee"})))
    assert sent(twin)["text"] == TEXT.replace("Acme", "ack mee")
    assert [word.text for word in words] == TEXT.split()


def test_a_language_is_told_only_to_models_that_take_one(twin: Twin) -> None:
    said(twin, request())
    assert "language_code" not in sent(twin)
    twin.world.jobs.clear()
    said(twin, request(), model="eleven_flash_v2_5")
    assert sent(twin)["language_code"] == "en"


@pytest.mark.parametrize(("rate", "speed", "remarks"), [(0.5, 0.7, 1), (0.9, 0.9, 0), (2.0, 1.2, 1)])
def test_a_rate_beyond_the_engine_s_is_bounded_and_said(twin: Twin, rate: float, speed: float, remarks: int) -> None:
    delivered = said(twin, request(rate=rate))
    assert sent(twin)["voice_settings"] == {"speed": speed}
    assert len(delivered.remarks) == remarks


def test_the_voice_s_own_settings_are_left_alone(twin: Twin) -> None:
    said(twin, request())
    assert sent(twin) == {"text": TEXT, "model_id": "eleven_multilingual_v2"}


def test_a_seed_is_brought_into_the_engine_s_range(twin: Twin) -> None:
    said(twin, request(seed=2**40 + 7))
    assert sent(twin)["seed"] == 7


@pytest.mark.parametrize(
    ("text", "model", "usd"),
    [("x" * 1000, "elevenlabs", "0.1"), ("x" * 1000, "eleven_flash_v2_5", "0.05"), ("𠮷" * 500, "elevenlabs", "0.1")],
)
def test_characters_are_priced_as_sent(twin: Twin, text: str, model: str, usd: str) -> None:
    voice = ElevenLabsVoice(sold("voice", model), account=account(twin))
    assert voice.price(request(text=text)) == Decimal(usd)


def test_what_is_said_longer_costs_more(twin: Twin) -> None:
    voice = ElevenLabsVoice(sold("voice"), account=account(twin))
    assert voice.price(request(text="IQ", pronunciation={"IQ": "x" * 100})) == Decimal("0.01")


@pytest.mark.parametrize(("other", "words"), [({"voice": " "}, "engines.voice.id"), ({"text": "… 😀"}, "nothing to say")])
def test_what_cannot_be_spoken_is_refused_for_free(twin: Twin, other: dict[str, str], words: str) -> None:
    with pytest.raises(EngineRejected, match=words):
        said(twin, request(**other))
    assert twin.asked("elevenlabs.speech") == 0


def test_a_voice_s_id_cannot_leave_its_place_in_the_address(twin: Twin) -> None:
    said(twin, request(voice="a?b=c"))
    assert twin.world.asked[0][1].endswith("/v1/text-to-speech/a%3Fb%3Dc/with-timestamps")


def test_a_voice_that_is_not_there_is_named(twin: Twin) -> None:
    with pytest.raises(EngineRejected, match="voice_not_found"):
        said(twin, request(voice="nobody"))


@pytest.mark.parametrize(("fault", "words"), [("never", "no times"), ("corrupt", "no sound")])
def test_useless_speech_fails_and_says_what_it_cost(twin: Twin, fault: str, words: str) -> None:
    twin.misbehave("elevenlabs.speech", fault)
    with pytest.raises(EngineFailed, match=words) as caught:
        said(twin, request())
    assert caught.value.cost_usd == Decimal("0.1") * len(TEXT) / 1000


@pytest.mark.parametrize("kind", ["cut_after", "invalid_json"])
def test_a_lost_answer_stays_unknown_and_may_be_sent_again(twin: Twin, kind: str) -> None:
    twin.misbehave("elevenlabs.speech", kind)
    with pytest.raises(OutcomeUnknown):
        said(twin, request())
    assert twin.paid("elevenlabs") == 1
    assert ElevenLabsVoice(sold("voice"), account=account(twin)).resend_is_free


@pytest.mark.parametrize(("answer", "error", "words"), ERRORS, ids=[answer for answer, _, _ in ERRORS])
def test_every_documented_error_has_its_meaning(twin: Twin, answer: str, error: type[FactoryError], words: str) -> None:
    twin.misbehave("elevenlabs.speech", "fail", words=answer)
    with pytest.raises(error, match=words) as caught:
        said(twin, request())
    assert type(caught.value) is error
    assert twin.asked("elevenlabs.speech") == 1


def test_a_wrong_key_is_said_without_the_key(twin: Twin) -> None:
    voice = ElevenLabsVoice(sold("voice"), account=account(twin, key="sk_secret"))
    twin.world.keys["ELEVENLABS_API_KEY"] = "sk_secret"
    twin.misbehave("elevenlabs.speech", "fail", words="401 text wrong key sk_secret")
    with pytest.raises(EngineRejected, match=r"wrong key \*\*\*") as caught:
        voice.submit(request(), shelf=no_shelf, token=TOKEN)
    assert "sk_secret" not in str(caught.value)
