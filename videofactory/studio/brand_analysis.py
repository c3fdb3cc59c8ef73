"""Station `brand_analysis`: the first brand image, read by the channel's analyst."""

from videofactory.domain.brand import INTEGRITY_LIMIT, BrandAnalysis
from videofactory.domain.brief import TakenIn
from videofactory.domain.errors import BrandFlagged
from videofactory.domain.money import ZERO
from videofactory.domain.review import BrandAccepted
from videofactory.providers.cast import pick
from videofactory.providers.roles import AnalysisRequest
from videofactory.studio.buying import buy
from videofactory.studio.factory import Studio
from videofactory.studio.material import Analysed


def make(studio: Studio, taken: TakenIn) -> Analysed:
    """The analysis of the project's first brand image."""
    channel = studio.channel_of(taken.project)
    engine = pick(studio.engines(channel.key).analysts, channel.engines.analyst, role="analyst", channel=channel.key)
    request = AnalysisRequest(image=taken.images[0], title=taken.brief.title, language=taken.language)
    bought = buy(studio, engine, request, role="analyst", project=taken.project)
    analysis = BrandAnalysis.model_validate_json(studio.artifacts.read(bought.files["analysis"]))
    return Analysed(analysis=analysis, image=taken.images[0], engine=engine.id, cost_usd=bought.call.cost_usd or ZERO)


def is_fit(studio: Studio, project: str, analysed: Analysed) -> bool:
    """Whether the picture's integrity is high enough, or a person let it pass."""
    accepted = any(isinstance(entry, BrandAccepted) for entry in studio.ledger.reviews.log(project))
    return accepted or analysed.analysis.scores.integrity >= INTEGRITY_LIMIT


def require_fit(studio: Studio, project: str, analysed: Analysed) -> None:
    """Raise `BrandFlagged` unless the picture is fit for use: nothing is made from a flagged brand."""
    if is_fit(studio, project, analysed):
        return
    reasons = "; ".join(analysed.analysis.remarks) or "no single cause"
    raise BrandFlagged(
        f"The brand image's integrity is {analysed.analysis.scores.integrity:.2f}, below {INTEGRITY_LIMIT} ({reasons}).",
        remedy=f"Give the brief a better picture, or let this one pass: 'videofactory review {project} --accept-brand WHY'.",
    )
