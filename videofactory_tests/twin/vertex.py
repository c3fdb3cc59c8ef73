"""Veo on Vertex AI as documented, and the OAuth token endpoint below `/google_oauth` that opens it.

Operations: `google_oauth.token`, `vertex.submit` (paid), `vertex.poll`. Where `world.keys` names the service account's file
(`GOOGLE_APPLICATION_CREDENTIALS`), the signature of an assertion is checked with its key.
"""

import base64
import itertools
import json
import time
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from videofactory_tests.twin import google_oauth, media
from videofactory_tests.twin.gemini import refused
from videofactory_tests.twin.server import Asked, Route, Said
from videofactory_tests.twin.world import Job, World

PROJECT = "twin-project"
SCOPE = "https://www.googleapis.com/auth/cloud-platform"
MODEL = rf"/vertex/v1/projects/{PROJECT}/locations/us-central1/publishers/google/models/([\w.-]+)"
MODELS = {"veo-3.1-generate-001", "veo-3.1-fast-generate-001", "veo-3.1-lite-generate-001"}
SECONDS = {4, 6, 8}


@cache
def _pem() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def service_account_file(folder: Path, **other: object) -> Path:
    """A service account's JSON key as Google's console gives it, with a fresh RSA key; `other` replaces fields."""
    told = {
        "type": "service_account",
        "project_id": PROJECT,
        "private_key_id": "twin-key-1",
        "private_key": _pem(),
        "client_email": f"factory@{PROJECT}.iam.gserviceaccount.com",
        "token_uri": "https://oauth2.googleapis.com/token",
        **other,
    }
    path = folder / "service-account.json"
    path.write_text(json.dumps(told), encoding="utf-8")
    return path


def key_files(folder: Path) -> dict[str, str]:
    """The keys of this provider that are files, for the contract of all adapters."""
    return {"GOOGLE_APPLICATION_CREDENTIALS": str(service_account_file(folder))}


def routes(world: World) -> list[Route]:
    """Everything below `/vertex` and `/google_oauth`."""
    service = _Service(world)
    return [
        Route("POST", r"/google_oauth/token", "google_oauth.token", service.token),
        Route("POST", MODEL + ":predictLongRunning", "vertex.submit", service.predict),
        Route("POST", MODEL + ":fetchPredictOperation", "vertex.poll", service.fetch),
    ]


class _Service:
    def __init__(self, world: World) -> None:
        self.world = world
        self.tokens: set[str] = set()
        self.numbers = itertools.count(1)

    def token(self, asked: Asked) -> Said:
        """An access token for a rightly signed assertion."""
        form = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
        if form.get("grant_type") in google_oauth.GRANTS:
            return google_oauth.accounts(self.world).grant(form)
        if form.get("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer":
            return Said({"error": "unsupported_grant_type", "error_description": "Invalid grant_type"}, 400)
        if not self._signed(form.get("assertion", "")):
            return Said({"error": "invalid_grant", "error_description": "Invalid JWT Signature."}, 400)
        token = f"ya29.twin-{next(self.numbers)}"
        self.tokens.add(token)
        return Said({"access_token": token, "expires_in": 3599, "token_type": "Bearer"})

    def predict(self, asked: Asked) -> Said:
        """A video job."""
        body = asked.json()
        wrong = self._closed(asked) or _wrong(asked.words[0], body)
        if wrong:
            return wrong
        settings = body["parameters"]
        width, height = (320, 180) if settings.get("aspectRatio", "16:9") == "16:9" else (180, 320)
        job = self.world.new_job("vertex.submit", body, seconds=float(settings["durationSeconds"]), width=width, height=height)
        return Said({"name": f"{asked.path.removeprefix('/vertex/v1/').split(':')[0]}/operations/{job.id}"})

    def fetch(self, asked: Asked) -> Said:
        """How the job goes."""
        name = str(asked.json().get("operationName", ""))
        job = self.world.jobs.get(name.rsplit("/", maxsplit=1)[-1])
        closed = self._closed(asked)
        if closed or job is None:
            return closed or refused(404, "NOT_FOUND", "The operation was not found.")
        job.polls += 1
        return Said({"name": name, **_state(job)})

    def _closed(self, asked: Asked) -> Said | None:
        if asked.headers.get("Authorization", "").removeprefix("Bearer ") in self.tokens:
            return None
        return refused(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.")

    def _signed(self, assertion: str) -> bool:
        try:
            signed, _, signature = assertion.rpartition(".")
            head, claims = (json.loads(_bytes(part)) for part in signed.split("."))
            path = self.world.keys.get("GOOGLE_APPLICATION_CREDENTIALS")
            if path:
                key = load_pem_private_key(json.loads(Path(path).read_text())["private_key"].encode(), password=None)
                assert isinstance(key, rsa.RSAPrivateKey)
                key.public_key().verify(_bytes(signature), signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        except (ValueError, InvalidSignature):
            return False
        lives = claims["iat"] - 60 <= time.time() < claims["exp"] <= claims["iat"] + 3600
        return bool(
            lives and head["alg"] == "RS256" and claims["iss"] and claims["scope"] == SCOPE and claims["aud"].endswith("/token")
        )


def _state(job: Job) -> dict[str, Any]:
    if job.state == "failed":
        return {"done": True, "error": {"code": 13, "message": job.words or "Internal error."}}
    if job.state == "refused":
        reasons = [job.words or "Veo could not generate videos: the content violates usage guidelines. Support codes: 58061214"]
        return {"done": True, "response": {"raiMediaFilteredCount": 1, "raiMediaFilteredReasons": reasons}}
    if job.state != "done":
        return {}
    seconds = job.seconds / 2 if job.fault == "wrong_length" else job.seconds
    content = media.clip(seconds=seconds, width=job.width, height=job.height, black=job.fault == "black")
    content = content[: len(content) // 2] if job.fault == "truncated" else content
    content = content[:64] + bytes(len(content) - 64) if job.fault == "corrupt" else content
    video = {"bytesBase64Encoded": base64.b64encode(content).decode(), "mimeType": "video/mp4"}
    return {"done": True, "response": {"raiMediaFilteredCount": 0, "videos": [video]}}


def _wrong(model: str, body: dict[str, Any]) -> Said | None:
    if model not in MODELS:
        return refused(404, "NOT_FOUND", f"Publisher Model `{model}` was not found or your project does not have access to it.")
    scene, settings = (body.get("instances") or [{}])[0], body.get("parameters", {})
    fits = (
        scene.get("prompt")
        and all(_picture(scene[end]) for end in ("image", "lastFrame") if end in scene)
        and settings.get("durationSeconds") in SECONDS
        and settings.get("aspectRatio", "16:9") in {"16:9", "9:16"}
        and settings.get("resolution", "720p") in {"720p", "1080p", "4k"}
        and 0 <= settings.get("seed", 0) < 2**32
        and settings.get("sampleCount", 1) in {1, 2, 3, 4}
        and isinstance(settings.get("generateAudio", True), bool)
    )
    return None if fits else refused(400, "INVALID_ARGUMENT", "Unsupported output video parameters.")


def _picture(told: dict[str, str]) -> bool:
    return bool(told.get("mimeType") and base64.b64decode(told.get("bytesBase64Encoded", ""), validate=True))


def _bytes(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
