"""The reference film: clips of 5 s at 1080p30, crossfades, narration, ducked music, effects, burnt captions. All of it generated.

Eight pictures move by the embedded video engine, voice, music and effects are the embedded ones'. A film of sixty scenes shows
the eight again and again, each time as a file of its own.
"""

import json
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from videofactory.domain.footage import Artifact, Frame, Speech, Word
from videofactory.domain.script import Camera, Layout, Transition
from videofactory.domain.timeline import Caption, Cue, Look, Shot, Timeline
from videofactory.media import ffmpeg, motion
from videofactory.media.captions import caption_cues
from videofactory.media.probe import facts
from videofactory.providers.embedded.effects import EmbeddedEffects
from videofactory.providers.embedded.music import EmbeddedMusic
from videofactory.providers.embedded.stills import EmbeddedStills
from videofactory.providers.embedded.voice import EmbeddedVoice
from videofactory.providers.roles import Delivered, EffectRequest, MusicRequest, Payload, Receipt, SpeechRequest, StillRequest
from videofactory.studio.factory import Studio

SECONDS, OVERLAP, LEAD = 5, 15, 0.25
"""Of a clip, in seconds; of a crossfade, in frames; of picture before the voice, in seconds."""
SENTENCES = (
    "We open at six, when the street is still dark.",
    "The first cup is for the baker next door.",
    "She has been up since two, and she needs it.",
    "The second is for the one who reads by the window.",
    "Nobody here asks you to hurry.",
    "The harbour turns gold, and the cranes begin to move.",
    "By eight the room is full of voices.",
    "Come in, and stay a while.",
)
NOISES = ("espresso machine hissing", "cup on saucer", "door bell", "rain on window")


class Material(NamedTuple):
    """What the film is made of, in a factory's store."""

    clips: list[Artifact]
    speeches: list[Speech]
    effects: list[Artifact]
    music: Artifact


def gather(studio: Studio, *, scenes: int, frame: Frame, folder: Path) -> Material:
    """Make all that a film of so many scenes needs, and put it into the store."""
    eight = [clip(number, frame=frame, folder=folder) for number in range(min(scenes, len(SENTENCES)))]
    clips = [own(eight[number % len(eight)], number=number, folder=folder) for number in range(scenes)]
    kept = [studio.artifacts.put_file(clip, media_type="video/mp4") for clip in clips]
    seconds = scenes * (SECONDS - OVERLAP / frame.fps) + 1
    return Material(
        clips=kept,
        speeches=[_speech(studio, SENTENCES[number % len(SENTENCES)], seed=number) for number in range(scenes)],
        effects=[_effect(studio, NOISES[number % len(NOISES)], seed=number) for number in range(scenes)],
        music=_music(studio, seconds=seconds),
    )


def timeline(material: Material, *, frame: Frame) -> Timeline:
    """The film of this material."""
    step = SECONDS * frame.fps - OVERLAP
    starts = [number * step for number in range(len(material.clips))]
    return Timeline(
        project="reference",
        title="Reference",
        frame=frame,
        shots=tuple(
            _shot(number, clip, start=start, frame=frame)
            for number, (clip, start) in enumerate(zip(material.clips, starts, strict=True))
        ),
        narration=tuple(
            Cue(scene=_scene(number), artifact=speech.artifact, start=_spoken_at(start, frame), seconds=speech.seconds)
            for number, (speech, start) in enumerate(zip(material.speeches, starts, strict=True))
        ),
        effects=tuple(
            Cue(scene=_scene(number), artifact=effect, start=start / frame.fps, seconds=2.0, gain=-9.0)
            for number, (effect, start) in enumerate(zip(material.effects, starts, strict=True))
        ),
        music=(Cue(scene=None, artifact=material.music, start=0, seconds=(starts[-1] / frame.fps) + SECONDS, gain=-6.0),),
        captions=_captions(material, starts, frame),
        look=Look(burn_in="line"),
    )


