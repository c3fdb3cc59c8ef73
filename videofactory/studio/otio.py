"""A timeline as OpenTimelineIO: video with transitions, narration, effects, music, own sound, captions and titles as tracks.

Our own cut is made from `domain.timeline`; this is the form other programs read. Times are exact: whole frames for pictures,
samples at 48 kHz for sound.
"""

from collections.abc import Iterable, Sequence

import opentimelineio as otio

from videofactory.domain.footage import Artifact
from videofactory.domain.script import Transition
from videofactory.domain.timeline import Cue, Shot, Timeline
from videofactory.store.artifacts import artifact_name

SAMPLE_RATE = 48_000


def to_otio(timeline: Timeline) -> str:
    """The timeline as `.otio` JSON text."""
    film = otio.schema.Timeline(name=timeline.title)
    film.metadata["videofactory"] = {
        "project": timeline.project,
        "width": timeline.frame.width,
        "height": timeline.frame.height,
        "fps": timeline.frame.fps,
    }
    film.tracks.append(_pictures(timeline))
    sounds = {"narration": timeline.narration, "effects": timeline.effects, "music": timeline.music, "own sound": timeline.own}
    for name, cues in sounds.items():
        film.tracks.extend(_sounds(name, cues))
    film.tracks.append(_texts("captions", [(line.start, line.end, line.text) for line in timeline.captions], timeline.frame.fps))
    film.tracks.append(_texts("titles", [(title.start, title.end, title.text) for title in timeline.titles], timeline.frame.fps))
    return str(otio.adapters.write_to_string(film, "otio_json"))


def _pictures(timeline: Timeline) -> otio.schema.Track:
    """Clips meet in the middle of each transition, as OpenTimelineIO has it."""
    fps = timeline.frame.fps
    track = otio.schema.Track(name="pictures", kind=otio.schema.TrackKind.Video)
    borders = [_border(shot) for shot in timeline.shots] + [timeline.frames]
    for index, shot in enumerate(timeline.shots):
        if shot.overlap:
            track.append(_transition(shot, fps))
        track.append(_clip(shot, first=borders[index], end=borders[index + 1], fps=fps))
    return track


def _border(shot: Shot) -> int:
    return shot.start + shot.overlap // 2


def _transition(shot: Shot, fps: int) -> otio.schema.Transition:
    before = shot.overlap // 2
    kind = "SMPTE_Dissolve" if shot.transition is Transition.CROSSFADE else "Custom_Transition"
    return otio.schema.Transition(
        name=shot.transition.value,
        transition_type=kind,
        in_offset=_frames(before, fps),
        out_offset=_frames(shot.overlap - before, fps),
    )


def _clip(shot: Shot, *, first: int, end: int, fps: int) -> otio.schema.Clip:
    clip = otio.schema.Clip(
        name=shot.scene,
        media_reference=_reference(shot.clip, _range(0, shot.clip_frames, fps)),
        source_range=_range(shot.source_frame(first), end - first, fps),
    )
    if shot.speed < 1:
        clip.effects.append(otio.schema.LinearTimeWarp(name="slow", time_scalar=shot.speed))
    framing = {"framing": shot.framing.model_dump(mode="json")} if shot.framing else {}
    clip.metadata["videofactory"] = {"scene": shot.scene, "hold": shot.hold, "clip": shot.clip.sha256, **framing}
    return clip


def _sounds(name: str, cues: Sequence[Cue]) -> list[otio.schema.Track]:
    """One track, or more where cues overlap: a track holds one thing at a time."""
    tracks: list[otio.schema.Track] = []
    ends: list[int] = []
    for cue in sorted(cues, key=lambda cue: cue.start):
        start, length = round(cue.start * SAMPLE_RATE), round(cue.seconds * SAMPLE_RATE)
        free = next((index for index, end in enumerate(ends) if end <= start), None)
        if free is None:
            tracks.append(otio.schema.Track(name=name if not tracks else f"{name} {len(tracks) + 1}", kind="Audio"))
            ends.append(0)
            free = len(tracks) - 1
        if start > ends[free]:
            tracks[free].append(otio.schema.Gap(source_range=_range(0, start - ends[free], SAMPLE_RATE)))
        tracks[free].append(_sound(cue, length))
        ends[free] = start + length
    return tracks


def _sound(cue: Cue, length: int) -> otio.schema.Clip:
    span = _range(0, length, SAMPLE_RATE)
    clip = otio.schema.Clip(name=cue.scene or "film", media_reference=_reference(cue.artifact, span), source_range=span)
    if cue.speed < 1:
        clip.effects.append(otio.schema.LinearTimeWarp(name="slow", time_scalar=cue.speed))
    clip.metadata["videofactory"] = {"gain_db": cue.gain, "artifact": cue.artifact.sha256}
    return clip


def _texts(name: str, lines: Iterable[tuple[float, float, str]], fps: int) -> otio.schema.Track:
    track = otio.schema.Track(name=name, kind="Text")
    at = 0
    for begin, finish, text in lines:
        start, end = max(at, round(begin * fps)), round(finish * fps)
        if start > at:
            track.append(otio.schema.Gap(source_range=_range(0, start - at, fps)))
        clip = otio.schema.Clip(name=text.replace("\n", " "), source_range=_range(0, max(1, end - start), fps))
        clip.metadata["videofactory"] = {"text": text}
        track.append(clip)
        at = start + max(1, end - start)
    return track


def _reference(artifact: Artifact, available: otio.opentime.TimeRange) -> otio.schema.ExternalReference:
    return otio.schema.ExternalReference(target_url=artifact_name(artifact), available_range=available)


def _frames(count: int, rate: int) -> otio.opentime.RationalTime:
    return otio.opentime.RationalTime(count, rate)


def _range(start: int, length: int, rate: int) -> otio.opentime.TimeRange:
    return otio.opentime.TimeRange(_frames(start, rate), _frames(length, rate))
