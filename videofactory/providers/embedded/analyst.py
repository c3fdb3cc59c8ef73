"""The embedded brand analyst: measures the real picture and reads brand, scores and words off the figures. Free, no network.

The formulas stand in docs/analyst.md and `analyst_scores`, the wording in `analyst_words`, the arithmetic in `media.measure`.
"""

import numpy as np

from videofactory.domain.brand import BrandAnalysis, Swatch
from videofactory.domain.footage import Box
from videofactory.media.measure import (
    Opened,
    Picture,
    attention,
    detail,
    form,
    light,
    load_picture,
    palette,
    palette_of_pixels,
    shrink,
    size_of,
)
from videofactory.providers.embedded import analyst_scores, analyst_words
from videofactory.providers.embedded.analyst_scores import Figures
from videofactory.providers.roles import AnalysisRequest, Analyst, Delivered, Payload, Shelf

WORKING_SIDE = 1280
"""Longer side in pixels at which a picture is decoded; each measure shrinks further to the scale it needs."""
COLOUR_SIDE = 320
DECIMALS = 4


class EmbeddedAnalyst(Analyst):
    """Reads a brand image by measuring it; the same picture always gives the same bytes."""

    id = "embedded"
    model = "embedded-analyst-1"
    resend_is_free = True

    def submit(self, request: AnalysisRequest, *, shelf: Shelf, token: str) -> Delivered:  # noqa: ARG002 - nothing to look up
        """Measure the picture. Raises `MediaBroken` for one that does not decode."""
        path = shelf(request.image)
        analysis = analyse(load_picture(path, longest=WORKING_SIDE), size=size_of(path))
        content = analysis.model_dump_json(indent=1).encode()
        return Delivered(files={"analysis": Payload(content, "application/json")}, remarks=analysis.remarks)


def analyse(picture: Opened | Picture, *, size: tuple[int, int]) -> BrandAnalysis:
    """The reading of a picture; `size` is the file's own width and height, which `picture` may have been shrunk from."""
    opened = picture if isinstance(picture, Opened) else Opened(picture)
    image = opened.pixels
    figures = Figures(*size, detail(image), light(image), form(image), attention(image))
    colours = palette(opened)
    inside, outside = _inside_and_outside(shrink(image, longest=COLOUR_SIDE), box=figures.attention.box)
    return BrandAnalysis(
        palette=colours,
        mood=analyst_words.mood(figures),
        subject=analyst_words.subject(figures, inside=inside, outside=outside),
        essence=analyst_words.essence(figures, palette=colours),
        invariants=analyst_words.invariants(figures, palette=colours, outside=outside),
        scores=analyst_scores.scores(figures),
        focus=figures.attention.box,
        measures=_measures(figures),
        remarks=analyst_words.remarks(figures, analyst_scores.fitness(figures)),
    )


def _inside_and_outside(image: Picture, *, box: Box) -> tuple[tuple[Swatch, ...], tuple[Swatch, ...]]:
    """The colours in the subject's box and around it, as they are seen: a cut-out stands on the ground it is laid on."""
    height, width = image.shape[:2]
    mask = np.zeros((height, width), dtype=bool)
    top, left = int(box.y * height), int(box.x * width)
    mask[top : top + max(1, round(box.height * height)), left : left + max(1, round(box.width * width))] = True
    inside = palette_of_pixels(image[mask])
    return inside, inside if mask.all() else palette_of_pixels(image[~mask])


def _measures(figures: Figures) -> dict[str, float]:
    named = {f"light_{name}": value for name, value in figures.light._asdict().items()}
    named |= {f"form_{name}": value for name, value in figures.form._asdict().items()}
    named |= {f"fitness_{name}": value for name, value in analyst_scores.fitness(figures).items()}
    named |= {
        "width": figures.width,
        "height": figures.height,
        "sharpness": figures.detail.sharpness,
        "noise": figures.detail.noise,
        "edge_density": figures.detail.edges,
        "saliency_share": figures.attention.share,
        "saliency_focus": figures.attention.focus,
        "depth": analyst_scores.depth(figures),
        "drawn": analyst_scores.drawn(figures.form),
        "lettered": analyst_scores.lettered(figures.form),
    }
    return {name: round(float(value), DECIMALS) for name, value in sorted(named.items())}
