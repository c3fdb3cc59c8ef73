"""What the plan holds, repeats and says is read from the timeline: the gate blames nobody for it."""

import pytest

from videofactory.domain.footage import Artifact
from videofactory.domain.timeline import Cue, Shot, Timeline
from videofactory.media.quality import plan_of
from videofactory_tests.media.films import FRAME

CLIP = Artifact(sha256="0" * 64, media_type="video/mp4", size=1)


def shot(number: int, *, start: int, frames: int = 60, clip_frames: int = 60, **more: float) -> Shot:
    values = {"scene": f"scene-{number:02d}", "clip": CLIP, "clip_frames": clip_frames, "start": start, "frames": frames, **more}
    return Shot.model_validate(values)


def film(*shots: Shot, **more: tuple[Cue, ...]) -> Timeline:
    return Timeline.model_validate({"project": "test", "title": "Test", "frame": FRAME, "shots": shots, **more})


def test_a_slowed_shot_repeats_frames_and_a_held_one_stands_still() -> None:
    plain, slowed = shot(1, start=0), shot(2, start=60, frames=68, speed=0.88)
    held = shot(3, start=128, clip_frames=30, hold=30)
    plan = plan_of(film(plain, slowed, held))
    assert {frame for frame in plan.repeats if frame < 60} == set()
    assert len([frame for frame in plan.repeats if 60 <= frame < 128]) == 68 - 59  # int(67 · 0.88) is the last of 59 pictures
    assert {frame for frame in plan.repeats if frame >= 128} == set(range(158, 188))
    assert plan.stills == ((157 / 30, 188 / 30),)
    assert plan.frames == 188


def test_a_scene_that_may_stand_still_is_planned_to_from_its_first_frame_to_its_last() -> None:
    plan = plan_of(film(shot(1, start=0), shot(2, start=60)), still_scenes={"scene-02"})
    assert plan.stills == ((2.0, 4.0),)


def test_pieces_begin_where_shots_and_their_overlaps_do() -> None:
    plan = plan_of(film(shot(1, start=0), shot(2, start=50, overlap=10, transition="crossfade")))  # type: ignore[arg-type]
    assert plan.borders == {0, 50, 60, 110}


@pytest.mark.parametrize("track", ["narration", "effects", "music", "own"])
def test_sound_is_expected_where_any_track_has_some(track: str) -> None:
    cue = Cue(scene=None, artifact=CLIP, start=0.5, seconds=1.5)
    assert not plan_of(film(shot(1, start=0))).expects_sound
    plan = plan_of(film(shot(1, start=0), **{track: (cue,)}))
    assert plan.expects_sound
    assert plan.narration == (((0.5, 2.0),) if track == "narration" else ())
