"""Which rules a written script breaks that its model can mend: what the brief itself makes impossible is not asked of it.

The rules are `domain.script_checks`; a brief's own contradictions are shown to its writer by the check on the finished script.
"""

from videofactory.domain.brief import GivenScene
from videofactory.domain.script import LENGTH_TOLERANCE, MAX_SCENES, MAX_WORDS_PER_SECOND, Scene, Script, scene_id
from videofactory.domain.script_checks import script_findings, spoken_words
from videofactory.providers.roles import ScriptRequest

LONGEST_SCENE = 60.0
DRAGGING = 24.0
"""Seconds to which a scene with given words may be stretched before a film needs further scenes."""
NOTHING = GivenScene()


def given_scene(request: ScriptRequest, *, index: int) -> GivenScene:
    """What the brief gives of the scene at this place, perhaps nothing."""
    return request.given[index] if index < len(request.given) else NOTHING


def expected_scenes(request: ScriptRequest) -> tuple[int, int]:
    """The fewest and the most scenes the script may have."""
    given = len(request.given)
    if request.scenes is not None:
        exact = min(MAX_SCENES, max(request.scenes, given))
        return exact, exact
    whole = given > 0 and all(scene.narration is not None for scene in request.given)
    reach = sum(DRAGGING if scene.seconds is None else scene.seconds for scene in request.given)
    if whole and (request.seconds is None or reach >= request.seconds):
        return given, given
    return max(1, given), MAX_SCENES


def script_problems(script: Script, *, request: ScriptRequest) -> tuple[str, ...]:
    """Every broken rule that the model can mend, in words."""
    scenes = tuple(_mendable(scene, own=given_scene(request, index=index)) for index, scene in enumerate(script.scenes))
    return script_findings(
        script.model_copy(update={"scenes": scenes}),
        asked_seconds=request.seconds if _reachable(request, count=len(scenes)) else None,
        asked_scenes=None,
        invariants=[token for token in request.brand.invariants if token.strip()],
        own_prompts={scene_id(number) for number, own in enumerate(request.given, start=1) if own.prompt is not None},
    )


def _mendable(scene: Scene, *, own: GivenScene) -> Scene:
    """The scene without what the brief settled: words that cannot be followed in the seconds given, tags a given prompt lacks."""
    changes: dict[str, object] = {}
    if own.narration is not None and (own.seconds is not None or _least(scene) >= LONGEST_SCENE):
        changes["narration"] = ""
    if own.prompt is not None:
        changes["characters"] = ()
    return scene.model_copy(update=changes)


def _least(scene: Scene) -> float:
    return spoken_words(scene.narration) / MAX_WORDS_PER_SECOND


def _reachable(request: ScriptRequest, *, count: int) -> bool:
    """Whether so many scenes can last as long as asked, whatever is written into those that are not given."""
    if request.seconds is None:
        return False
    least, most = 0.0, 0.0
    for own in (given_scene(request, index=index) for index in range(count)):
        least += own.seconds or min(LONGEST_SCENE, max(1.0, spoken_words(own.narration or "") / MAX_WORDS_PER_SECOND))
        most += own.seconds or LONGEST_SCENE
    return least <= request.seconds * (1 + LENGTH_TOLERANCE) and most >= request.seconds * (1 - LENGTH_TOLERANCE)
