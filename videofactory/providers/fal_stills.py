"""Pictures by FLUX at fal.ai: from words alone (`FalStills`, previews), and from a picture (`FalImageToImage`, style reference).

FLUX draws in steps of 16 pixels and is bounded by the registry's size, so a picture may be smaller than asked for; its shape is
the nearest that can be had. What FLUX flags as unsafe comes back black and with a mark: that is a refusal, not a picture.
"""

import hashlib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from videofactory.domain.errors import EngineFailed, EngineRejected, Refused
from videofactory.providers.account import Account
from videofactory.providers.adapter import Adapter
from videofactory.providers.fal import Ended, FalQueue, looked_up
from videofactory.providers.fal_errors import UNPAID
from videofactory.providers.fitted_picture import fitted_png
from videofactory.providers.http import SAID
from videofactory.providers.layout_words import layout_words
from videofactory.providers.registry import Model
from videofactory.providers.roles import Delivered, Link, Pending, Receipt, Shelf, Sought, StillEngine, StillRequest

STEP = 16
"""FLUX's sides are multiples of this many pixels."""
SMALLEST_SHARE = 0.75
"""How much smaller than it could be a picture may become for the sake of its shape."""
LEAST_STRENGTH = 0.01
WAIT = 1.0
FINDABLE = 600.0
SEED_BITS = 31
MEGAPIXEL = 1_000_000


class _Flux(Adapter, StillEngine):
    """What both have in common: the queue, the price by the megapixel (each begun one counts), the result."""

    findable_for = FINDABLE

    def __init__(self, sold: Model, *, account: Account) -> None:
        super().__init__(sold, account=account)
        self._queue = FalQueue(account, endpoint=sold.id, wait=WAIT)

    def price(self, request: StillRequest) -> Decimal:
        """The picture's megapixels, each begun one counted, at the registry's price."""
        width, height = self._size(request)
        return self.sold.cost(-(-width * height // MEGAPIXEL), per="megapixel")

    def poll(self, external_id: str) -> Receipt:
        """See `Engine.poll`. Raises `Refused` for a picture that FLUX's safety checker flagged."""
        result = self._queue.ask(external_id)
        return result if isinstance(result, Pending) else self._delivered(result)

    def find(self, sought: Sought) -> Receipt:
        """The request with our prompt and seed, in fal's list of finished requests."""
        request = StillRequest.model_validate_json(sought.request)
        marks = {"prompt": words_for(request), "seed": seed_for(request, sought.token)}

        def mine(sent: Mapping[str, Any]) -> bool:
            return marks.items() <= sent.items()

        return looked_up(self._queue, sought, mine=mine, alike=lambda _: False)

    def _size(self, request: StillRequest) -> tuple[int, int]:
        return drawn_size(request.width, request.height, longest=max(int(side) for side in self.sold.sizes[-1].split("x")))

    def _wanted(self, request: StillRequest, token: str) -> dict[str, Any]:
        return {
            "prompt": words_for(request),
            "seed": seed_for(request, token),
            "num_images": 1,
            "output_format": "png",
            "enable_safety_checker": True,
        }

    def _delivered(self, ended: Ended) -> Delivered:
        if any(ended.made.get("has_nsfw_concepts") or ()):
            refused = Refused("fal's safety checker flagged the picture as unsafe (has_nsfw_concepts) and blacked it out.")
            refused.cost_usd = self._charged(ended.units)  # it was drawn, so it is billed
            raise refused
        pictures = ended.made.get("images") or [{}]
        if not pictures[0].get("url"):
            raise EngineFailed(f"fal delivered no picture: {str(ended.made)[:SAID]}", remedy=UNPAID)
        link = Link(str(pictures[0]["url"]), str(pictures[0].get("content_type") or "image/png"))
        return Delivered(links={"still": link}, cost_usd=self._charged(ended.units))

    def _charged(self, units: str) -> Decimal | None:
        """What fal billed, where it says so: megapixels."""
        return self.sold.cost(Decimal(units), per="megapixel") if units.replace(".", "", 1).isdigit() else None


class FalStills(_Flux):
    """Pictures from words alone (FLUX schnell). It sees no reference: palette and light reach it in words."""

    def submit(self, request: StillRequest, *, shelf: Shelf, token: str) -> Pending:  # noqa: ARG002 - it takes no picture
        """See `Engine.submit`. Raises `EngineRejected` for a style reference: words alone cannot keep a brand image's looks."""
        if request.purpose == "style_reference":
            raise EngineRejected(
                f"{self.sold.id} draws from words alone and cannot derive a style reference.",
                remedy="Name an engine that takes a picture: 'style: fal-ai/flux/dev/image-to-image' in the channel's file.",
            )
        width, height = self._size(request)
        return self._queue.submit(self._wanted(request, token) | {"image_size": {"width": width, "height": height}}, token=token)


class FalImageToImage(_Flux):
    """Pictures from a picture (FLUX dev image-to-image): the style reference, and stills that keep the brand's looks."""

    def submit(self, request: StillRequest, *, shelf: Shelf, token: str) -> Pending:
        """See `Engine.submit`: the first reference decides the size, so it is cut to the shape asked for.

        Raises `EngineRejected` for a request without one, `MediaBroken` for one that cannot be read.
        """
        if not request.references:
            raise EngineRejected(
                f"{self.sold.id} draws from a picture, and the request has none.", remedy="Name another engine for stills."
            )
        picture = fitted_png(shelf(request.references[0]).read_bytes(), size=self._size(request))
        address = self._queue.upload(picture, token=token, name="reference.png")
        strength = round(max(LEAST_STRENGTH, request.strength), 4)
        return self._queue.submit(self._wanted(request, token) | {"image_url": address, "strength": strength}, token=token)


def words_for(request: StillRequest) -> str:
    """The prompt, with what FLUX must be told in words: light, colours, layout, and which end of the scene is drawn."""
    more = [
        f"Lighting: {request.lighting}." if request.lighting else "",
        f"Colours, by falling weight: {', '.join(request.palette)}." if request.palette else "",
        layout_words(request),
        "The last moment of the scene." if request.moment == "last" else "",
    ]
    return " ".join(part for part in (request.prompt.strip(), *more) if part)


def seed_for(request: StillRequest, token: str) -> int:
    """The request's own seed; where it has none, one made from our id, so that the request can be known again."""
    digest = hashlib.sha256(token.encode()).digest()
    return request.seed or int.from_bytes(digest[:8], "big") >> (64 - SEED_BITS)


def drawn_size(width: int, height: int, *, longest: int) -> tuple[int, int]:
    """The size FLUX draws for a frame: no side above `longest`, both multiples of 16, the shape as near as can be, then large."""
    scale = min(1.0, longest / max(width, height))
    most = -(-int(width * scale) // STEP) * STEP
    least = max(STEP, int(width * scale * SMALLEST_SHARE) // STEP * STEP)
    sizes = [(across, max(STEP, round(across * height / width / STEP) * STEP)) for across in range(least, most + 1, STEP)]
    bounded = [size for size in sizes if max(size) <= longest]
    return min(bounded, key=lambda size: (round(abs(size[0] / size[1] * height / width - 1), 4), -size[0]))
