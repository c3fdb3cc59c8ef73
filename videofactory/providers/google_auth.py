"""Access tokens of Google's OAuth for a service account: its JSON file signs an assertion, the token endpoint gives a token.

`GOOGLE_APPLICATION_CREDENTIALS` holds the file's path. Neither the private key nor a token stands in any message.
"""

import base64
import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from videofactory.domain.errors import EngineRejected, FactoryError
from videofactory.providers.account import Account
from videofactory.providers.http import SAID, Answer

KEY = "GOOGLE_APPLICATION_CREDENTIALS"
SCOPE = "https://www.googleapis.com/auth/cloud-platform"
LIFE = 3600
"""Seconds an assertion may be used; Google allows no more."""
EARLY = 120.0
"""Seconds before its end at which a token is no longer used."""
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_REMEDY = f"Set {KEY} to the path of a service account's JSON key."


@dataclass(frozen=True)
class ServiceAccount:
    """A service account's JSON key: who it is, its project, and what signs for it."""

    email: str
    project: str
    audience: str
    key_id: str
    key: rsa.RSAPrivateKey = field(repr=False)

    @classmethod
    def read(cls, path: Path) -> "ServiceAccount":
        """From the file. Raises `EngineRejected` for a file that is missing or no service account's."""
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            return cls(
                email=told["client_email"],
                project=told["project_id"],
                audience=told.get("token_uri") or "https://oauth2.googleapis.com/token",
                key_id=told.get("private_key_id", ""),
                key=_rsa_key(told["private_key"]),
            )
        except KeyError as error:
            raise EngineRejected(f"The service account file {path} has no {error}.", remedy=_REMEDY) from None
        except (OSError, ValueError, TypeError, AttributeError, UnsupportedAlgorithm) as error:
            message = f"The service account file {path} cannot be used: {type(error).__name__}."
            raise EngineRejected(message, remedy=_REMEDY) from None

    def assertion(self, now: float) -> str:
        """A signed RS256 JWT that asks for a token at this moment (seconds of Unix time)."""
        head = {"alg": "RS256", "typ": "JWT", **({"kid": self.key_id} if self.key_id else {})}
        claims = {"iss": self.email, "scope": SCOPE, "aud": self.audience, "iat": int(now), "exp": int(now) + LIFE}
        signed = f"{_part(head)}.{_part(claims)}"
        signature = self.key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{signed}.{_text(signature)}"


class GoogleAuth:
    """The bearer header for Google Cloud, with a token that is kept until shortly before its end."""

    def __init__(self, account: Account, *, now: Callable[[], float] = time.time) -> None:
        self._account = account
        self._now = now
        self._http = account.http(base="google_oauth", reading=_reading)
        self._lock = threading.Lock()
        self._service: ServiceAccount | None = None
        self._token = ""
        self._until = 0.0

    @property
    def project(self) -> str:
        """The project the service account belongs to."""
        return self._known().project

    def headers(self) -> Mapping[str, str]:
        """For one request. Raises `EngineRejected` when Google takes no such account, `Passing` when it is not reached."""
        with self._lock:
            if self._now() >= self._until:
                self._renew()
            return {"Authorization": f"Bearer {self._token}"}

    def _renew(self) -> None:
        now = self._now()
        form = {"grant_type": _GRANT, "assertion": self._known().assertion(now)}
        told = self._http.safe("POST", "/token", data=form).json()
        if not isinstance(told, dict) or not told.get("access_token"):
            raise EngineRejected("Google's token endpoint answered without a token.", remedy=_REMEDY)
        self._token = str(told["access_token"])
        self._until = now + max(0.0, float(told.get("expires_in") or 0) - EARLY)

    def _known(self) -> ServiceAccount:
        if self._service is None:
            self._service = ServiceAccount.read(Path(self._account.key(KEY)).expanduser())
        return self._service


def _rsa_key(pem: str) -> rsa.RSAPrivateKey:
    key = load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("a service account signs with an RSA key")
    return key


def _reading(answer: Answer) -> FactoryError | None:
    """The token endpoint speaks OAuth: `{"error": "invalid_grant", "error_description": …}`."""
    if answer.status not in {400, 401, 403}:
        return None
    try:
        told = json.loads(answer.text)
        said = f"{told['error']}: {told.get('error_description', '')}"
    except (ValueError, KeyError, TypeError):
        said = answer.text
    return EngineRejected(f"Google gives no access token: {said[:SAID]}", remedy=f"{_REMEDY} Check that its key is not revoked.")


def _part(value: Mapping[str, object]) -> str:
    return _text(json.dumps(value, separators=(",", ":")).encode())


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
