"""Station `scene_previews`: one still for each scene's present take (and a last frame where the scene asks for one)."""

from decimal import Decimal
from typing import Any

from videofactory.domain.brief import TakenIn
from videofactory.domain.fingerprint import fingerprint, seed_of
from videofactory.domain.footage import Artifact, Box, Still
from videofactory.domain.money import ZERO
from videofactory.domain.script import Scene
from videofactory.media.measure import focus_box, load_rgb
from videofactory.media.quality import measure_still
from videofactory.providers.cast import pick
from videofactory.providers.roles import StillEngine, StillRequest
from videofactory.studio.buying import buy
from videofactory.studio.factory import Studio
from videofactory.studio.fan_out import for_each
from videofactory.studio.material import Analysed, Previews, ScenePreview, ScriptVersion, StyleReference
from videofactory.studio.script import require_sound

STAGE = "scene_previews"
MEASURED = "measured-1"
"""Version of what is measured of a still; part of its fingerprint."""
FOCUS_PIXELS = 320
"""Longest side of the picture in which a scene's subject is looked for, for other aspect ratios."""


class _Artist:
    """Draws the previews of one project."""

    def __init__(
        self, studio: Studio, *, taken: TakenIn, analysed: Analysed, style: StyleReference, version: ScriptVersion
    ) -> None:
        self._studio = studio
        self._taken = taken
        self._style = style
        self._version = version
        self._palette = tuple(swatch.hex for swatch in analysed.analysis.palette)
        self._focus = analysed.analysis.focus
        channel = studio.channel_of(taken.project)
        self._engine: StillEngine = pick(
            studio.engines(channel.key).stills, channel.engines.stills, role="stills", channel=channel.key
        )

    def draw(self, scene: Scene) -> ScenePreview:
        take = self._version.takes[scene.id]
        first, cost, kept = self._still(scene, take, moment="first")
        last, more = None, ZERO
        if scene.last_frame:
            last, more, _ = self._still(scene, take, moment="last")
        measures = self._measures(first)
        self._studio.tell(STAGE, "kept" if kept else "made", piece=scene.id)
        return ScenePreview(
            scene=scene.id,
            take=take,
            first=first,
            last=last,
            palette_distance=measures["palette_distance"],
            sharpness=measures["sharpness"],
            focus=Box.model_validate(measures["focus"]),
            engine=self._engine.id,
            cost_usd=cost + more,
        )

    def _measures(self, still: Still) -> dict[str, Any]:
        """What a reviewer should know of a still, and where its subject is; measured once."""
        key = fingerprint({"version": MEASURED, "still": still.artifact.sha256, "palette": list(self._palette)})
        known = self._studio.products.find(STAGE, key)
        if known is None:
            path = self._studio.artifacts.path(still.artifact)
            focus = focus_box(load_rgb(path, longest=FOCUS_PIXELS))
            facts = {**measure_still(path, palette=self._palette), "focus": focus.model_dump()}
            known = self._studio.products.keep(STAGE, key, files={}, facts=facts)
        return dict(known["facts"])

    def _still(self, scene: Scene, take: int, *, moment: str) -> tuple[Still, Decimal, bool]:
        frame = self._studio.frame(self._taken.aspects[0])
        request = StillRequest(
            seed=seed_of(self._taken.project, scene.id, "preview", take),
            prompt=scene.prompt,
            width=frame.width,
            height=frame.height,
            references=self._references(scene),
            palette=self._palette,
            focus=self._focus,
            layout=scene.layout,
            camera=scene.camera,
            lighting=scene.lighting,
            moment="last" if moment == "last" else "first",
        )
        bought = buy(self._studio, self._engine, request, role="stills", project=self._taken.project, scene=scene.id, take=take)
        still = Still(artifact=bought.files["still"], width=frame.width, height=frame.height)
        return still, bought.call.cost_usd or ZERO, bought.kept

    def _references(self, scene: Scene) -> tuple[Artifact, ...]:
        """The clean brand image, further brand images, and pictures of the characters in the scene."""
        cast = [image for character in self._taken.characters if character.tag in scene.characters for image in character.images]
        return (self._style.still.artifact, *self._taken.images[1:], *cast)


def make(studio: Studio, taken: TakenIn, analysed: Analysed, style: StyleReference, version: ScriptVersion) -> Previews:
    """A preview of each scene's present take. Raises `CheckFailed` for a script that breaks the rules."""
    require_sound(version)
    artist = _Artist(studio, taken=taken, analysed=analysed, style=style, version=version)
    scenes = version.script.scenes
    studio.tell(STAGE, "starts", total=len(scenes))
    drawn = for_each(((scene.id, scene) for scene in scenes), artist.draw, workers=studio.settings.scene_workers)
    return Previews(scenes=drawn, entries=version.entries)
