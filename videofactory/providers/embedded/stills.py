"""The embedded still engine: key frames designed from the brand image and palette, on this machine, free and repeatable.

It only translates a request; how pictures are made is `media.compose`.
"""

from videofactory.domain.errors import EngineFailed
from videofactory.domain.footage import Parts
from videofactory.domain.script import Layout
from videofactory.media.compose.direction import Wish
from videofactory.media.compose.reference import style_reference
from videofactory.media.compose.still import Drawn, drawn
from videofactory.providers.roles import Delivered, Payload, Shelf, StillEngine, StillRequest

SPLIT_MODEL = "embedded-stills-3"


class EmbeddedStills(StillEngine):
    """Draws previews and style references. Bump `model` whenever equal requests give other pictures."""

    id = "embedded"
    model = "embedded-stills-2"
    resend_is_free = True

    def submit(self, request: StillRequest, *, shelf: Shelf, token: str) -> Delivered:  # noqa: ARG002 - nothing is sent
        """Draw the picture now. Raises `EngineFailed` for a style reference of nothing, `MediaBroken` for broken images."""
        if request.purpose == "style_reference":
            return Delivered(files={"still": Payload(_reference(request, shelf), "image/png")})
        made = _preview(request, shelf)
        still = {"still": Payload(made.png, "image/png")}
        told = {"parts": Payload(made.parts.model_dump_json().encode(), "application/json")} if made.parts != Parts() else {}
        return Delivered(files=still | told)

    def model_for(self, request: StillRequest) -> str:
        """Split screens have changed once more often than all other pictures, which are the same to the byte."""
        return SPLIT_MODEL if request.layout is Layout.SPLIT_SCREEN else self.model


def _reference(request: StillRequest, shelf: Shelf) -> bytes:
    if not request.references:
        raise EngineFailed(
            "A style reference was asked for without a picture.", remedy="Give the brief at least one brand image."
        )
    size = (request.width, request.height)
    return style_reference(shelf(request.references[0]), size=size, focus=request.focus, strength=request.strength)


def _preview(request: StillRequest, shelf: Shelf) -> Drawn:
    wish = Wish(
        prompt=request.prompt,
        lighting=request.lighting,
        seed=request.seed,
        layout=request.layout,
        camera=request.camera,
        moment=request.moment,
        strength=request.strength,
        panes=request.split.panes if request.split else 0,
        divider=request.split.divider if request.split else None,
    )
    return drawn(
        wish,
        size=(request.width, request.height),
        references=[shelf(reference) for reference in request.references],
        palette=request.palette,
        focus=request.focus,
    )
