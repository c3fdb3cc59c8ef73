"""Pictures by a Gemini image model: one generateContent, pictures in and a picture out.

The model draws in its own sizes; what it gives is cropped and scaled to the picture that was asked for.
"""

from decimal import Decimal
from math import log
from typing import Any

from videofactory.domain.errors import EngineFailed, MediaBroken
from videofactory.providers.account import Account
from videofactory.providers.adapter import Adapter
from videofactory.providers.fitted_picture import fitted_png
from videofactory.providers.gemini import from_base64, gemini_http, generated, inline
from videofactory.providers.gemini_errors import Told, submit_reading, told_by
from videofactory.providers.http import SAID
from videofactory.providers.layout_words import layout_words
from videofactory.providers.registry import Model
from videofactory.providers.roles import Delivered, Payload, Shelf, StillEngine, StillRequest

LINES = {"1K": 768, "2K": 1536, "4K": 3072}
"""Pixels of the shorter side of a 16:9 picture in each of the service's sizes."""
SECONDS = {"preview": 20.0, "style_reference": 60.0}
"""How long a picture is waited for (SPEC 5 for previews)."""
_CLOSE = 0.34
_LOOSE = 0.67


class GeminiStills(Adapter, StillEngine):
    """Draws previews and style references."""

    def __init__(self, sold: Model, *, account: Account) -> None:
        super().__init__(sold, account=account)
        self._http = gemini_http(account, reading=submit_reading(account, failed_is_free=True))

    def price(self, request: StillRequest) -> Decimal:
        """One picture of the size it is drawn in. Raises `EngineRejected` while the registry knows no price."""
        return self.sold.cost(1, per="call", size=self._size(request))

    def submit(self, request: StillRequest, *, shelf: Shelf, token: str) -> Delivered:  # noqa: ARG002 - the API takes no id of ours
        """Draw one picture; the seed is left out, for no page says that image models follow it."""
        answer = self._http.submit(
            f"/v1beta/models/{self.model}:generateContent",
            json=self._asked(request, shelf=shelf),
            seconds=SECONDS[request.purpose],
        )
        content = _picture(generated(told_by(answer), model=self.model), model=self.model)
        return Delivered(files={"still": Payload(_fitted(content, size=(request.width, request.height)), "image/png")})

    def _asked(self, request: StillRequest, *, shelf: Shelf) -> dict[str, Any]:
        pictures = [inline(shelf(reference), reference.media_type) for reference in request.references]
        return {
            "contents": [{"role": "user", "parts": [*pictures, {"text": still_words(request)}]}],
            "generationConfig": {
                "responseModalities": ["IMAGE"],
                "imageConfig": {"aspectRatio": self._aspect(request), "imageSize": self._size(request)},
            },
        }

    def _size(self, request: StillRequest) -> str:
        short = min(request.width, request.height)
        return next((size for size in self.sold.sizes if LINES[size] >= short), self.sold.sizes[-1])

    def _aspect(self, request: StillRequest) -> str:
        wanted = request.width / request.height
        return min(self.sold.aspects, key=lambda aspect: abs(log(_ratio(aspect) / wanted)))


def still_words(request: StillRequest) -> str:
    """What is asked in words: the picture, its light, colours, composition, and how closely it keeps to the pictures given."""
    return " ".join(part for part in (_wish(request), *_look(request)) if part)


def _wish(request: StillRequest) -> str:
    if request.purpose == "style_reference":
        return f"Make a clean derivative of the first picture, without text, frames or borders. {request.prompt}".strip()
    return request.prompt.strip()


def _look(request: StillRequest) -> list[str]:
    words = [f"Lighting: {request.lighting}." if request.lighting else ""]
    words.append(f"Colours, by falling weight: {', '.join(request.palette)}." if request.palette else "")
    words.append(layout_words(request))
    words.append(
        f"It is the last moment of a shot with this camera: {request.camera.replace('_', ' ')}." * (request.moment == "last")
    )
    if request.references:
        kept = "closely" if request.strength < _CLOSE else "in spirit" if request.strength < _LOOSE else "only loosely"
        words.append(f"Keep {kept} to the look of the first picture.")
        if request.focus:
            across, down = request.focus.x + request.focus.width / 2, request.focus.y + request.focus.height / 2
            words.append(f"Its subject is centred at {across:.0%} of its width and {down:.0%} of its height.")
    return words


def _picture(parts: list[Told], *, model: str) -> bytes:
    pictures = [part["inlineData"] for part in parts if isinstance(part.get("inlineData"), dict)]
    if not pictures:
        said = " ".join(str(part["text"]) for part in parts if part.get("text"))
        raise EngineFailed(f"{model} answered without a picture: {said[:SAID] or 'nothing'}.", remedy="Draw the picture again.")
    return from_base64(str(pictures[-1].get("data", "")), what=f"The picture of {model}")


def _fitted(content: bytes, *, size: tuple[int, int]) -> bytes:
    """PNG of exactly this size. Raises `EngineFailed`: a picture that cannot be read is the engine's."""
    try:
        return fitted_png(content, size=size)
    except MediaBroken as error:
        raise EngineFailed(f"The engine's answer is no picture: {error.message}", remedy="Draw the picture again.") from error


def _ratio(aspect: str) -> float:
    across, down = aspect.split(":")
    return int(across) / int(down)
