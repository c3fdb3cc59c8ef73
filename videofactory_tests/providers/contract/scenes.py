"""What engines of each role are asked in the contract, what opens the files they promise, and what is in what they were sent."""

import base64
import io
import json
import wave
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import av
from av.container import InputContainer
from PIL import Image
from pydantic import TypeAdapter

from videofactory.domain.brand import BrandAnalysis
from videofactory.domain.footage import Artifact, Word
from videofactory.domain.script import SceneRewrite, Script
from videofactory.providers.roles import (
    AnalysisRequest,
    EffectRequest,
    MusicRequest,
    Pending,
    Receipt,
    Request,
    RewriteRequest,
    Role,
    ScriptRequest,
    SpeechRequest,
    StillRequest,
    VideoRequest,
)
from videofactory_tests.providers.direction.material import rewrite_request, script_request
from videofactory_tests.twin.server import Twin

SEED = 48_611
LONGEST_SETTING = 200
"""Characters; a longer text in a request is a picture."""
FIRST, LAST, CUP = (Artifact(sha256=f"{number}" * 64, media_type="image/png", size=1) for number in range(1, 4))
NO = "prompt violates the policy on knives"
"""What the twin says when it refuses: words of a refusal in every service's ears."""
SCENE = VideoRequest(prompt="Steam over a cup.", first_frame=FIRST, seconds=5, width=1280, height=720, seed=SEED)
STILL = StillRequest(prompt="A cup at dawn.", width=640, height=360, references=(FIRST,), palette=("#6b3f1d",), seed=SEED)
ASKED: dict[Role, tuple[Request, ...]] = {
    "analyst": (AnalysisRequest(image=FIRST, title="The first cup"),),
    "director": (script_request(), rewrite_request()),
    "stills": (STILL,),
    "video": (SCENE,),
    "voice": (SpeechRequest(text="We open at six.", language="en", voice="narrator", seed=SEED),),
    "effects": (EffectRequest(prompt="cups set down on wood", seconds=2),),
    "music": (MusicRequest(prompt="warm felt piano", seconds=5),),
}
"""What engines of each role are asked; the first is the one that is spoilt."""


def pending(receipt: Receipt) -> Pending:
    """The receipt of a job that was taken."""
    assert isinstance(receipt, Pending)
    return receipt


def _picture(content: bytes) -> None:
    with Image.open(io.BytesIO(content)) as image:
        image.load()
        assert image.width > image.height


def _clip(content: bytes) -> None:
    with av.open(io.BytesIO(content)) as container:
        assert isinstance(container, InputContainer)
        frames = len(list(container.decode(video=0)))
        assert frames >= float(container.streams.video[0].average_rate or 0) * SCENE.seconds - 1


def _sound(content: bytes) -> None:
    with wave.open(io.BytesIO(content)) as file:
        assert file.getnframes() > 0


PROMISED: dict[type[Request], dict[str, Callable[[bytes], object]]] = {
    AnalysisRequest: {"analysis": BrandAnalysis.model_validate_json},
    ScriptRequest: {"script": Script.model_validate_json},
    RewriteRequest: {"rewrite": SceneRewrite.model_validate_json},
    StillRequest: {"still": _picture},
    VideoRequest: {"clip": _clip},
    SpeechRequest: {"speech": _sound, "words": TypeAdapter(tuple[Word, ...]).validate_json},
    EffectRequest: {"effect": _sound},
    MusicRequest: {"music": _sound},
}
"""The files `roles` promises for each request, and what opens them."""


def pictures_in(request: Mapping[str, Any], twin: Twin) -> set[bytes]:
    """The pictures that reached a service, inside its request or by the addresses there."""
    found = set()
    for text in _texts(request):
        name = text.rsplit("/", maxsplit=1)[-1]
        if name in twin.world.files:
            found.add(twin.world.files[name][0])
            continue
        try:
            found.add(base64.b64decode(text, validate=True))
        except ValueError:
            continue
    return found


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for part in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(part)


def numbers_in(request: Mapping[str, Any]) -> set[str]:
    """Every number of a request's JSON."""
    found: set[str] = set()
    json.loads(json.dumps(request), parse_int=found.add, parse_float=found.add)
    return found


def settings_in(request: Any) -> Any:  # noqa: ANN401 - any JSON
    """A request without its pictures and without what is said in words: the settings that money follows."""
    if isinstance(request, Mapping):
        return {name: settings_in(value) for name, value in request.items()}
    if isinstance(request, list):
        return [settings_in(value) for value in request]
    worded = isinstance(request, str) and (" " in request or "://" in request or len(request) > LONGEST_SETTING)
    return "" if worded else request
