"""The OpenTimelineIO form, read back by its own library: exact lengths, clips, transitions, gaps."""

from typing import Any

import opentimelineio as otio
import pytest

from videofactory.domain.footage import Artifact, Frame
from videofactory.domain.script import Transition
from videofactory.domain.timeline import Area, Caption, Cue, Framing, Shot, Timeline, Title, Window
from videofactory.store.artifacts import artifact_name
from videofactory.studio.otio import SAMPLE_RATE, to_otio

CLIP = Artifact(sha256="c" * 64, media_type="video/mp4", size=1)
WAV = Artifact(sha256="d" * 64, media_type="audio/wav", size=1)
SHOTS = (
    Shot(scene="scene-01", clip=CLIP, clip_frames=90, start=0, frames=90),
    Shot(scene="scene-02", clip=CLIP, clip_frames=75, start=75, frames=75, overlap=15, transition=Transition.CROSSFADE),
    Shot(scene="scene-03", clip=CLIP, clip_frames=60, start=129, frames=71, overlap=21, transition=Transition.FADE_BLACK),
    Shot(scene="scene-04", clip=CLIP, clip_frames=27, start=200, frames=30, speed=0.9),
)
FILM = Timeline(
    project="harbour-one-abcdef",
    title="Ñandú: “first” cup ☕",
    frame=Frame(width=320, height=180),
    shots=SHOTS,
    narration=(
        Cue(scene="scene-01", artifact=WAV, start=0.25, seconds=1.5),
        Cue(scene="scene-02", artifact=WAV, start=3, seconds=2),
    ),
    effects=(
        Cue(scene="scene-01", artifact=WAV, start=0, seconds=3.5, gain=-9),
        Cue(scene="scene-02", artifact=WAV, start=3, seconds=1),
        Cue(scene="scene-03", artifact=WAV, start=3.5, seconds=1),
    ),
    music=(Cue(scene=None, artifact=WAV, start=0, seconds=7.666667),),
    own=(Cue(scene="scene-04", artifact=CLIP, start=200 / 30, seconds=1, gain=-4, speed=0.9),),
    captions=(Caption(start=0.3, end=1.5, lines=("We open", "at six.")), Caption(start=1.5, end=2.0, lines=("So.",))),
    titles=(Title(start=1, end=3, text="Open at six"),),
)


@pytest.fixture
def tracks() -> dict[str, Any]:
    """The film's tracks by name, as another program reads them."""
    film = otio.adapters.read_from_string(to_otio(FILM), "otio_json")
    return {track.name: track for track in film.tracks}


def _seconds(item: Any) -> float:  # noqa: ANN401 - the library has no types
    return float(item.duration().to_seconds())


def test_the_film_lasts_its_frames(tracks: dict[str, Any]) -> None:
    assert FILM.frames == 230
    assert tracks["pictures"].duration() == otio.opentime.RationalTime(230, 30)
    assert tracks["music"].duration() == otio.opentime.RationalTime(round(7.666667 * SAMPLE_RATE), SAMPLE_RATE)
    text = to_otio(FILM)
    film = otio.adapters.read_from_string(text, "otio_json")
    assert film.name == FILM.title
    assert dict(film.metadata["videofactory"]) == {"project": FILM.project, "width": 320, "height": 180, "fps": 30}
    assert to_otio(FILM) == text


def test_clips_meet_in_the_middle_of_their_transition(tracks: dict[str, Any]) -> None:
    clips = [item for item in tracks["pictures"] if isinstance(item, otio.schema.Clip)]
    ranges = [(int(c.source_range.start_time.value), int(c.source_range.duration.value)) for c in clips]
    assert [clip.name for clip in clips] == ["scene-01", "scene-02", "scene-03", "scene-04"]
    assert ranges == [(0, 82), (7, 57), (10, 61), (0, 30)]
    assert {clip.media_reference.target_url for clip in clips} == {artifact_name(CLIP)}
    assert int(clips[0].media_reference.available_range.duration.value) == 90


