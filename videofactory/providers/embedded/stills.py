"""The embedded still engine: key frames designed from the brand image and palette, on this machine, free and repeatable.

It only translates a request; how pictures are made is `media.compose`.
"""

from videofactory.domain.errors import EngineFailed
from videofactory.media.compose.direction import Wish
from videofactory.media.compose.reference import style_reference
from videofactory.media.compose.still import key_frame
from videofactory.providers.roles import Delivered, Payload, Shelf, StillEngine, StillRequest


class EmbeddedStills(StillEngine):
    """Draws previews and style references. Bump `model` whenever equal requests give other pictures."""

    id = "embedded"
    model = "embedded-stills-1"
    resend_is_free = True

    def submit(self, request: StillRequest, *, shelf: Shelf, token: str) -> Delivered:  # noqa: ARG002 - nothing is sent
        """Draw the picture now. Raises `EngineFailed` for a style reference of nothing, `MediaBroken` for broken images."""
        make = _reference if request.purpose == "style_reference" else _preview
        return Delivered(files={"still": Payload(make(request, shelf), "image/png")})


def _reference(request: StillRequest, shelf: Shelf) -> bytes:
    if not request.references:
        raise EngineFailed(
            "A style reference was asked for without a picture.", remedy="Give the brief at least one brand image."
        )
    size = (request.width, request.height)
    return style_reference(shelf(request.references[0]), size=size, focus=request.focus, strength=request.strength)


def _preview(request: StillRequest, shelf: Shelf) -> bytes:
    wish = Wish(
        prompt=request.prompt,
        lighting=request.lighting,
        seed=request.seed,
        layout=request.layout,
        camera=request.camera,
        moment=request.moment,
        strength=request.strength,
    )
    return key_frame(
        wish,
        size=(request.width, request.height),
        references=[shelf(reference) for reference in request.references],
        palette=request.palette,
        focus=request.focus,
    )
