"""Station `style_reference`: a clean derivative of the brand image, by image-to-image at a strength of 0.3 to 0.5, seed kept."""

from videofactory.domain.brief import TakenIn
from videofactory.domain.fingerprint import seed_of
from videofactory.domain.footage import Still
from videofactory.domain.money import ZERO
from videofactory.media.measure import size_of
from videofactory.providers.cast import pick
from videofactory.providers.roles import StillRequest
from videofactory.studio.brand_analysis import require_fit
from videofactory.studio.buying import buy
from videofactory.studio.channels import style_presets
from videofactory.studio.factory import Studio
from videofactory.studio.material import Analysed, StyleReference

STRENGTH = 0.4
PURPOSE = "style_reference"
"""Some engines have a model of their own for this."""
WIDEST = 2.4
"""A longer picture (a panorama, a strip) is cropped to this many times its shorter side."""


def make(studio: Studio, taken: TakenIn, analysed: Analysed) -> StyleReference:
    """The style reference of a project. Raises `BrandFlagged` for a picture that is not fit for use."""
    require_fit(studio, taken.project, analysed)
    channel = studio.channel_of(taken.project)
    cast, name = studio.engines(channel.key).stills, channel.engines.style
    special = f"{name}/{PURPOSE}"
    engine = pick(cast, special if special in cast else name, role="style", channel=channel.key)
    width, height = _size(studio, analysed)
    seed = seed_of(taken.project, "style_reference")
    request = StillRequest(
        seed=seed,
        prompt=f"{analysed.analysis.essence} {style_presets()[taken.style].prompt}",
        width=width,
        height=height,
        references=(analysed.image,),
        palette=tuple(swatch.hex for swatch in analysed.analysis.palette),
        focus=analysed.analysis.focus,
        strength=STRENGTH,
        purpose=PURPOSE,
    )
    bought = buy(studio, engine, request, role="stills", project=taken.project)
    still = Still(artifact=bought.files["still"], width=width, height=height)
    return StyleReference(still=still, strength=STRENGTH, seed=seed, engine=engine.id, cost_usd=bought.call.cost_usd or ZERO)


def _size(studio: Studio, analysed: Analysed) -> tuple[int, int]:
    """The brand image's own shape, its shorter side that of the film: nothing of it is lost before scenes are composed."""
    width, height = size_of(studio.artifacts.path(analysed.image))
    short = studio.settings.short_side
    longest = min(max(width, height) / min(width, height), WIDEST) * short
    long_side = round(longest / 2) * 2
    return (long_side, short) if width >= height else (short, long_side)
