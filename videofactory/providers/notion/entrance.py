"""The way out to Notion: every request passes the one limiter of its connection, and none leaves after its look is over."""

import math
import time
from collections.abc import Mapping
from typing import Any, Protocol

from videofactory.domain.errors import Busy
from videofactory.providers.account import Account

VERSION = "2026-03-11"
"""The newest version of the API known; sent with every request."""
TOKEN = "NOTION_TOKEN"  # noqa: S105 - the name of the key
PATIENCE = 15.0
"""Seconds a request waits at the limiter before it gives up with `Busy`, which says how much longer it would have to."""
SOONEST = 0.01
"""Seconds waited at the limiter at least, so that two clocks that disagree a little do not spin."""
SENDING_ON = 30.0
"""Seconds a file under way may go on after the end of a look: films take longer than what else is said in one."""


class Limiter(Protocol):
    """Who may send when, for all processes that use the same connection."""

    def enter(self) -> float:
        """0.0 when a request may leave now (it is then counted), or the seconds to wait before asking again."""

    def hold(self, seconds: float) -> None:
        """Notion asked for a wait: nobody sends for so long."""


class Entrance:
    """Lets requests out, until `until` (by the monotonic clock)."""

    def __init__(self, account: Account, *, limits: Limiter, patience: float, until: float = math.inf) -> None:
        self._token = account.key(TOKEN)
        self._sleep = account.sleep
        self._limits = limits
        self._patience = patience
        self.until = until

    def let_out(self) -> dict[str, str]:
        """The headers of a request, which with them has passed the limiter: so each repetition is counted, too."""
        waited = 0.0
        if time.monotonic() >= self.until:
            raise Busy("The time of this look at Notion is over.", retry_after=0.0)
        while (wait := self._limits.enter()) > 0:
            if waited + wait > self._patience or time.monotonic() + wait >= self.until:
                raise Busy("Notion's budget of requests is used up for now.", retry_after=wait)
            self._sleep(max(wait, SOONEST))
            waited += max(wait, SOONEST)
        return {"Authorization": f"Bearer {self._token}", "Notion-Version": VERSION}

    def timely(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """The request, which ends soon after the look does; one that carries a file some time later."""
        return {"until": self.until + (SENDING_ON if "files" in request else 0.0), **request}