def test_transitions_cover_their_overlap(tracks: dict[str, Any]) -> None:
    items = list(tracks["pictures"])
    kinds = [type(item).__name__ for item in items]
    assert kinds == ["Clip", "Transition", "Clip", "Transition", "Clip", "Clip"]
    dissolve, black = items[1], items[3]
    assert (dissolve.transition_type, int(dissolve.in_offset.value), int(dissolve.out_offset.value)) == ("SMPTE_Dissolve", 7, 8)
    assert (black.transition_type, int(black.in_offset.value), int(black.out_offset.value)) == ("Custom_Transition", 10, 11)
    assert black.name == "fade_black"
    where = tracks["pictures"].range_of_child(items[2]).start_time.value
    assert (where - 7, where + 8) == (SHOTS[1].start, SHOTS[1].start + SHOTS[1].overlap)


def test_a_slowed_clip_says_so(tracks: dict[str, Any]) -> None:
    last = tracks["pictures"][-1]
    assert [effect.time_scalar for effect in last.effects] == [0.9]
    assert [list(item.effects) for item in tracks["pictures"] if item.name == "scene-01"] == [[]]


def test_sounds_stand_at_their_sample_with_gaps_between(tracks: dict[str, Any]) -> None:
    track = tracks["narration"]
    assert [(type(item).__name__, _seconds(item)) for item in track] == [
        ("Gap", 0.25),
        ("Clip", 1.5),
        ("Gap", 1.25),
        ("Clip", 2.0),
    ]
    assert track.range_of_child(track[3]).start_time == otio.opentime.RationalTime(3 * SAMPLE_RATE, SAMPLE_RATE)
    assert track[1].metadata["videofactory"]["artifact"] == WAV.sha256


def test_overlapping_sounds_go_to_further_tracks(tracks: dict[str, Any]) -> None:
    assert [item.name for item in tracks["effects"] if isinstance(item, otio.schema.Clip)] == ["scene-01", "scene-03"]
    assert [item.name for item in tracks["effects 2"] if isinstance(item, otio.schema.Clip)] == ["scene-02"]
    assert tracks["effects"][0].metadata["videofactory"]["gain_db"] == -9
    assert _seconds(tracks["effects 2"][0]) == 3


def test_captions_and_titles_stand_at_their_frame(tracks: dict[str, Any]) -> None:
    captions = tracks["captions"]
    assert [(type(item).__name__, int(item.duration().value)) for item in captions] == [("Gap", 9), ("Clip", 36), ("Clip", 15)]
    assert captions[1].name == "We open at six."
    assert captions[1].metadata["videofactory"]["text"] == "We open\nat six."
    assert [(type(item).__name__, _seconds(item)) for item in tracks["titles"]] == [("Gap", 1.0), ("Clip", 2.0)]


def test_the_whole_lasts_as_long_as_its_longest_track() -> None:
    film = otio.adapters.read_from_string(to_otio(FILM.model_copy(update={"music": ()})), "otio_json")
    assert film.duration().to_seconds() == pytest.approx(FILM.seconds)


def test_a_clips_own_sound_has_its_track_and_its_speed(tracks: dict[str, Any]) -> None:
    gap, own = tracks["own sound"]
    assert gap.duration() == otio.opentime.RationalTime(round(200 / 30 * SAMPLE_RATE), SAMPLE_RATE)
    assert own.media_reference.target_url == artifact_name(CLIP)
    assert own.effects[0].time_scalar == pytest.approx(0.9)
    assert dict(own.metadata["videofactory"]) == {"gain_db": -4, "artifact": CLIP.sha256}
    others = [clip for name in ("narration", "effects", "music") for clip in tracks[name].find_clips()]
    assert [clip.name for clip in others if len(clip.effects)] == []


def test_where_the_parts_of_a_clip_go_is_kept_with_it() -> None:
    whole = Area(left=0, top=0, width=180, height=320)
    framing = Framing(windows=(Window(source=Area(left=70, top=0, width=100, height=180), target=whole),))
    film = FILM.model_copy(update={"shots": (SHOTS[0].model_copy(update={"framing": framing}),)})
    read = otio.adapters.read_from_string(to_otio(film), "otio_json")
    kept = otio.core.serialize_json_to_string(read.tracks[0][0].metadata["videofactory"]["framing"])
    assert Framing.model_validate_json(kept) == framing
