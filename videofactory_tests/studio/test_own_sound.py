"""A clip's own sound is in the film where the script asks for it and the clip has one, for as long as its picture moves."""

from pathlib import Path

from videofactory.domain.footage import Artifact, Frame
from videofactory.domain.script import Scene, Script
from videofactory.domain.timeline import Shot, Timeline
from videofactory.media import ffmpeg
from videofactory.studio.factory import Studio
from videofactory.studio.own_sound import OWN_GAIN, with_own_sound

FRAMES = 60


def clip(studio: Studio, folder: Path, *, sound: bool) -> Artifact:
    path = folder / f"{sound}.mp4"
    heard = ("-f", "lavfi", "-i", "sine=f=300:d=2") if sound else ()
    ffmpeg.run(["-f", "lavfi", "-i", "color=s=64x64:r=30:d=2", *heard, path], purpose="make a clip for a test")
    return studio.artifacts.put_file(path, media_type="video/mp4")


def test_only_what_is_asked_for_and_there_is_heard(studio: Studio, tmp_path: Path) -> None:
    loud, mute = clip(studio, tmp_path, sound=True), clip(studio, tmp_path, sound=False)
    shots = (
        Shot(scene="scene-01", clip=loud, clip_frames=FRAMES, start=0, frames=60),
        Shot(scene="scene-02", clip=loud, clip_frames=FRAMES, start=60, frames=90, speed=0.85, hold=20),
        Shot(scene="scene-03", clip=mute, clip_frames=FRAMES, start=150, frames=60),
        Shot(scene="scene-04", clip=loud, clip_frames=FRAMES, start=210, frames=45),
    )
    wants = {"scene-02": True, "scene-03": True, "scene-04": True}
    scenes = tuple(Scene(id=shot.scene, prompt="A pier.", seconds=3, own_sound=wants.get(shot.scene, False)) for shot in shots)
    film = Timeline(project="p", title="T", frame=Frame(width=64, height=64), shots=shots)
    own = with_own_sound(studio, film, script=Script(title="T", description="", scenes=scenes)).own
    assert [(cue.scene, cue.artifact, cue.gain) for cue in own] == [("scene-02", loud, OWN_GAIN), ("scene-04", loud, OWN_GAIN)]
    slow, trimmed = own
    assert (slow.start, slow.seconds, slow.speed) == (2.0, int(60 / 0.85) / 30, 0.85)
    assert (trimmed.start, trimmed.seconds, trimmed.speed) == (7.0, 1.5, 1.0)
