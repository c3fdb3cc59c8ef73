"""What these tests share: a brand, requests, answers as a model writes them, and a text model that says what it is told."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from videofactory.domain.brand import BrandAnalysis, Scores, Swatch
from videofactory.domain.footage import Artifact, Box
from videofactory.domain.script import Scene, SceneRewrite, Script
from videofactory.providers.account import Account
from videofactory.providers.direction import TextAnalyst, TextDirector
from videofactory.providers.registry import Model, Price
from videofactory.providers.roles import AnalysisRequest, Delivered, RewriteRequest, ScriptRequest
from videofactory.providers.text import Question, Reply, TextModel

COFFEE = Path(__file__).parents[3] / "videofactory" / "data" / "sample" / "coffee.png"
ROSA = "character:rosa_id:12345678"
EMIL = "character:emil_id:87654321"
BRAND = BrandAnalysis(
    palette=(Swatch(hex="#6b3f1d", share=1.0),),
    mood="warm, intimate",
    subject="red espresso cup on a wooden table",
    essence="warm wood and red porcelain",
    invariants=("red glazed cup", "wooden table"),
    scores=Scores(physics=0.2, vibe=0.6, logic=0.1, integrity=0.9),
    focus=Box(x=0.1, y=0.1, width=0.5, height=0.5),
)
IMAGE = AnalysisRequest(image=Artifact(sha256="0" * 64, media_type="image/png", size=1), title="The first cup")
SCENE = Scene(
    id="scene-02",
    narration="The first cup is for the baker next door.",
    prompt=f"Close-up of a red glazed cup on a wooden table, {ROSA} behind it.",
    lighting="soft window light",
    invariants=("red glazed cup", "wooden table"),
    characters=(ROSA,),
    seconds=5,
)
SOLD = Model(
    id="stand-in-1",
    provider="stand-in",
    engine="stand-in",
    role="director",
    adapter="",
    resend=True,
    prices=(Price(per="million_input_tokens", usd=Decimal(2)), Price(per="million_output_tokens", usd=Decimal(10))),
    prices_read=date(2026, 11, 20),
    prices_source="invented",
)
ACCOUNT = Account("stand-in", {"stand-in": "http://127.0.0.1:1"})
ONE_COLOUR = BRAND.palette
Said = str | Exception


def script_request(**fields: object) -> ScriptRequest:
    plain: dict[str, object] = {
        "title": "The first cup",
        "text": "We open at six. The first cup is for the baker next door. Rosa pours it.",
        "channel_name": "Harbour Coffee",
        "language": "en",
        "brand": BRAND,
        "style_prompt": "natural window light",
        "seconds": 20.0,
        "scenes": 4,
    }
    return ScriptRequest.model_validate(plain | fields)


def rewrite_request(**fields: object) -> RewriteRequest:
    plain: dict[str, object] = {"scene": SCENE, "brand": BRAND, "style_prompt": "natural window light", "light": "yellow"}
    return RewriteRequest.model_validate(plain | fields)


def written_scene(**fields: object) -> dict[str, Any]:
    """A scene as a model writes it, without the tokens it forgot."""
    plain: dict[str, Any] = {
        "narration": "We open at six.",
        "on_screen_text": "",
        "prompt": "Wide shot of a harbour at dawn, 28mm lens, soft mist over the water",
        "camera": "pan_left",
        "lighting": "blue hour",
        "layout": "single",
        "sound": "gulls far away",
        "seconds": 5.0,
        "transition": "crossfade",
        "characters": [],
    }
    return plain | fields


def written(*scenes: dict[str, Any], **fields: object) -> str:
    """A script as a model writes it; four plain scenes where none are given."""
    plain: dict[str, Any] = {
        "title": "The first cup",
        "description": "A morning at the harbour.",
        "tags": ["coffee", "#harbour"],
        "music": "warm felt piano",
        "call_to_action": "Come by.",
        "scenes": list(scenes) or [written_scene() for _ in range(4)],
    }
    return json.dumps(plain | fields, ensure_ascii=False)


def rewritten(**fields: object) -> str:
    """A rewrite as a model writes it."""
    plain = {
        "prompt": "Over-the-shoulder view of hands around a cup, 35mm lens",
        "camera": "orbit",
        "lighting": "golden light",
        "layout": "single",
        "reply": "I went closer and made the light golden.",
    }
    return json.dumps(plain | fields, ensure_ascii=False)


def seen(**fields: object) -> str:
    """An analysis as a model writes it."""
    plain: dict[str, object] = {
        "mood": "warm",
        "subject": "a red cup",
        "essence": "warm wood and red porcelain",
        "invariants": ["red cup", "wooden table"],
        "scores": {"physics": 0.1, "vibe": 0.7, "logic": 0.2, "integrity": 0.9},
        "focus": {"x": 0.25, "y": 0.25, "width": 0.5, "height": 0.5},
        "remarks": [],
    }
    return json.dumps(plain | fields)


class Prompter(TextModel):
    """Says its lines in order (raises those that are errors), and remembers what it was asked."""

    def __init__(self, *lines: Said, sent: int = 1000, made: int = 500) -> None:
        self.lines = list(lines)
        self.asked: list[Question] = []
        self._usage = {"sent": sent, "made": made}

    def ask(self, question: Question) -> Reply:
        """The next line."""
        self.asked.append(question)
        line = self.lines.pop(0)
        if isinstance(line, Exception):
            raise line
        return Reply(text=line, **self._usage)


class PromptedDirector(TextDirector):
    """A director that asks a prompter."""

    def __init__(self, *lines: Said) -> None:
        super().__init__(SOLD, account=ACCOUNT)
        self.prompter = Prompter(*lines)

    def text_model(self) -> TextModel:
        """The prompter."""
        return self.prompter

    def delivered(self, request: ScriptRequest | RewriteRequest) -> Delivered:
        """Submitted, as the door does it."""
        return self.submit(request, shelf=lambda _: COFFEE, token="t-1")  # noqa: S106 - our own id for the call, no secret


class PromptedAnalyst(TextAnalyst):
    """An analyst that asks a prompter."""

    def __init__(self, *lines: Said) -> None:
        super().__init__(SOLD, account=ACCOUNT)
        self.prompter = Prompter(*lines)

    def text_model(self) -> TextModel:
        """The prompter."""
        return self.prompter


def script_in(receipt: Delivered) -> Script:
    """The script of a receipt."""
    return Script.model_validate_json(receipt.files["script"].content)


def rewrite_in(receipt: Delivered) -> SceneRewrite:
    """The rewrite of a receipt."""
    return SceneRewrite.model_validate_json(receipt.files["rewrite"].content)
