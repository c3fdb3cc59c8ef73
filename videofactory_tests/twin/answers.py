"""What the twin's text models answer: JSON for the factory's own questions (script, rewrite, analysis) that passes its checks.

It reads the facts the factory states (`<facts>` … `</facts>`) as a model would, so that a whole film can be made of the answers.
"""

import json
import re
from itertools import cycle, islice
from typing import Any

WORDS_PER_SECOND = 2.4
LONGEST_LINE = 40
CAMERAS = ("push_in", "pan_right", "static", "pull_out", "orbit", "tilt_up")
PICTURES = (
    "Wide shot of the place in the first light, 28mm lens, the subject in the lower third, honest textures",
    "Medium close-up of hands at work, 50mm lens, the subject to the left, shallow depth of field",
    "Macro of the material itself, 100mm lens, drops and grain in sharp focus, soft background",
    "Over-the-shoulder view, 35mm lens, the subject in the centre, calm negative space above",
)
LIGHTS = ("low morning sun from the left", "soft window light", "warm practical lamps", "even overcast daylight")
SOUNDS = ("cups set down on wood", "", "a door opening, distant street", "")


def answer_for(system: str, user: str, schema: dict[str, Any]) -> str:
    """JSON that fits the schema and what was asked. `user` is every turn of the user, joined."""
    facts = _facts(f"{system}\n{user}")
    kinds = {"scenes": _script, "reply": _rewrite, "scores": _analysis}
    kind = next((answer for name, answer in kinds.items() if name in schema.get("properties", {})), None)
    return json.dumps(_example(schema) if kind is None else kind(facts), ensure_ascii=False)


def spoilt(text: str, *, fault: str) -> str:
    """The answer as a fault of a job spoils it: no JSON, cut, blank, or a script with a scene too many."""
    if fault == "corrupt":
        return "I am sorry, here is the script: one scene, a cup."
    if fault == "truncated":
        return text[: len(text) // 2]
    if fault == "black":
        return "   "
    if fault == "wrong_length":
        answer = json.loads(text)
        answer["scenes"] = [*answer.get("scenes", []), *answer.get("scenes", [])[-1:]]
        return json.dumps(answer | {"prompt": "", "subject": ""}, ensure_ascii=False)
    return text


def _facts(text: str) -> dict[str, Any]:
    found = re.search(r"<facts>\n(.*?)\n</facts>", text, re.DOTALL)
    facts: dict[str, Any] = json.loads(found[1]) if found else {}
    return facts


def _script(facts: dict[str, Any]) -> dict[str, Any]:
    given = facts.get("given", [])
    length = facts.get("seconds") or 5.0 * (facts.get("scenes") or max(4, len(given)))
    number = facts.get("scenes") or max(1, len(given), round(length / 5))
    seconds = [round(length / number, 2)] * number
    lines = _lines(facts, seconds=seconds)
    return {
        "title": facts["title"][:100] or "Film",
        "description": f"{facts['text'][:200]} {facts['channel']}.",
        "tags": [facts["channel"], *re.findall(r"\w{4,20}", facts["title"])][:8],
        "music": f"{facts['music'] or 'warm felt piano'}, unhurried, room for a voice",
        "call_to_action": facts["call_to_action"] or facts["channel"],
        "scenes": [_scene(facts, number=index, said=said, seconds=seconds[index]) for index, said in enumerate(lines)],
    }


def _lines(facts: dict[str, Any], *, seconds: list[float]) -> list[str]:
    """The brief's own sentences over the scenes, as many words as can be spoken; each sentence once."""
    sentences = re.findall(r"[^.!?。]+[.!?。]?", facts["text"])
    lines = []
    for length in seconds:
        words = sentences.pop(0).split() if sentences else []
        room = int(length * WORDS_PER_SECOND)
        joined = " ".join(words[:room])
        lines.append(joined if len(joined) < 6 * length or " " in joined else joined[: int(4 * length)])
    return lines


def _scene(facts: dict[str, Any], *, number: int, said: str, seconds: float) -> dict[str, Any]:
    shown = [person["tag"] for person in facts["characters"] if person["name"].casefold() in said.casefold()]
    idea = facts.get("variation", 0) + number
    return {
        "narration": said,
        "on_screen_text": facts["title"][:LONGEST_LINE] if number == 0 else "",
        "prompt": _picture(facts, idea=idea, tokens=[*facts["invariants"], *shown]),
        "camera": CAMERAS[(idea) % len(CAMERAS)],
        "lighting": LIGHTS[idea % len(LIGHTS)],
        "layout": "single",
        "sound": SOUNDS[number % len(SOUNDS)],
        "seconds": seconds,
        "transition": "crossfade" if number else "cut",
        "characters": shown,
    }


def _picture(facts: dict[str, Any], *, idea: int, tokens: list[str]) -> str:
    look = f"{facts['style']}, {facts['brand']['mood']}"
    return f"{PICTURES[idea % len(PICTURES)]}, showing {', '.join(tokens)}. {look}."


def _rewrite(facts: dict[str, Any]) -> dict[str, Any]:
    scene = facts["scene"]
    tokens = [*facts["invariants"], *facts["characters"]]
    fresh = facts["light"] == "red"
    picture = _picture(facts, idea=facts["variation"] + 1, tokens=tokens) if fresh else f"{scene['prompt']} A little warmer."
    moves = [camera for camera in CAMERAS if camera != scene["camera"]]
    return {
        "prompt": picture,
        "camera": moves[facts["variation"] % len(moves)] if fresh else scene["camera"],
        "lighting": "golden light from a low sun",
        "layout": scene["layout"],
        "reply": "A new picture from another place." if fresh else "I made the light warmer and left the rest.",
    }


def _analysis(facts: dict[str, Any]) -> dict[str, Any]:
    del facts
    return {
        "mood": "warm, intimate",
        "subject": "a red espresso cup on a wooden table",
        "essence": "warm wood, red porcelain, soft light from a window, shallow depth of field",
        "invariants": ["red espresso cup", "wooden table"],
        "scores": {"physics": 0.3, "vibe": 0.8, "logic": 0.1, "integrity": 0.9},
        "focus": {"x": 0.25, "y": 0.2, "width": 0.5, "height": 0.6},
        "remarks": [],
    }


def _example(schema: dict[str, Any]) -> Any:  # noqa: ANN401 - whatever the schema describes
    """A smallest value of any other schema."""
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type")
    if kind == "object":
        return {name: _example(field) for name, field in schema.get("properties", {}).items()}
    if kind == "array":
        return list(islice(cycle([_example(schema.get("items", {"type": "string"}))]), schema.get("minItems", 1)))
    return {"number": 0.5, "integer": 1, "boolean": True}.get(str(kind), "text")
