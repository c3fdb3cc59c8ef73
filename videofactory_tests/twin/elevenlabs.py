"""The twin of ElevenLabs: speech with the times of its characters, sound effects, music; answers are the sound itself.

A job ordered to fail or to be refused is an error and not paid. Its words are `STATUS TYPE CODE` for the present envelope,
`STATUS legacy CODE` for the old one, `STATUS text WORDS` for plain text, or `STATUS list` for a failed validation; without a
status the words are the message of a `bad_prompt` (refuse) or an `internal_error` (fail). Speech
ordered `never` comes without times.
"""

import base64
import math
from collections.abc import Callable
from typing import Any

from videofactory_tests.twin import media
from videofactory_tests.twin.server import Asked, Route, Said
from videofactory_tests.twin.world import Job, World

SIGN = 0.06
"""Seconds each character takes to say."""
STEP = 0.5
"""Sounds are made in whole steps, so that few different ones are encoded."""
MODELS = {
    *("eleven_multilingual_v2", "eleven_v3", "eleven_flash_v2_5"),
    *("eleven_text_to_sound_v2", "eleven_text_to_sound_v3", "music_v1", "music_v2", "music_v2_5"),
}
FORMATS = {"mp3_44100_128", "auto"}
SUGGESTION = "calm piano"
CONTRACT = {
    "voice.submit": "elevenlabs.speech",
    "effects.submit": "elevenlabs.effect",
    "music.submit": "elevenlabs.music",
    "fails": "corrupt",
}
"""What the contract of all adapters finds under other names here; a sound that is none is its failed job."""
Making = Callable[[World, Job, Asked], Said]


def routes(world: World) -> list[Route]:
    """What it answers."""
    return [
        Route(
            "POST",
            r"/elevenlabs/v1/text-to-speech/([^/]+)/with-timestamps",
            "elevenlabs.speech",
            lambda asked: _asked(world, asked, "elevenlabs.speech", _speech),
        ),
        Route(
            "POST",
            r"/elevenlabs/v1/sound-generation",
            "elevenlabs.effect",
            lambda asked: _asked(world, asked, "elevenlabs.effect", _effect),
        ),
        Route(
            "POST",
            r"/elevenlabs/v1/music",
            "elevenlabs.music",
            lambda asked: _asked(world, asked, "elevenlabs.music", _music),
        ),
    ]


def _asked(world: World, asked: Asked, operation: str, make: Making) -> Said:
    if asked.headers.get("xi-api-key") != world.keys.get("ELEVENLABS_API_KEY", "twin-ELEVENLABS_API_KEY"):
        return _envelope(401, "authentication_error", "invalid_api_key")
    body = asked.json()
    if body.get("model_id") not in MODELS:
        return _envelope(404, "not_found", "model_not_found")
    if asked.query.get("output_format") not in FORMATS:
        return _envelope(400, "validation_error", "invalid_output_format")
    job = world.new_job(operation, body)
    said = _fault(job) if job.fault in {"fail", "refuse"} else make(world, job, asked)
    if said.status >= 400:
        with world.lock:
            del world.jobs[job.id]
    return said


def _fault(job: Job) -> Said:
    status, _, rest = job.words.partition(" ")
    kind, _, code = rest.partition(" ")
    if not status.isdigit():
        if job.fault == "fail":
            return _envelope(500, "internal_error", "internal_error", message=job.words)
        detail = {"status": "bad_prompt", "message": job.words, "data": {"prompt_suggestion": SUGGESTION}}
        return Said({"detail": detail}, 400)
    if kind == "list":
        return _invalid("text")
    if kind == "legacy":
        return Said({"detail": {"status": code, "message": f"legacy words of {code}"}}, int(status))
    if kind == "text":
        return Said({"detail": code}, int(status))
    return _envelope(int(status), kind, code)


def _envelope(status: int, kind: str, code: str, *, message: str = "") -> Said:
    words = message or f"words of {code}"
    detail = {"type": kind, "code": code, "message": words, "status": code, "request_id": "3c80", "param": None}
    return Said({"detail": detail}, status)


def _invalid(field: str) -> Said:
    return Said({"detail": [{"loc": ["body", field], "msg": "field required", "type": "value_error.missing"}]}, 422)


def _sound(job: Job, *, seconds: float) -> bytes:
    """An MP3 of at least so many seconds, spoilt as the job's fault says."""
    steps = math.ceil(round((seconds / 2 if job.fault == "wrong_length" else seconds) / STEP, 6)) or 1
    content = media.encoded(seconds=steps * STEP)
    return bytes(len(content)) if job.fault == "corrupt" else content


def _speech(world: World, job: Job, asked: Asked) -> Said:
    del world
    body = job.request
    if not body.get("text"):
        return _invalid("text")
    if asked.words[0] == "nobody":
        return _envelope(404, "not_found", "voice_not_found")
    if "language_code" in body and body["model_id"] == "eleven_multilingual_v2":
        return _envelope(400, "validation_error", "unsupported_language")
    if not 0.7 <= (body.get("voice_settings") or {}).get("speed", 1.0) <= 1.2:
        return _envelope(400, "validation_error", "invalid_voice_settings")
    text = str(body["text"])
    content = base64.b64encode(_sound(job, seconds=len(text) * SIGN)).decode()
    alignment = None if job.fault == "never" else _alignment(text)
    return Said({"audio_base64": content, "alignment": alignment, "normalized_alignment": alignment}, headers=_cost(len(text)))


def _alignment(text: str) -> dict[str, Any]:
    return {
        "characters": list(text),
        "character_start_times_seconds": [round(index * SIGN, 3) for index in range(len(text))],
        "character_end_times_seconds": [round((index + 1) * SIGN, 3) for index in range(len(text))],
    }


def _effect(world: World, job: Job, asked: Asked) -> Said:
    del world, asked
    if not job.request.get("text"):
        return _invalid("text")
    seconds = job.request.get("duration_seconds") or 3.0
    if not 0.5 <= seconds <= 30:
        return _invalid("duration_seconds")
    return Said(_sound(job, seconds=seconds), headers=_cost(200), media_type="audio/mpeg")


def _music(world: World, job: Job, asked: Asked) -> Said:
    del world, asked
    milliseconds = job.request.get("music_length_ms")
    if not job.request.get("prompt"):
        return _invalid("prompt")
    if not isinstance(milliseconds, int) or not 3000 <= milliseconds <= 600_000:
        return _invalid("music_length_ms")
    if "seed" in job.request:
        return _envelope(400, "validation_error", "invalid_parameters", message="seed cannot be used with prompt")
    return Said(_sound(job, seconds=milliseconds / 1000), headers={"song-id": job.id, **_cost(900)}, media_type="audio/mpeg")


def _cost(credits_used: int) -> dict[str, str]:
    return {"request-id": "req-1", "character-cost": str(credits_used)}
