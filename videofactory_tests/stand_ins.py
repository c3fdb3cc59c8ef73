"""Engines that do as they are told: ordinary subclasses of the roles, for tests of everything that buys.

They count what reaches them in a file, so that several processes can be counted together.
"""

import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path

from videofactory.domain.footage import Artifact
from videofactory.domain.money import usd
from videofactory.domain.script import Camera, Layout, SceneRewrite, Script
from videofactory.providers.roles import (
    Delivered,
    Director,
    Payload,
    Receipt,
    RewriteRequest,
    ScriptRequest,
    Shelf,
    Sought,
    VideoEngine,
    VideoRequest,
)

PRICE = usd("0.35")
COST = usd("0.30")
CLIP = Delivered(files={"clip": Payload(content=b"moving picture", media_type="video/mp4")}, cost_usd=COST)
STILL = Artifact(sha256="0" * 64, media_type="image/png", size=1)
REQUEST = VideoRequest(prompt="steam over a cup", first_frame=STILL, seconds=5, width=320, height=180)
LONG = 600.0

Said = Receipt | BaseException | Callable[[], Receipt] | None
"""What a stand-in answers: a receipt (none, to a look-up), an error it raises, or something to do first."""


def _say(answer: Said) -> Receipt | None:
    if isinstance(answer, BaseException):
        raise answer
    return answer() if callable(answer) else answer


def _receipt(answer: Said) -> Receipt:
    said = _say(answer)
    assert said is not None
    return said


class ScriptedVideo(VideoEngine):
    """Gives the n-th answer to the n-th submit and poll (the last one for ever after); `found` answers every look-up."""

    id = "stand-in"
    model = "stand-in-1"

    def __init__(
        self,
        diary: Path,
        *,
        answers: Sequence[Said] = (CLIP,),
        polls: Sequence[Said] = (CLIP,),
        found: Said = None,
        resend_is_free: bool = False,
        price: Decimal = PRICE,
    ) -> None:
        self._diary = diary
        self._answers = answers
        self._polls = polls
        self._found = found
        self._price = price
        self.resend_is_free = resend_is_free

    def price(self, request: VideoRequest) -> Decimal:
        """The same for whatever is asked."""
        del request
        return self._price

    def submit(self, request: VideoRequest, *, shelf: Shelf, token: str) -> Receipt:
        """The next answer."""
        del request, shelf
        return _receipt(self._next("submit", token, self._answers))

    def poll(self, external_id: str) -> Receipt:
        """The next poll's answer."""
        return _receipt(self._next("poll", external_id, self._polls))

    def find(self, sought: Sought) -> Receipt | None:
        """The one answer to look-ups."""
        self._write("find", sought.token)
        return _say(self._found)

    def asked(self, what: str) -> list[str]:
        """What this engine, in whatever process, was asked so far: the tokens or job ids of each `submit`, `poll` or `find`."""
        lines = self._diary.read_text().splitlines() if self._diary.exists() else []
        return [line.split()[1] for line in lines if line.startswith(f"{what} ")]

    def _next(self, what: str, name: str, answers: Sequence[Said]) -> Said:
        number = len(self.asked(what))
        self._write(what, name)
        return answers[min(number, len(answers) - 1)]

    def _write(self, what: str, name: str) -> None:
        with self._diary.open("a") as diary:
            diary.write(f"{what} {name}\n")


class Hanging:
    """An answer that never comes: says in a file that it was asked for, then waits for the end of its process."""

    def __init__(self, asked: Path) -> None:
        self.asked = asked

    def __call__(self) -> Receipt:
        """Hang."""
        self.asked.touch()
        time.sleep(LONG)
        return CLIP


class Slow:
    """The clip after a while."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def __call__(self) -> Receipt:
        """Deliver late."""
        time.sleep(self._seconds)
        return CLIP


class ScriptedDirector(Director):
    """Writes the script it was given; a rewrite's prompt says what it answers, so that tests can read it."""

    id = "embedded"
    model = "stand-in-director-1"
    resend_is_free = True

    def __init__(self, script: Script) -> None:
        self._script = script
        self.requests: list[ScriptRequest | RewriteRequest] = []

    def submit(self, request: ScriptRequest | RewriteRequest, *, shelf: Shelf, token: str) -> Receipt:
        """The script, one added scene, or a rewrite."""
        del shelf, token
        self.requests.append(request)
        if isinstance(request, RewriteRequest):
            return _json("rewrite", self._rewrite(request).model_dump_json())
        if not request.given:
            return _json("script", self._script.model_dump_json())
        given = request.given[0]
        first = self._script.scenes[0]
        words = {"narration": given.narration or "", "prompt": given.prompt or "added"}
        scene = first.model_copy(update={"id": "scene-01", "invariants": (), **words})
        return _json("script", self._script.model_copy(update={"scenes": (scene,)}).model_dump_json())

    def _rewrite(self, request: RewriteRequest) -> SceneRewrite:
        words = " / ".join(message.text for message in request.conversation if message.who == "reviewer")
        prompt = f"{request.light}: {words}"
        return SceneRewrite(prompt=prompt, camera=Camera.ORBIT, lighting="new", layout=Layout.SINGLE, reply="Done.")


def _json(name: str, text: str) -> Delivered:
    return Delivered(files={name: Payload(content=text.encode(), media_type="application/json")})
