"""Station `scene_clips`: one moving clip for each green scene, as long as its narration needs, in the film's format.

The gate is asked before the first and again before each clip: a light may change while others are being made. What is made is
encoded for the film at once, beside the waiting for others (`stretches`).
"""

import tempfile
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from videofactory.domain.brief import TakenIn
from videofactory.domain.errors import MediaBroken
from videofactory.domain.fingerprint import fingerprint, seed_of
from videofactory.domain.footage import Artifact, Clip, Frame
from videofactory.domain.money import ZERO
from videofactory.domain.review import Mark
from videofactory.domain.script import Camera, Scene
from videofactory.media.normalise import SLOWEST, damage, normalise
from videofactory.media.quality import FilmReport, measure_clip
from videofactory.providers.roles import VideoEngine, VideoRequest
from videofactory.studio.factory import Studio
from videofactory.studio.fallback import Chosen, with_fallback
from videofactory.studio.fan_out import gathered
from videofactory.studio.gate import present_marks, require_green
from videofactory.studio.lengths import SceneLength, bought_seconds, plan_lengths
from videofactory.studio.material import Clips, Narration, Previews, SceneClip, ScriptVersion
from videofactory.studio.steps import Steps, weave
from videofactory.studio.stretches import EarlyCut, early_cut

STAGE = "scene_clips"
FROZEN = "frozen"
"""The quality gate's name for a picture that stands still."""
NORMALISED = "normalised-4"
"""Version of how engine clips are brought into the film's format; part of the product's fingerprint."""

_REDO = "Ask for a new one of each: 'videofactory review PROJECT --redo N'."


class Producer:
    """Asks for, buys and fits the clips of one project."""

    def __init__(
        self,
        studio: Studio,
        project: str,
        *,
        version: ScriptVersion,
        previews: Previews,
        frame: Frame,
        early: EarlyCut | None = None,
    ) -> None:
        self._studio = studio
        self._early = early
        self._project = project
        self._version = version
        self._previews = previews
        self._frame = frame
        self._channel = studio.channel_of(project)

    def produce(self, scene: Scene, length: SceneLength) -> Steps[SceneClip]:
        """The clip of a scene, from the engine its route names or, when that one fails, from the next that can."""
        require_green(self._studio.ledger, self._project, self._version)
        mark = present_marks(self._studio.ledger, self._project, self._version)[scene.id]
        needed = length.clip_seconds(fps=self._frame.fps)
        bought = yield from with_fallback(
            self._studio,
            self._project,
            scene=scene,
            take=mark.clip_take,
            ask=lambda engine: self.request(engine, scene, mark, needed=needed),
            enough=lambda request: self.suits(request, scene, mark, needed=needed),
            allowed=lambda: require_green(self._studio.ledger, self._project, self._version),
        )
        self._studio.tell(STAGE, "kept" if bought.purchase.kept else "made", piece=scene.id, words=bought.fallback)
        clip = self._fitted(scene, mark, bought, needed=needed)
        if self._early is not None and not clip.findings:
            self._early.add(scene.id, clip.clip)
        return clip

    def suits(self, request: VideoRequest, scene: Scene, mark: Mark, *, needed: float) -> bool:
        """Whether an earlier request, to whichever engine, asked for this very clip: same take, same picture, long enough."""
        return (
            request.seed == seed_of(self._project, scene.id, "clip", mark.take, mark.clip_take)
            and (request.prompt, request.first_frame) == (scene.prompt, self._previews.scenes[scene.id].first.artifact)
            and (request.own_sound, request.camera, request.layout) == (scene.own_sound, scene.camera, scene.layout)
            and (request.width, request.height) == (self._frame.width, self._frame.height)
            and request.seconds >= round(needed * SLOWEST, 3)
        )

    def request(self, engine: VideoEngine, scene: Scene, mark: Mark, *, needed: float) -> VideoRequest:
        """What is asked of this engine for `needed` seconds of a scene. Raises `EngineRejected` when it sells nothing so long."""
        preview = self._previews.scenes[scene.id]
        return VideoRequest(
            seed=seed_of(self._project, scene.id, "clip", mark.take, mark.clip_take),
            prompt=scene.prompt,
            first_frame=preview.first.artifact,
            last_frame=preview.last.artifact if preview.last and "last_frame" in engine.can else None,
            references=self._references(scene) if "references" in engine.can else (),
            seconds=bought_seconds(engine, needed),
            width=self._frame.width,
            height=self._frame.height,
            fps=self._frame.fps,
            camera=scene.camera,
            layout=scene.layout,
            own_sound=scene.own_sound,
            panes=tuple(pane.box for pane in preview.panes) if "panes" in engine.can else (),
        )

    def _references(self, scene: Scene) -> tuple[Artifact, ...]:
        """Pictures of the characters the scene shows, so that they keep their looks."""
        taken = self._studio.values.read("brief", self._project, TakenIn)
        cast = taken.characters if taken else ()
        return tuple(image for character in cast if character.tag in scene.characters for image in character.images)

    def _fitted(self, scene: Scene, mark: Mark, bought: "Chosen", *, needed: float) -> SceneClip:
        still = scene.camera is Camera.STATIC
        seconds = max(needed, bought.request.seconds) if bought.metered else bought.request.seconds
        wanted = _Wanted(frame=self._frame, seconds=seconds, own_sound=scene.own_sound, still=still)
        try:
            clip, findings = _fitted(self._studio, bought.purchase.files["clip"], wanted)
        except MediaBroken as error:
            self._studio.ledger.calls.remark(bought.purchase.call.fingerprint, words=error.message)
            raise MediaBroken(f"{scene.id}: {error.message}", remedy=_REDO) from error
        if findings:
            self._studio.ledger.calls.remark(bought.purchase.call.fingerprint, words="; ".join(findings))
        return SceneClip(
            scene=scene.id,
            take=mark.take,
            clip_take=mark.clip_take,
            clip=clip,
            findings=findings,
            engine=bought.engine,
            cost_usd=bought.purchase.call.cost_usd or ZERO,
            fallback=bought.fallback,
            remarks=bought.remarks(scene),
        )


