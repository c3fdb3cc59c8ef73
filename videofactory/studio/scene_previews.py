"""Station `scene_previews`: one still for each scene's present take (and a last frame where the scene asks for one)."""

from typing import Any

from videofactory.domain.brief import TakenIn
from videofactory.domain.fingerprint import fingerprint, seed_of
from videofactory.domain.footage import Artifact, Box, Parts, Still
from videofactory.domain.money import ZERO
from videofactory.domain.script import Layout, Scene, Split, panes_for
from videofactory.media.measure import SEEN_BY, find_panes, load_rgb, subject_box
from videofactory.media.quality import measure_still
from videofactory.providers.cast import pick
from videofactory.providers.layout_words import stacked
from videofactory.providers.roles import StillEngine, StillRequest
from videofactory.studio.buying import buy
from videofactory.studio.factory import Studio
from videofactory.studio.fan_out import for_each
from videofactory.studio.material import Analysed, Previews, ScenePreview, ScriptVersion, StyleReference
from videofactory.studio.script import require_sound
from videofactory.studio.terms import Bought

STAGE = "scene_previews"
MEASURED = "measured-2"
"""Version of what is measured of a still; part of its fingerprint."""
PANES = "panes-3"
"""The same of where panes are found in a split screen whose engine does not tell."""
FOCUS_PIXELS = 480
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
        self._divider = channel.colours.accent_beside(self._palette) if channel.layouts.divider == "accent" else None
        self._engine: StillEngine = pick(
            studio.engines(channel.key).stills, channel.engines.stills, role="stills", channel=channel.key
        )

    def draw(self, scene: Scene) -> ScenePreview:
        take = self._version.takes[scene.id]
        first = self._bought(scene, take, moment="first")
        last = self._bought(scene, take, moment="last") if scene.last_frame else None
        still = self._still(first)
        measures, parts = self._measures(still), self._parts(scene, first, still)
        self._studio.tell(STAGE, "kept" if first.kept else "made", piece=scene.id)
        return ScenePreview(
            scene=scene.id,
            take=take,
            first=still,
            last=self._still(last) if last else None,
            palette_distance=measures["palette_distance"],
            sharpness=measures["sharpness"],
            focus=parts.focus or Box.model_validate(measures["focus"]),
            panes=parts.panes,
            engine=self._engine.id,
            cost_usd=(first.call.cost_usd or ZERO) + (last.call.cost_usd or ZERO if last else ZERO),
        )

    def _measures(self, still: Still) -> dict[str, Any]:
        """What a reviewer should know of a still, and where its subject is; measured once."""
        key = fingerprint({"version": [MEASURED, SEEN_BY], "still": still.artifact.sha256, "palette": list(self._palette)})
        known = self._studio.products.find(STAGE, key)
        if known is None:
            path = self._studio.artifacts.path(still.artifact)
            focus = subject_box(load_rgb(path, longest=FOCUS_PIXELS))
            facts = {**measure_still(path, palette=self._palette), "focus": focus.model_dump()}
            known = self._studio.products.keep(STAGE, key, files={}, facts=facts)
        return dict(known["facts"])

    def _parts(self, scene: Scene, first: Bought, still: Still) -> Parts:
        """Where subject and panes are: as told with the still; else panes where they are seen, measured once."""
        told = first.files.get("parts")
        if told is not None:
            return Parts.model_validate_json(self._studio.artifacts.path(told).read_bytes())
        split = self._split(scene)
        if split is None:
            return Parts()
        asked = {"count": split.panes, "stacked": stacked(still.width, still.height)}
        key = fingerprint({"version": [PANES, SEEN_BY], "still": still.artifact.sha256, **asked})
        known = self._studio.products.find(STAGE, key)
        if known is None:
            seen = load_rgb(self._studio.artifacts.path(still.artifact), longest=max(still.width, still.height))
            panes = find_panes(seen, count=split.panes, stacked=stacked(still.width, still.height))
            known = self._studio.products.keep(STAGE, key, files={}, facts=Parts(panes=panes).model_dump())
        return Parts.model_validate(known["facts"])

    def _bought(self, scene: Scene, take: int, *, moment: str) -> Bought:
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
            split=self._split(scene),
        )
        return buy(self._studio, self._engine, request, role="stills", project=self._taken.project, scene=scene.id, take=take)

    def _still(self, bought: Bought) -> Still:
        frame = self._studio.frame(self._taken.aspects[0])
        return Still(artifact=bought.files["still"], width=frame.width, height=frame.height)

    def _split(self, scene: Scene) -> Split | None:
        if scene.layout is not Layout.SPLIT_SCREEN:
            return None
        return Split(panes=panes_for(scene.prompt, pictures=len(self._references(scene))), divider=self._divider)

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
