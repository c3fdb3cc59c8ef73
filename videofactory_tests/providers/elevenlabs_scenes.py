"""What the tests of ElevenLabs share: an account at a running twin, its models, errors of every documented shape."""

import io
import wave
from pathlib import Path

from videofactory.domain.errors import Busy, EngineRejected, FactoryError, OutcomeUnknown
from videofactory.domain.footage import Artifact
from videofactory.providers.account import Account
from videofactory.providers.registry import Model, registry
from videofactory.providers.roles import Role
from videofactory_tests.twin.server import Twin

TOKEN = "0123456789abcdef"  # noqa: S105 - an id, no secret
ERRORS: list[tuple[str, type[FactoryError], str]] = [
    ("400 validation_error text_too_long", EngineRejected, "Shorten"),
    ("400 validation_error empty_text", EngineRejected, "empty_text"),
    ("400 validation_error invalid_parameters", EngineRejected, "invalid_parameters"),
    ("400 validation_error invalid_voice_settings", EngineRejected, "invalid_voice_settings"),
    ("400 validation_error unsupported_model", EngineRejected, "unsupported_model"),
    ("400 validation_error invalid_output_format", EngineRejected, "invalid_output_format"),
    ("400 invalid_request malformed_json", EngineRejected, "malformed_json"),
    ("400 invalid_request request_too_large", EngineRejected, "request_too_large"),
    ("400 text words alone", EngineRejected, "words alone"),
    ("401 authentication_error invalid_api_key", EngineRejected, "Check the key"),
    ("401 authentication_error missing_api_key", EngineRejected, "Check the key"),
    ("401 legacy quota_exceeded", EngineRejected, "top it up"),
    ("402 payment_required insufficient_credits", EngineRejected, "top it up"),
    ("403 authorization_error insufficient_permissions", EngineRejected, "rights"),
    ("403 authorization_error feature_not_available", EngineRejected, "larger plan"),
    ("403 authorization_error subscription_required", EngineRejected, "larger plan"),
    ("403 authorization_error voice_access_denied", EngineRejected, "engines.voice.id"),
    ("403 authorization_error model_access_denied", EngineRejected, "rights"),
    ("404 not_found voice_not_found", EngineRejected, "engines.voice.id"),
    ("404 not_found model_not_found", EngineRejected, "model_not_found"),
    ("422 list", EngineRejected, "body.text: field required"),
    ("429 rate_limit_error rate_limit_exceeded", Busy, "rate_limit_exceeded"),
    ("429 rate_limit_error concurrent_limit_exceeded", Busy, "concurrent_limit_exceeded"),
    ("429 legacy too_many_concurrent_requests", Busy, "too_many_concurrent_requests"),
    ("429 rate_limit_error system_busy", Busy, "system_busy"),
    ("429 payment_required quota_exceeded", EngineRejected, "top it up"),
    ("408 timeout timeout", OutcomeUnknown, "408"),
    ("409 conflict already_running", OutcomeUnknown, "already_running"),
    ("409 conflict concurrent_modification", OutcomeUnknown, "concurrent_modification"),
    ("500 internal_error internal_error", OutcomeUnknown, "internal_error"),
    ("503 service_unavailable service_unavailable", OutcomeUnknown, "service_unavailable"),
    ("503 service_unavailable maintenance", OutcomeUnknown, "maintenance"),
]
"""What the twin is told to answer, the error it is, and words that stand in it."""


def account(twin: Twin, *, key: str = "twin-ELEVENLABS_API_KEY") -> Account:
    """An account at the twin."""
    return Account("elevenlabs", bases={"elevenlabs": twin.base("elevenlabs")}, keys={"ELEVENLABS_API_KEY": key})


def sold(role: Role, name: str = "elevenlabs") -> Model:
    """A model of the registry."""
    found = registry().find(role, name)
    assert found is not None
    return found


def no_shelf(artifact: Artifact) -> Path:
    """Sound needs no file."""
    raise AssertionError(artifact)


def wav_facts(content: bytes) -> tuple[int, int, float]:
    """Channels, samples per second and length of a WAV file."""
    with wave.open(io.BytesIO(content), "rb") as file:
        return file.getnchannels(), file.getframerate(), file.getnframes() / file.getframerate()
