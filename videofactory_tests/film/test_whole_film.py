"""From the brief to the film, with nothing left to mend: what is delivered, what it cost, what a long one needs."""

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import opentimelineio as otio
import pytest
from PIL import Image

from videofactory.domain.project import ProjectState
from videofactory.domain.timeline import Timeline
from videofactory.media.probe import facts
from videofactory.media.quality import measure_film
from videofactory.settings import load_settings
from videofactory.studio.factory import open_studio
from videofactory.studio.material import CutPlan, ScriptVersion
from videofactory.studio.status import report, state_of
from videofactory_tests.film.conftest import Finished
from videofactory_tests.film.line import THREE_SCENES, Line, environment
from videofactory_tests.film.subtitles import cues, spoken
from videofactory_tests.film.traces import film_file, parts, sha256, unsettled
from videofactory_tests.media.weights import most_held

MEBIBYTE = 1 << 20
FEW_SCENES, MANY_SCENES = 12, 40
MEMORY_STEP = 200 * MEBIBYTE
"""How much more a film of many scenes may need than one of few, in a fresh process each: far less than its pictures weigh."""
ONE_FILM = "import sys; from videofactory_tests.film.test_whole_film import film_of; film_of(sys.argv[1], int(sys.argv[2]))"

ONE_MORE = (
    "import sys, pathlib; from videofactory_tests.film.line import Line; Line.at(pathlib.Path(sys.argv[1])).film(sys.argv[2])"
)


def main_timeline(plan: CutPlan) -> Timeline:
    return next(iter(plan.timelines.values()))


def film_of(home: str, count: int) -> None:
    """Make a film of so many scenes of two seconds, and print the most memory this process had, in bytes."""
    line = Line.at(Path(home))
    words = ("Open at six.", "Warm cups.", "Fresh bread.", "Come in.")
    scenes = [{"narration": f"{words[number % 4]}", "seconds": 2} for number in range(count)]
    cut = line.film(line.take_in(script=scenes))
    assert not cut.findings, cut.findings
    assert abs(cut.masters[0].seconds - 2 * count) < count / 4
    print(most_held())  # noqa: T201 - read by the test


def memory_of(home: Path, count: int) -> int:
    program = [sys.executable, "-c", ONE_FILM, str(home), str(count)]
    done = subprocess.run(program, check=True, capture_output=True, text=True)  # noqa: S603 - our own program
    return int(done.stdout.split()[-1])


def test_the_film_passes_its_measurement_from_the_file(finished: Finished) -> None:
    timeline = main_timeline(finished.line.plan(finished.project))
    film = film_file(finished.line.home, finished.project)
    report = measure_film(film, frame=timeline.frame, frames=timeline.frames, captions=timeline.captions)
    assert report.findings == ()
    found = facts(film)
    assert found.video is not None
    assert found.audio is not None
    assert (found.video.width, found.video.height, found.video.frames) == (320, 180, timeline.frames)


def test_captions_say_what_is_spoken_in_both_files(finished: Finished) -> None:
    script = finished.line.read("script", finished.project, ScriptVersion).script
    narration = " ".join(scene.narration for scene in script.scenes)
    film = film_file(finished.line.home, finished.project)
    srt, vtt = (cues(film.with_suffix(ending).read_text(encoding="utf-8")) for ending in (".srt", ".vtt"))
    assert spoken(srt) == narration
    assert srt == vtt
    seconds = main_timeline(finished.line.plan(finished.project)).seconds
    assert all(0 <= cue.start < cue.end <= seconds for cue in srt)
    assert all(before.end <= after.start for before, after in pairwise(srt))


def test_files_have_names_for_people_and_are_those_of_the_store(finished: Finished) -> None:
    folder = finished.line.home / "films" / finished.project
    assert sorted(path.name for path in folder.iterdir()) == [
        f"The first cup.{ending}" for ending in ("jpg", "mp4", "srt", "vtt")
    ]
    with Image.open(folder / "The first cup.jpg") as thumbnail:
        thumbnail.load()
        assert thumbnail.format == "JPEG"
        assert thumbnail.width >= 320
    cut = report(finished.line.studio, finished.project)["film"]
    assert cut["sha256"] == sha256(folder / "The first cup.mp4")


def test_nothing_was_paid_and_nothing_is_left_open(finished: Finished) -> None:
    studio = finished.line.studio
    calls = studio.ledger.calls.of_project()
    assert unsettled(calls) == []
    assert all(call.attempts == 1 for call in calls)
    assert {call.cost_usd for call in calls} == {0}
    assert report(studio, finished.project)["cost_usd"] == 0
    assert state_of(studio, finished.project) is ProjectState.FINAL_REVIEW
    assert parts(finished.line.home) == []


def test_the_exported_timeline_reads_again_as_the_film(finished: Finished) -> None:
    plan = finished.line.plan(finished.project)
    timeline = main_timeline(plan)
    exported = otio.adapters.read_from_file(str(finished.line.studio.artifacts.path(plan.otio)))
    pictures = exported.video_tracks()[0]
    assert [clip.name for clip in pictures.find_clips()] == [shot.scene for shot in timeline.shots]
    assert pictures.duration().value == timeline.frames
    assert len([item for item in pictures if isinstance(item, otio.schema.Transition)]) == 2
    captions = next(track for track in exported.tracks if track.name == "captions")
    assert [clip.metadata["videofactory"]["text"] for clip in captions.find_clips()] == [one.text for one in timeline.captions]


def test_twelve_scenes_need_hardly_more_memory_than_three(tmp_path: Path) -> None:
    assert memory_of(tmp_path / "long", FEW_SCENES) - memory_of(tmp_path / "short", 2) < MEMORY_STEP


@pytest.mark.soak
def test_forty_scenes_need_hardly_more_memory_than_twelve(tmp_path: Path) -> None:
    assert memory_of(tmp_path / "long", MANY_SCENES) - memory_of(tmp_path / "short", FEW_SCENES) < MEMORY_STEP


def test_two_processes_make_two_films_in_one_home(tmp_path: Path) -> None:
    home = tmp_path / "home"
    line = Line.at(home)
    projects = [
        line.take_in(f"{name}.json", title=title, script=[{"narration": f"{title}.", "seconds": 2}, THREE_SCENES[2]])
        for name, title in (("one", "Tea"), ("two", "Cake"))
    ]
    running = [subprocess.Popen([sys.executable, "-c", ONE_MORE, str(home), project]) for project in projects]  # noqa: S603 - ours
    assert [process.wait(timeout=240) for process in running] == [0, 0]
    for project, title in zip(projects, ("Tea", "Cake"), strict=True):
        timeline = main_timeline(line.plan(project))
        film = film_file(home, project)
        assert film.name == f"{title}.mp4"
        assert measure_film(film, frame=timeline.frame, frames=timeline.frames, captions=timeline.captions).findings == ()
        assert spoken(cues(film.with_suffix(".srt").read_text())).startswith(title)
        assert state_of(line.studio, project) is ProjectState.FINAL_REVIEW
    calls = open_studio(load_settings(environment(), home=home)).ledger.calls.of_project()
    assert unsettled(calls) == []
    assert all(call.attempts == 1 for call in calls), "what both films share is asked for once"