def _captions(material: Material, starts: list[int], frame: Frame) -> tuple[Caption, ...]:
    ends = [*starts[1:], starts[-1] + SECONDS * frame.fps]
    return tuple(
        caption
        for speech, start, end in zip(material.speeches, starts, ends, strict=True)
        for caption in caption_cues(speech.words, offset=_spoken_at(start, frame), limit=end / frame.fps)
    )


def _spoken_at(start: int, frame: Frame) -> float:
    """The voice begins when the crossfade is over."""
    return (start + OVERLAP) / frame.fps + LEAD


def _shot(number: int, clip: Artifact, *, start: int, frame: Frame) -> Shot:
    frames = SECONDS * frame.fps
    comes = {"overlap": OVERLAP, "transition": Transition.CROSSFADE} if number else {"overlap": 0, "transition": Transition.CUT}
    known = {"scene": _scene(number), "clip": clip, "clip_frames": frames, "start": start, "frames": frames}
    return Shot.model_validate({**known, **comes})


def _scene(number: int) -> str:
    return f"scene-{number + 1:02d}"


def clip(number: int, *, frame: Frame, folder: Path) -> Path:
    """One of the eight pictures, moving for `SECONDS`."""
    out = folder / f"clip-{number}.mp4"
    cameras = [camera for camera in Camera if camera is not Camera.STATIC]
    with resources.as_file(resources.files("videofactory").joinpath("data", "sample", "coffee.png")) as picture:
        motion.render(
            picture, out=out, last=None, seconds=SECONDS, width=frame.width, height=frame.height, fps=frame.fps,
            camera=cameras[number % len(cameras)], layout=Layout.SINGLE, prompt="steam and dust", seed=number,
        )  # fmt: skip
    return out


def preview(*, frame: Frame, folder: Path) -> Path:
    """A still of the embedded engine, designed from the sample's picture."""
    with resources.as_file(resources.files("videofactory").joinpath("data", "sample", "coffee.png")) as picture:
        artifact = Artifact(sha256="0" * 64, media_type="image/png", size=picture.stat().st_size)
        wanted = StillRequest(
            prompt="a warm cup by the window, close", width=frame.width, height=frame.height, references=(artifact,), seed=1
        )
        found = EmbeddedStills().submit(wanted, shelf=lambda _: picture, token="bench")  # noqa: S106 - no secret
    out = folder / "preview.png"
    out.write_bytes(_bytes(found, "still"))
    return out


def own(clip: Path, *, number: int, folder: Path) -> Path:
    """The same pictures as a file of its own, as if another engine call had made it."""
    out = folder / f"own-{number}.mp4"
    ffmpeg.run(["-i", clip, "-c", "copy", "-metadata", f"comment={number}", out], purpose="copy a clip")
    return out


def _nothing(_: object) -> Path:
    message = "the embedded sounds need no file"
    raise AssertionError(message)


def _made(submit: Callable[..., Receipt], request: object) -> Delivered:
    found = submit(request, shelf=_nothing, token="bench")  # noqa: S106 - no secret
    assert isinstance(found, Delivered)
    return found


def _bytes(found: Delivered, name: str) -> bytes:
    payload = found.files[name]
    assert isinstance(payload, Payload)
    return payload.content


def _speech(studio: Studio, text: str, *, seed: int) -> Speech:
    found = _made(EmbeddedVoice().submit, SpeechRequest(text=text, language="en", voice="", seed=seed))
    artifact = studio.artifacts.put(_bytes(found, "speech"), media_type="audio/wav")
    words = tuple(Word.model_validate(word) for word in json.loads(_bytes(found, "words")))
    return Speech(artifact=artifact, seconds=facts(studio.artifacts.path(artifact)).seconds, words=words)


def _effect(studio: Studio, prompt: str, *, seed: int) -> Artifact:
    found = _made(EmbeddedEffects().submit, EffectRequest(prompt=prompt, seconds=2.0, seed=seed))
    return studio.artifacts.put(_bytes(found, "effect"), media_type="audio/wav")


def _music(studio: Studio, *, seconds: float) -> Artifact:
    found = _made(EmbeddedMusic().submit, MusicRequest(prompt="warm piano", seconds=seconds, seed=1))
    return studio.artifacts.put(_bytes(found, "music"), media_type="audio/wav")