def make(
    studio: Studio, project: str, *, version: ScriptVersion, previews: Previews, narration: Narration, frame: Frame
) -> Clips:
    """A clip for each scene. Raises `GateClosed` when scenes wait for a light, before anything is bought."""
    entries = len(studio.ledger.reviews.log(project))
    require_green(studio.ledger, project, version)
    lengths = plan_lengths(version.script.scenes, narration, fps=frame.fps)
    scenes = tuple(zip(version.script.scenes, lengths, strict=True))
    studio.tell(STAGE, "starts", total=len(scenes))
    cutting = early_cut(studio, project, version=version, previews=previews, narration=narration, frame=frame)
    with cutting or nullcontext() as early:
        producer = Producer(studio, project, version=version, previews=previews, frame=frame, early=early)
        works = {length.scene: producer.produce(scene, length) for scene, length in scenes}
        made, errors = weave(works, workers=studio.settings.scene_workers)
    if errors:
        raise gathered(errors)
    return Clips(frame=frame, entries=entries, scenes=made)


def require_fit(clips: Clips) -> None:
    """Raise `MediaBroken` when a clip did not pass its check: no film is cut from it."""
    bad = [f"{clip.scene}: {words}" for clip in clips.scenes.values() for words in clip.findings]
    if bad:
        raise MediaBroken(
            f"{len(bad)} findings on the clips: {'; '.join(bad)}",
            remedy=_REDO,
        )


def _fitted(studio: Studio, source: Artifact, wanted: "_Wanted") -> tuple[Clip, tuple[str, ...]]:
    """The engine's clip in the film's format, and what its check found; made and checked once for each source."""
    key = fingerprint({"version": NORMALISED, "source": source.sha256, "wanted": wanted.parts})
    known = studio.products.find(STAGE, key) or _make_fit(studio, source, wanted, key=key)
    artifact = Artifact.model_validate(known["files"]["clip"])
    frame = wanted.frame
    clip = Clip(artifact=artifact, width=frame.width, height=frame.height, fps=frame.fps, frames=known["facts"]["frames"])
    return clip, tuple(known["facts"]["findings"])


def _make_fit(studio: Studio, source: Artifact, wanted: "_Wanted", *, key: str) -> dict[str, Any]:
    path = studio.artifacts.path(source)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "clip.mp4"
        normalise(path, frame=wanted.frame, out=out, keep_sound=wanted.own_sound, seconds=wanted.seconds)
        report = wanted.measured(out)
        artifact = studio.artifacts.put_file(out, media_type="video/mp4")
    findings = [finding.words for finding in report.findings]
    if artifact.sha256 != source.sha256:  # encoding anew makes a standing picture tremble: ask the engine's own file
        findings += [finding.words for finding in wanted.measured(path).findings if finding.check == FROZEN]
        findings += damage(path)  # held and slowed, a torn clip may look whole
    facts = {"frames": int(report.measures["frames"]), "findings": list(dict.fromkeys(findings))}
    return studio.products.keep(STAGE, key, files={"clip": artifact}, facts=facts)


@dataclass(frozen=True, kw_only=True)
class _Wanted:
    """What a clip must be: format, length in seconds, with its own sound or without, whether it may stand still."""

    frame: Frame
    seconds: float
    own_sound: bool
    still: bool

    def measured(self, clip: Path) -> FilmReport:
        """What is wrong with a file that should be this."""
        return measure_clip(clip, frame=self.frame, seconds=self.seconds, own_sound=self.own_sound, may_stand_still=self.still)

    @property
    def parts(self) -> dict[str, object]:
        return {"frame": self.frame.model_dump(), "seconds": self.seconds, "sound": self.own_sound, "still": self.still}
