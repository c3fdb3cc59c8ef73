"""The master's check: pieces measured once for all cuts, findings with pictures, stills only where they were planned."""

import io
from pathlib import Path

import pytest
from PIL import Image

from videofactory.domain.footage import Artifact, Frame
from videofactory.domain.script import Camera, Script
from videofactory.domain.timeline import Cue, Shot, Timeline
from videofactory.media.quality.decoding import decode
from videofactory.studio.factory import Studio
from videofactory.studio.film_check import PICTURES, Figures, checked
from videofactory.studio.material import ScriptVersion
from videofactory_tests.media.films import FRAME, FRAMES, LOUDNESS, PICTURE, VOICE, film

SOUND = f"{VOICE},{LOUDNESS}"
CLIP = Artifact(sha256="0" * 64, media_type="video/mp4", size=1)


def planned(*, project: str = "nobody", frames: int = FRAMES, hold: int = 0) -> Timeline:
    """A film of one shot, whose last picture may be held, with a sound."""
    shot = Shot(scene="scene-01", clip=CLIP, clip_frames=frames - hold, start=0, frames=frames, hold=hold)
    music = Cue(scene=None, artifact=CLIP, start=0, seconds=frames / 30)
    return Timeline(project=project, title="Test", frame=FRAME, shots=(shot,), music=(music,))


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(tmp_path_factory.mktemp("check") / "good.mp4", sound=SOUND)


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Black for a second, then still to its end, and of the wrong size."""
    still = "loop=loop=70:size=1:start=25,setpts=N/30/TB,trim=end_frame=90"
    picture = f"{PICTURE.replace('320x180', '320x184')},{still},drawbox=t=fill:c=black:enable='lt(t,0.8)'"
    return film(tmp_path_factory.mktemp("check") / "bad.mp4", picture=picture, sound=SOUND)


def kept(studio: Studio, path: Path) -> Artifact:
    copy = path.with_suffix(".copy")
    copy.write_bytes(path.read_bytes())
    return studio.artifacts.put_file(copy, media_type="video/mp4")


def test_a_good_film_has_nothing_to_show(studio: Studio, good: Path) -> None:
    report = checked(studio, planned(), kept(studio, good))
    assert (report.words, report.exhibits) == ((), ())
    assert report.measures["frames"] == FRAMES


def test_figures_of_a_film_are_kept_in_the_store_for_the_next_cut(studio: Studio, good: Path) -> None:
    artifact = kept(studio, good)
    first = checked(studio, planned(), artifact)
    again = decode(studio.artifacts.path(artifact), sample_rate=48_000, borders={0, FRAMES}, shelf=Figures(studio))
    assert again.decoded == 0
    longer = checked(studio, planned(frames=FRAMES + 2), artifact)
    assert longer.measures == first.measures
    assert [exhibit.finding.check for exhibit in longer.exhibits] == ["length"]


def test_each_finding_names_time_measure_and_limit_and_shows_a_small_picture(studio: Studio, bad: Path) -> None:
    report = checked(studio, planned(), kept(studio, bad))
    shown = {exhibit.finding.check: exhibit for exhibit in report.exhibits}
    assert set(shown) == {"black", "frozen", "size"}
    assert report.words == tuple(exhibit.finding.words for exhibit in report.exhibits)
    assert shown["size"].picture is None
    assert (shown["black"].finding.at, shown["black"].finding.limit) == (0.0, 0.5)
    for check, brightest in (("black", 40), ("frozen", 255)):
        picture = shown[check].picture
        assert picture is not None
        data = studio.artifacts.read(picture)
        assert len(data) <= 8_000
        with Image.open(io.BytesIO(data)) as image:
            assert image.format == "JPEG"
            assert max(image.size) == 240
            low, high = image.convert("L").getextrema()
            assert float(high) <= brightest  # type: ignore[arg-type]
            assert (float(high) > 150) == (check == "frozen")  # type: ignore[arg-type]
            assert float(low) >= 0  # type: ignore[arg-type]
    assert len([exhibit for exhibit in report.exhibits if exhibit.picture]) <= PICTURES


def test_the_same_film_of_the_same_plan_is_measured_once(studio: Studio, bad: Path) -> None:
    artifact = kept(studio, bad)
    first = checked(studio, planned(), artifact)
    studio.artifacts.path(artifact).unlink()
    again = checked(studio, planned(), artifact)
    assert (again.words, again.measures, again.exhibits) == (first.words, first.measures, first.exhibits)


def test_a_lost_picture_of_a_finding_is_made_again(studio: Studio, bad: Path) -> None:
    artifact = kept(studio, bad)
    first = checked(studio, planned(), artifact)
    pictures = [exhibit.picture for exhibit in first.exhibits if exhibit.picture]
    studio.artifacts.path(pictures[0]).unlink()
    again = checked(studio, planned(), artifact)
    assert all(map(studio.artifacts.has, pictures))
    assert (again.words, again.exhibits) == (first.words, first.exhibits)


def checks(report: object) -> set[str]:
    return {exhibit.finding.check for exhibit in getattr(report, "exhibits", ())}


def test_a_held_picture_and_a_static_camera_may_stand_still(studio: Studio, draft: str, bad: Path) -> None:
    artifact = kept(studio, bad)
    assert "frozen" in checks(checked(studio, planned(project=draft), artifact))
    assert "frozen" not in checks(checked(studio, planned(project=draft, hold=60), artifact))
    version = studio.values.read("script", draft, ScriptVersion)
    assert version is not None
    scenes = tuple(scene.model_copy(update={"camera": Camera.STATIC}) for scene in version.script.scenes)
    script: Script = version.script.model_copy(update={"scenes": scenes})
    studio.values.write("script", draft, version.model_copy(update={"script": script}))
    assert "frozen" not in checks(checked(studio, planned(project=draft), artifact))


def test_a_film_is_held_against_the_platform_of_its_shape(studio: Studio, good: Path) -> None:
    tall = planned().model_copy(update={"frame": Frame(width=180, height=320, fps=30)})
    assert "size" in checks(checked(studio, tall, kept(studio, good)))
