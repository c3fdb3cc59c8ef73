"""Rewriting one scene's picture: yellow follows the reviewer's words, red starts from a new idea. Words and length stay.

What a reviewer's words mean is `feedback`'s work; what a prompt must carry, `pictures`'.
"""

from videofactory.domain.fingerprint import seed_of
from videofactory.domain.script import Camera, Layout, SceneRewrite
from videofactory.providers.embedded.director.feedback import applied, asked, fresh_reply, with_words
from videofactory.providers.embedded.director.pictures import Mood, lighting, prompt, shot_for, with_tokens
from videofactory.providers.embedded.director.vocabulary import Beat, direction
from videofactory.providers.roles import RewriteRequest

MOST_TRIES = 50
"""Draws until a fresh idea differs from the old picture; the vocabulary has thousands, so the first nearly always does."""


def rewritten(request: RewriteRequest) -> SceneRewrite:
    """The scene's new picture with a reply to the reviewer; invariants and character tags stay in the prompt."""
    scene = request.scene
    if request.light == "yellow":
        picture = SceneRewrite(prompt=scene.prompt, camera=scene.camera, lighting=scene.lighting, layout=scene.layout)
    else:
        picture = _fresh(request)
    wishes = asked(request.conversation)
    changed = applied(picture, wishes=wishes, conversation=request.conversation, language=request.language)
    if request.light == "red":
        changed = changed.model_copy(update={"reply": fresh_reply(changed.reply, language=request.language)})
    kept = with_tokens(changed.prompt, invariants=scene.invariants, tags=scene.characters)
    return changed.model_copy(update={"prompt": with_words(kept, conversation=request.conversation)})


def _fresh(request: RewriteRequest) -> SceneRewrite:
    """Another shot size, camera, light and layout than the scene has."""
    scene, words = request.scene, direction()
    mood = Mood(brand=request.brand, style=request.style_prompt, language=request.language)
    said = scene.narration or scene.on_screen_text
    sizes = [size for size in words.sizes if not scene.prompt.startswith(size.phrase)]
    layouts = [layout for layout in Layout if layout is not scene.layout] + [Layout.SINGLE]
    for attempt in range(MOST_TRIES):
        seed = seed_of(request.seed, scene.id, "red", attempt)
        size = sizes[seed_of(seed, "size") % len(sizes)]
        beat = Beat(size=size.phrase, cameras=tuple(camera for camera in Camera if camera is not scene.camera))
        shot = shot_for(beat, said=said, mood=mood, avoid=(scene.camera,), seed=seed)
        text = prompt(shot, said=said, mood=mood, tags=scene.characters)
        light = lighting(said=said, mood=mood, seed=seed)
        if text != scene.prompt and (light != scene.lighting or attempt == MOST_TRIES - 1):
            break
    return SceneRewrite(prompt=text, camera=shot.camera, lighting=light, layout=layouts[seed_of(seed, "layout") % len(layouts)])
