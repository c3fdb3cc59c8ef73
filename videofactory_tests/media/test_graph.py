"""Graphs of FFmpeg: whatever an option holds arrives as it is, output is exact, and slower or bigger machines change no pixel."""

from pathlib import Path

import numpy as np
import pytest

from videofactory.domain.errors import MediaBroken
from videofactory.media import encoding, ffmpeg, graph
from videofactory.media.titles import burn_in

GREY = bytes([120]) * (32 * 32 * 3 // 2)


def pictures(pixels: str = "yuv420p") -> graph.Stream:
    return graph.raw_pictures(width=32, height=32, fps=30, pixels=pixels)


def pixels(stream: graph.Stream, folder: Path, *, frames: list[bytes], name: str = "out.raw") -> bytes:
    written = graph.output(stream, to=name, options={"format": "rawvideo"}, exact=False)
    ffmpeg.run_graph(written, purpose="filter for a test", frames=frames, cwd=folder)
    return (folder / name).read_bytes()


def test_options_arrive_whatever_they_hold(tmp_path: Path) -> None:
    awkward = "it’s, [a]: 'file'; 50% \\=.txt"
    marked = pictures().filter("metadata", mode="add", key="k", value="v").filter("metadata", mode="print", file=awkward)
    pixels(marked, tmp_path, frames=[GREY])
    assert "k=v" in (tmp_path / awkward).read_text()


def test_commas_of_expressions_need_no_quotes(tmp_path: Path) -> None:
    half = pictures().filter("crop", w="if(gt(iw,16),16,iw)", h="min(ih,16)")
    assert len(pixels(half, tmp_path, frames=[GREY])) == 16 * 16 * 3 // 2


def test_files_are_exact_and_options_stand_in_the_order_of_their_names() -> None:
    arguments = graph.output(pictures(), to="out.mp4", options={"g": 30, "c:v": "libx264", "flags:v": "+cgop"}).get_args()
    assert arguments[arguments.index("-i") + 2 :] == [
        *("-c:v", "libx264", "-fflags", "+bitexact", "-flags:a", "+bitexact", "-flags:v", "+cgop"),
        *("-g", "30", "-map_metadata", "-1", "out.mp4"),
    ]
    assert "+bitexact" not in graph.output(pictures(), to="-", options={"format": "null"}, exact=False).get_args()


def test_one_input_feeds_several_outputs_and_is_opened_once() -> None:
    film = graph.source("film.mp4")
    arguments = graph.output(film["v:0"], film["a:0?"], to="out.mp4", options={"c": "copy"}).get_args()
    assert arguments[:6] == ["-i", "film.mp4", "-map", "0:v:0", "-map", "0:a:0?"]


def test_tags_change_no_pixel(tmp_path: Path) -> None:
    assert pixels(encoding.tagged(pictures()), tmp_path, frames=[GREY]) == GREY


def test_filters_cut_pictures_into_the_same_slices_on_every_machine(tmp_path: Path) -> None:
    """`zscale` to fewer bits gives other pixels with other slices: two of them, whatever the number of cores."""
    noise = np.random.default_rng(1).integers(0, 65_535, 3 * 320 * 180, np.uint16).tobytes()
    raw = graph.raw_pictures(width=320, height=180, fps=30, pixels="gbrp16le")
    scaled = raw.filter("zscale", m="709", r="limited", d="error_diffusion").filter("format", pix_fmts="yuv420p")
    ours = pixels(scaled, tmp_path, frames=[noise])
    by_slices = []
    for slices in ("1", "2"):
        output = graph.output(scaled, to=f"{slices}.raw", options={"format": "rawvideo"}, exact=False)
        ffmpeg.run(
            ["-filter_complex_threads", slices, *output.get_args()], purpose="filter for a test", frames=[noise], cwd=tmp_path
        )
        by_slices.append((tmp_path / f"{slices}.raw").read_bytes())
    assert by_slices[0] != by_slices[1]
    assert ours == by_slices[1]


def test_a_filter_that_fails_says_what_was_wanted(tmp_path: Path) -> None:
    with pytest.raises(MediaBroken, match=r"could not filter for a test .*text\.ass"):
        pixels(burn_in(pictures()), tmp_path, frames=[GREY])
