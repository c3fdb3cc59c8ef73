"""The questions put to a text model: instructions from the prompt files, facts as JSON, a conversation as turns, a schema.

The facts of a script and of an analysis stand in the first turn; those of a rewrite in the instructions, because the turns are
the reviewer's and the director's own words.
"""

from functools import cache
from typing import Any, Literal

from pydantic import BaseModel

from videofactory.domain.brand import BrandAnalysis
from videofactory.domain.script import MAX_SCENES
from videofactory.providers.direction.analysis_answer import WrittenAnalysis
from videofactory.providers.direction.prompts import prompt, stated
from videofactory.providers.direction.rewrite_answer import WrittenRewrite
from videofactory.providers.direction.script_answer import WrittenScript
from videofactory.providers.direction.script_problems import expected_scenes
from videofactory.providers.direction.shapes import schema_of
from videofactory.providers.roles import AnalysisRequest, Payload, RewriteRequest, ScriptRequest
from videofactory.providers.text import Question, Turn

THINKING_TOKENS = 4000
"""Room for what a model thinks before it answers, which is billed as answer."""
SCENE_TOKENS, SCRIPT_TOKENS, ANSWER_TOKENS = 600, 2000, 2000
"""Room for one scene, for the rest of a script, and for a rewrite or an analysis; scripts without Latin letters take the most."""
SHORTEST_SCENE, LONGEST_FILM = 3.0, 60.0
"""Seconds: how many scenes a director may choose at most follows from them."""
RED, YELLOW = "This picture is wrong. Find a fresh idea.", "Please look at this picture again."
"""What is said for a reviewer who gave a light without words."""


def script_question(request: ScriptRequest) -> Question:
    """Write a script."""
    most_scenes = expected_scenes(request)[1]
    if request.scenes is None:
        most_scenes = min(most_scenes, max(len(request.given), round((request.seconds or LONGEST_FILM) / SHORTEST_SCENE)))
    return Question(
        system=prompt("script").text,
        turns=(Turn("user", f"Write the script.\n\n{stated(_script_facts(request))}"),),
        schema=_schema(WrittenScript),
        tokens=THINKING_TOKENS + SCRIPT_TOKENS + SCENE_TOKENS * min(MAX_SCENES, most_scenes),
    )


def _script_facts(request: ScriptRequest) -> dict[str, object]:
    given = [scene.model_dump(mode="json", exclude_none=True, exclude={"engine"}) for scene in request.given]
    least, most = expected_scenes(request)
    return {
        "title": request.title,
        "text": request.text,
        "channel": request.channel_name,
        "call_to_action": request.call_to_action,
        "language": request.language,
        "seconds": request.seconds,
        "scenes": least if least == most else None,
        "style": request.style_prompt,
        "music": request.music,
        "brand": _brand(request.brand),
        "invariants": [token for token in request.brand.invariants if token.strip()],
        "characters": [{"name": name, "tag": tag} for tag, name in request.characters.items()],
        "given": [{"scene": number, **scene} for number, scene in enumerate(given, start=1)],
        "variation": request.seed,
    }


def rewrite_question(request: RewriteRequest) -> Question:
    """Rewrite one scene's picture, as the next turn of the conversation about it."""
    return Question(
        system=f"{prompt('rewrite').text}\n\n{stated(_rewrite_facts(request))}",
        turns=_turns(request),
        schema=_schema(WrittenRewrite),
        tokens=THINKING_TOKENS + ANSWER_TOKENS,
    )


def _rewrite_facts(request: RewriteRequest) -> dict[str, object]:
    scene = request.scene
    shown = ("narration", "on_screen_text", "prompt", "camera", "lighting", "layout", "seconds")
    return {
        "light": request.light,
        "language": request.language,
        "scene": scene.model_dump(mode="json", include=set(shown)),
        "brand": _brand(request.brand),
        "style": request.style_prompt,
        "invariants": list(scene.invariants),
        "characters": list(scene.characters),
        "variation": request.seed,
    }


def _turns(request: RewriteRequest) -> tuple[Turn, ...]:
    """The conversation as turns that alternate, begin with the reviewer and end with what is asked now."""
    turns: list[Turn] = []
    for message in request.conversation:
        who: Literal["user", "model"] = "user" if message.who == "reviewer" else "model"
        if not message.text.strip() or (not turns and who == "model"):
            continue
        if turns and turns[-1].who == who:
            turns[-1] = Turn(who, f"{turns[-1].text}\n\n{message.text}")
        else:
            turns.append(Turn(who, message.text))
    if not turns or turns[-1].who == "model":
        turns.append(Turn("user", RED if request.light == "red" else YELLOW))
    return tuple(turns)


def analysis_question(request: AnalysisRequest, *, pictures: tuple[Payload, ...] = ()) -> Question:
    """Read a brand image."""
    facts = {"title": request.title, "language": request.language}
    return Question(
        system=prompt("analysis").text,
        turns=(Turn("user", f"Look at this brand picture.\n\n{stated(facts)}"),),
        schema=_schema(WrittenAnalysis),
        tokens=THINKING_TOKENS + ANSWER_TOKENS,
        pictures=pictures,
    )


def _brand(brand: BrandAnalysis) -> dict[str, object]:
    colours = [swatch.hex for swatch in brand.palette]
    return {"mood": brand.mood, "subject": brand.subject, "essence": brand.essence, "colours": colours}


@cache
def _schema(shape: type[BaseModel]) -> dict[str, Any]:
    return schema_of(shape)
