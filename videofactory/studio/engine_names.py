"""The engines by the names channel files use, and the roles each can fill (SPEC 5). Making them work is `studio.engines`.

Pure names: whether an engine is configured or retired is not known here.
"""

from collections.abc import Mapping

from videofactory.domain.channel import EMBEDDED, EngineChoices

ENGINES_BY_ROLE: Mapping[str, tuple[str, ...]] = {
    "analyst": (EMBEDDED, "gemini"),
    "director": (EMBEDDED, "deepseek", "gemini", "anthropic"),
    "stills": (EMBEDDED, "fal", "gemini"),
    "style": (EMBEDDED, "fal", "gemini"),
    "video": (EMBEDDED, "kling", "kie", "luma", "gemini", "openai"),
    "voice": (EMBEDDED, "elevenlabs"),
    "effects": (EMBEDDED, "elevenlabs"),
    "music": (EMBEDDED, "elevenlabs"),
}


def named_engines(choices: EngineChoices) -> list[tuple[str, str, str]]:
    """Every engine a channel names, as (field below `engines`, role, engine)."""
    plain = ("analyst", "director", "stills", "style", "effects", "music")
    named = [(role, role, str(getattr(choices, role))) for role in plain]
    named.append(("video.default", "video", choices.video.default))
    named += [(f"video.allowed[{number}]", "video", engine) for number, engine in enumerate(choices.video.allowed, start=1)]
    named.append(("voice.engine", "voice", choices.voice.engine))
    return named
