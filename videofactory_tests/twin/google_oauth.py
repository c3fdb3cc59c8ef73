"""Google's consent page and the leave people give through it, below `/google_oauth`; the token endpoint is shared (`vertex`).

Operations: `google_oauth.consent`, `google_oauth.token` (by `vertex`). People are named by the channel they own: whoever is
`signed_in` gives leave, unless they deny it. A refresh token `1//twin-NAME` is good for NAME until it is revoked.
"""

import base64
import hashlib
import secrets
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

from videofactory_tests.twin.server import Asked, Route, Said
from videofactory_tests.twin.world import World

GRANTS = {"authorization_code", "refresh_token"}
SCOPE = "https://www.googleapis.com/auth/youtube.force-ssl"
ID, SECRET = "GOOGLE_OAUTH_CLIENT_ID", "GOOGLE_OAUTH_CLIENT_SECRET"
LIFE = 3599


@dataclass(frozen=True)
class Leave:
    """What an access token opens: whose channel, through which Google project, until when (Unix time)."""

    name: str
    client: str
    until: float


@dataclass
class Accounts:
    """People's accounts. `rotates`: each refresh brings a new refresh token; `keeps_refresh`: repeated consent brings none."""

    world: World
    signed_in: str = "harbour"
    denies: bool = False
    keeps_refresh: bool = False
    rotates: bool = False
    revoked: set[str] = field(default_factory=set)
    tokens: dict[str, Leave] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def refresh_token(self, name: str) -> str:
        """The refresh token of a person."""
        return f"1//twin-{name}"

    def expire(self) -> None:
        """All access tokens run out now."""
        self.tokens.clear()

    def owner(self, asked: Asked) -> Leave | None:
        """Whose leave a request carries."""
        leave = self.tokens.get(asked.headers.get("Authorization", "").removeprefix("Bearer "))
        return leave if leave and time.time() < leave.until else None

    def consent(self, asked: Asked) -> Said:
        """The person presses Allow: back to the listener with a code."""
        query = asked.query
        wanted = {"response_type": "code", "access_type": "offline", "client_id": self._key(ID), "code_challenge_method": "S256"}
        if any(query.get(name) != value for name, value in wanted.items()) or SCOPE not in query.get("scope", "").split():
            return Said({"error": "invalid_request"}, 400)
        back = {"state": query.get("state", ""), "error": "access_denied"}
        if not self.denies:
            code = f"4/{secrets.token_hex(8)}"
            self.codes[code] = {**query, "name": self.signed_in}
            back = {"state": query.get("state", ""), "code": code, "scope": SCOPE}
        return Said(b"", 302, {"Location": f"{query['redirect_uri']}?{urlencode(back)}"}, "text/html")

    def grant(self, form: dict[str, str]) -> Said:
        """A token for a code or a refresh token."""
        if (form.get("client_id"), form.get("client_secret")) != (self._key(ID), self._key(SECRET)):
            return Said({"error": "invalid_client", "error_description": "The OAuth client was not found."}, 401)
        return self._exchanged(form) if form["grant_type"] == "authorization_code" else self._refreshed(form)

    def _exchanged(self, form: dict[str, str]) -> Said:
        given = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if not given or (given["code_challenge"], given["redirect_uri"]) != (challenge, form.get("redirect_uri")):
            return Said({"error": "invalid_grant", "error_description": "Bad Request"}, 400)
        refresh = self.refresh_token(given["name"])
        self.revoked.discard(refresh)
        return self._told(given["name"], {} if self.keeps_refresh else {"refresh_token": refresh})

    def _refreshed(self, form: dict[str, str]) -> Said:
        token = form.get("refresh_token", "")
        if not token.startswith("1//twin-") or token in self.revoked:
            return Said({"error": "invalid_grant", "error_description": "Token has been expired or revoked."}, 400)
        name = token.removeprefix("1//twin-").partition("~")[0]
        return self._told(name, {"refresh_token": f"1//twin-{name}~{secrets.token_hex(4)}"} if self.rotates else {})

    def _told(self, name: str, more: dict[str, str]) -> Said:
        token = f"ya29.user-{secrets.token_hex(8)}"
        self.tokens[token] = Leave(name, self._key(ID), until=time.time() + LIFE)
        return Said({"access_token": token, "expires_in": LIFE, "scope": SCOPE, "token_type": "Bearer", **more})

    def _key(self, name: str) -> str:
        return self.world.keys.get(name, f"twin-{name}")


def accounts(world: World) -> Accounts:
    """The accounts of this world."""
    with world.lock:
        found: Accounts = world.rooms.setdefault("google_oauth", Accounts(world))
        return found


def routes(world: World) -> list[Route]:
    """The consent page; the token endpoint is with `vertex`."""
    return [Route("GET", r"/google_oauth/o/oauth2/v2/auth", "google_oauth.consent", accounts(world).consent)]
