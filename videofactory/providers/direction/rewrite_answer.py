"""A model's rewrite becomes a `SceneRewrite`: every token stays in the prompt, and something about the picture changes."""

from pydantic import Field

from videofactory.domain.script import Camera, Layout, Scene, SceneRewrite
from videofactory.providers.direction.languages import language_problems
from videofactory.providers.direction.shapes import AnswerShape, Unfit, read
from videofactory.providers.embedded.director.pictures import with_tokens
from videofactory.providers.roles import RewriteRequest


class WrittenRewrite(AnswerShape):
    """A scene's new picture as a model writes it."""

    prompt: str = Field(description="the picture, in English")
    camera: Camera
    lighting: str
    layout: Layout
    reply: str = Field(description="to the reviewer: what changed")


def rewrite_of(text: str, *, request: RewriteRequest) -> SceneRewrite:
    """The rewrite in a model's answer to this request. Raises `Unfit` with every problem."""
    written = read(text, shape=WrittenRewrite)
    scene = request.scene
    problems = [f"{name} is empty: write it." for name in ("prompt", "reply") if not getattr(written, name)]
    problems += language_problems(prompts=[written.prompt], spoken=[written.reply], language=request.language)
    prompt = with_tokens(written.prompt, invariants=scene.invariants, tags=scene.characters)
    rewrite = SceneRewrite(
        prompt=prompt, camera=written.camera, lighting=written.lighting, layout=written.layout, reply=written.reply
    )
    if _unchanged(rewrite, scene=scene, light=request.light):
        problems.append("The picture is the same as before: change what the reviewer asks for, in the prompt.")
    if problems:
        raise Unfit(tuple(problems))
    return rewrite


def _unchanged(rewrite: SceneRewrite, *, scene: Scene, light: str) -> bool:
    """Whether the picture would come out as it was; a fresh idea needs other words, not only another light."""
    if rewrite.prompt != scene.prompt:
        return False
    rest = (rewrite.camera, rewrite.lighting, rewrite.layout)
    return light == "red" or rest == (scene.camera, scene.lighting, scene.layout)
