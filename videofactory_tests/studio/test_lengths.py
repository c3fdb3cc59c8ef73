"""Lengths: the narration leads, transitions take at most a third of the shorter neighbour, a cut takes nothing."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videofactory.domain.footage import Artifact, Speech
from videofactory.domain.script import Scene, Transition
from videofactory.studio.lengths import LEAD, OVERLAP, TAIL, SceneLength, plan_lengths
from videofactory.studio.material import Narration, SceneSpeech
from videofactory_tests.core import scene

WAV = Artifact(sha256="a" * 64, media_type="audio/wav", size=1)


def _plan(*scenes: tuple[float, float | None, Transition], fps: int = 30) -> tuple[SceneLength, ...]:
    made: list[Scene] = []
    spoken: dict[str, SceneSpeech] = {}
    for number, (seconds, speech, transition) in enumerate(scenes, start=1):
        made.append(scene(number, seconds=seconds, transition=transition))
        voice = Speech(artifact=WAV, seconds=speech, words=()) if speech is not None else None
        spoken[made[-1].id] = SceneSpeech(scene=made[-1].id, text="", speech=voice, engine="embedded")
    return plan_lengths(made, Narration(scenes=spoken, entries=0), fps=fps)


@pytest.mark.parametrize(
    ("planned", "spoken", "frames"),
    [
        (5.0, None, 150),
        (5.0, 2.0, 150),
        (5.0, 4.3, 150),
        (5.0, 4.31, 151),
        (5.0, 9.3, 300),
        (1.0, 0.0, 30),
        (2.51, None, 75),
    ],
)
def test_a_scene_lasts_as_planned_or_as_its_narration_needs(planned: float, spoken: float | None, frames: int) -> None:
    [length] = _plan((planned, spoken, Transition.CUT))
    assert (length.own, length.overlap) == (frames, 0)


@pytest.mark.parametrize(
    ("transition", "overlap"), [(Transition.CUT, 0), (Transition.CROSSFADE, 15), (Transition.FADE_BLACK, 21)]
)
def test_a_transition_takes_its_time(transition: Transition, overlap: int) -> None:
    first, second = _plan((5, None, transition), (5, None, transition))
    assert (first.overlap, second.overlap) == (0, overlap)
    assert second.frames == 150 + overlap


@pytest.mark.parametrize(("before", "after"), [(1.0, 5.0), (5.0, 1.0)])
def test_a_transition_takes_a_third_of_the_shorter_neighbour_at_most(before: float, after: float) -> None:
    assert _plan((before, None, Transition.CUT), (after, None, Transition.FADE_BLACK))[1].overlap == 10


SCENES = st.lists(
    st.tuples(st.floats(1, 60), st.none() | st.floats(0, 60), st.sampled_from(list(Transition))), min_size=1, max_size=8
)


@given(scenes=SCENES, fps=st.sampled_from([10, 24, 25, 30, 60]))
def test_no_narration_is_cut_and_no_frame_belongs_to_three_scenes(
    scenes: list[tuple[float, float | None, Transition]], fps: int
) -> None:
    lengths = _plan(*scenes, fps=fps)
    for length, (planned, spoken, transition) in zip(lengths, scenes, strict=True):
        assert length.own >= round(planned * fps)
        assert length.own / fps >= (0 if spoken is None else LEAD + spoken + TAIL) - 1e-9
        assert length.overlap <= round(OVERLAP[transition] * fps)
    for before, after in itertools.pairwise(lengths):
        assert before.overlap + after.overlap <= before.own
        assert after.overlap * 3 <= min(before.own, after.own)
    assert lengths[0].overlap == 0
