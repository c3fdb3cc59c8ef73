"""Direction and analysis by a text model, as engines: a service's class says only which `TextModel` it is."""

from abc import abstractmethod
from decimal import Decimal

from videofactory.domain.value import Value
from videofactory.providers.adapter import Adapter
from videofactory.providers.direction.analysis_answer import analysis_of, shown
from videofactory.providers.direction.asking import answered, most_cost
from videofactory.providers.direction.prompts import versions
from videofactory.providers.direction.questions import analysis_question, rewrite_question, script_question
from videofactory.providers.direction.rewrite_answer import rewrite_of
from videofactory.providers.direction.script_answer import script_of
from videofactory.providers.roles import (
    AnalysisRequest,
    Analyst,
    Delivered,
    Director,
    Payload,
    RewriteRequest,
    ScriptRequest,
    Shelf,
)
from videofactory.providers.text import Question, TextModel


class TextDirector(Adapter, Director):
    """Writes scripts and rewrites scenes with a text model: at most two questions for each, the second to mend the first answer.

    A changed prompt is another purchase: its version is part of what answers.
    """

    def model_for(self, request: ScriptRequest | RewriteRequest) -> str:
        """The model, and the versions of the prompts this request is asked with."""
        return f"{self.model}+{versions('script' if isinstance(request, ScriptRequest) else 'rewrite', 'repair')}"

    @abstractmethod
    def text_model(self) -> TextModel:
        """The service that answers."""

    def price(self, request: ScriptRequest | RewriteRequest) -> Decimal:
        """The most it can cost: both questions at their longest."""
        return most_cost(_direction_question(request), sold=self.sold)

    def submit(self, request: ScriptRequest | RewriteRequest, *, shelf: Shelf, token: str) -> Delivered:  # noqa: ARG002 - opens no media, and text services take no id
        """Delivered with the file `script` (JSON of `Script`) or `rewrite` (JSON of `SceneRewrite`)."""
        question, model = _direction_question(request), self.text_model()
        if isinstance(request, ScriptRequest):
            script, cost, remarks = answered(model, question, read=lambda text: script_of(text, request=request), sold=self.sold)
            return _delivered("script", script, cost=cost, remarks=remarks)
        rewrite, cost, remarks = answered(model, question, read=lambda text: rewrite_of(text, request=request), sold=self.sold)
        return _delivered("rewrite", rewrite, cost=cost, remarks=remarks)


class TextAnalyst(Adapter, Analyst):
    """Reads brand images with a text model that sees pictures; the palette is measured here."""

    def model_for(self, request: AnalysisRequest) -> str:  # noqa: ARG002 - there is one prompt for all
        """The model, and the versions of the prompts it is asked with."""
        return f"{self.model}+{versions('analysis', 'repair')}"

    @abstractmethod
    def text_model(self) -> TextModel:
        """The service that answers."""

    def price(self, request: AnalysisRequest) -> Decimal:
        """The most it can cost: both questions at their longest, with the picture in each."""
        return most_cost(analysis_question(request), sold=self.sold, pictures=1)

    def submit(self, request: AnalysisRequest, *, shelf: Shelf, token: str) -> Delivered:  # noqa: ARG002 - text services take no id
        """Delivered with the file `analysis`. Raises `MediaBroken`, before anything is paid, for a broken picture."""
        picture, colours = shown(shelf(request.image))
        analysis, cost, remarks = answered(
            self.text_model(),
            analysis_question(request, pictures=(picture,)),
            read=lambda text: analysis_of(text, colours=colours),
            sold=self.sold,
        )
        return _delivered("analysis", analysis, cost=cost, remarks=remarks)


def _direction_question(request: ScriptRequest | RewriteRequest) -> Question:
    return script_question(request) if isinstance(request, ScriptRequest) else rewrite_question(request)


def _delivered(name: str, value: Value, *, cost: Decimal, remarks: tuple[str, ...]) -> Delivered:
    payload = Payload(value.model_dump_json().encode(), "application/json")
    return Delivered(files={name: payload}, cost_usd=cost, remarks=remarks)
