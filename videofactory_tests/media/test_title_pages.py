"""Text as pages: over any ground they give what libass gives when it draws over that ground itself, frame by frame."""

from pathlib import Path

import av
import numpy as np
import pytest

from videofactory.domain.footage import Artifact, Word
from videofactory.domain.timeline import Caption, Look, Timeline, Title
from videofactory.media import encoding, ffmpeg, graph, titles
from videofactory.media.overlay import lay
from videofactory_tests.media.cuts import FRAME, timeline

CLIP = Artifact(sha256="0" * 64, media_type="video/mp4", size=1)
FRAMES = 60
SPOKEN = ("one", "two", "three", "four", "five", "six")
WORDS = tuple(Word(text=text, start=0.1 + 0.2 * at, end=0.3 + 0.2 * at) for at, text in enumerate(SPOKEN))


def film(*, words: bool = True) -> Timeline:
    said = (Caption(start=0.1, end=1.4, lines=("one two three", "four five six"), words=WORDS if words else ()),)
    shown = (
        Title(start=0.0, end=1.2, text="Harbour", kind="opening"),
        Title(start=1.3, end=1.9, text="Open at six", kind="lower_third"),
    )
    look = Look.model_validate({"burn_in": "word" if words else "line", "accent": "#ff8800"})
    return timeline([CLIP], frames=FRAMES, captions=said, titles=shown, look=look)


def noise() -> np.ndarray:
    coarse = np.random.default_rng(3).integers(0, 256, (FRAME.height * 3 // 2 // 6, FRAME.width // 5), np.uint8)
    return np.kron(coarse, np.ones((6, 5), np.uint8))


def by_libass(shown: Timeline, ground: np.ndarray, work: Path) -> np.ndarray:
    text = titles.document(shown, start=0, stop=FRAMES)
    assert text is not None
    (work / "fonts").mkdir(parents=True)
    (work / "text.ass").write_text(text, encoding="utf-8")
    titles.write_fonts(shown, folder=work / "fonts")
    raw = titles.burn_in(encoding.tagged(graph.raw_pictures(width=FRAME.width, height=FRAME.height, fps=30)))
    options: graph.Options = {"f": "rawvideo", "pix_fmt": "yuv420p", "fps_mode": "passthrough"}
    drawn = graph.output(raw, to="drawn.yuv", options=options)
    ffmpeg.run_graph(drawn, purpose="draw for a test", frames=(ground.data for _ in range(FRAMES)), cwd=work)
    return np.fromfile(work / "drawn.yuv", np.uint8).reshape(FRAMES, *ground.shape)


@pytest.mark.parametrize("words", [True, False])
def test_every_frame_is_what_libass_draws_over_it(tmp_path: Path, words: bool) -> None:  # noqa: FBT001
    """With more pages than are drawn at once: a title that moves, words that light up, both at a time."""
    shown, ground = film(words=words), noise()
    wanted = by_libass(shown, ground, tmp_path / "theirs")
    (tmp_path / "ours").mkdir()
    pages = titles.Pages(shown, start=0, stop=FRAMES, work=tmp_path / "ours")
    marked = 0
    for number, whole in enumerate(wanted):
        picture = av.VideoFrame.from_ndarray(ground, format="yuv420p")
        lay(pages.at(number), picture)
        ours = picture.to_ndarray()
        assert np.abs(ours.astype(int) - whole).max() <= 3, number
        marked += bool((whole != ground).any())
    assert 50 <= marked < FRAMES


def test_a_stretch_in_the_middle_has_its_own_part_of_it(tmp_path: Path) -> None:
    shown, ground = film(), noise()
    wanted = by_libass(shown, ground, tmp_path / "theirs")
    (tmp_path / "ours").mkdir()
    pages = titles.Pages(shown, start=22, stop=44, work=tmp_path / "ours")
    for number in range(22, 44):
        picture = av.VideoFrame.from_ndarray(ground, format="yuv420p")
        lay(pages.at(number), picture)
        assert np.abs(picture.to_ndarray().astype(int) - wanted[number]).max() <= 3, number


def test_where_there_is_no_text_nothing_is_drawn(tmp_path: Path) -> None:
    pages = titles.Pages(timeline([CLIP], frames=FRAMES), start=0, stop=FRAMES, work=tmp_path)
    assert [pages.at(number) for number in range(FRAMES)] == [()] * FRAMES
    assert list(tmp_path.iterdir()) == []


def test_text_that_stands_apart_is_laid_over_in_parts(tmp_path: Path) -> None:
    """An overlay costs its area: a title above and captions below are not one picture as high as the film."""
    shown = film(words=False).model_copy(update={"captions": (Caption(start=0.1, end=1.4, lines=("one two three",)),)})
    pages = titles.Pages(shown, start=0, stop=FRAMES, work=tmp_path)
    above, below = pages.at(20)
    assert above.top + above.layers[0].kept.shape[0] < below.top
    assert pages.at(20) is pages.at(21)
