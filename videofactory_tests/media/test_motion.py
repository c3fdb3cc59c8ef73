"""Moving pictures: exact files, smooth sub-pixel moves, nothing from outside the picture, never frozen, the same bytes again."""

from itertools import pairwise
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from videofactory.domain.errors import MediaBroken
from videofactory.domain.footage import Box
from videofactory.domain.script import Camera, Layout
from videofactory.media import ffmpeg, motion
from videofactory.media.probe import VideoFacts, facts

WIDTH, HEIGHT, FPS = 320, 180, 30
BT709, LIMITED = 1, 1
Frames = NDArray[np.uint8]


def texture(width: int, height: int, *, seed: int = 5) -> NDArray[np.uint8]:
    """Smooth colourful noise: something to measure movement by in every place, and nothing that stands out as a subject."""
    noise = np.random.default_rng(seed).standard_normal((height, width, 3)).astype(np.float32)
    smooth = cv2.GaussianBlur(noise, (0, 0), 2.0)
    return np.asarray(np.clip(128 + 45 * smooth / smooth.std(), 0, 255), dtype=np.uint8)


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("stills") / "still.png"
    cv2.imwrite(str(path), texture(WIDTH, HEIGHT))
    return path


def moved(  # noqa: PLR0913 - the facts of a shot
    still: Path,
    out: Path,
    *,
    camera: Camera = Camera.PAN_RIGHT,
    seconds: float = 1.0,
    size: tuple[int, int] = (WIDTH, HEIGHT),
    last: Path | None = None,
    prompt: str = "",
    seed: int = 3,
    layout: Layout = Layout.SINGLE,
    panes: tuple[Box, ...] = (),
) -> Path:
    motion.render(
        still, out=out, last=last, seconds=seconds, width=size[0], height=size[1], fps=FPS, camera=camera, layout=layout,
        prompt=prompt, seed=seed, panes=panes,
    )  # fmt: skip
    return out


def decoded(path: Path) -> Frames:
    with av.open(str(path)) as container:
        return np.stack([frame.to_ndarray(format="gray") for frame in container.decode(video=0)])


def video(path: Path) -> VideoFacts:
    found = facts(path).video
    assert found is not None
    return found


def steps(frames: Frames) -> NDArray[np.float64]:
    """Movement of the middle of the picture from frame to frame, in pixels (x, y)."""
    middle = frames[:, 30:150, 60:260].astype(np.float64)
    return np.array([shift(before, after) for before, after in pairwise(middle)])


def shift(before: NDArray[np.float64], after: NDArray[np.float64]) -> NDArray[np.float64]:
    """The small movement that explains the difference best (Lucas and Kanade's least squares, with a change of light)."""
    down, right = np.gradient((before + after) / 2)
    terms = np.stack([right.ravel(), down.ravel(), np.ones(right.size)], axis=1)
    solution = np.linalg.lstsq(terms, (before - after).ravel(), rcond=None)[0]
    return np.asarray(solution[:2])


def test_a_key_frame_comes_every_half_second(still: Path, tmp_path: Path) -> None:
    with av.open(str(moved(still, tmp_path / "clip.mp4", seconds=1.5))) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
    assert [number for number, packet in enumerate(packets) if packet.is_keyframe] == [0, 15, 30]


@pytest.mark.parametrize(("size", "seconds", "frames"), [((320, 180), 1.51, 45), ((180, 320), 0.5, 15), ((180, 180), 1.0, 30)])
def test_size_rate_and_number_of_frames_are_exact(
    still: Path, tmp_path: Path, size: tuple[int, int], seconds: float, frames: int
) -> None:
    clip = moved(still, tmp_path / "clip.mp4", size=size, seconds=seconds)
    found = video(clip)
    assert (found.width, found.height, found.fps, found.frames) == (*size, FPS, frames)
    assert (found.codec, found.pixel_format) == ("h264", "yuv420p")
    assert (found.colour_space, found.colour_range) == (BT709, LIMITED)
    assert facts(clip).audio is None


def test_pan_is_smooth_to_a_tenth_of_a_pixel_and_repeats_no_frame(still: Path, tmp_path: Path) -> None:
    speed = -steps(decoded(moved(still, tmp_path / "pan.mp4", seconds=2.0)))[:, 0]
    time = np.linspace(-1, 1, len(speed))
    jitter = speed - np.polyval(np.polyfit(time, speed, 4), time)
    assert np.sqrt(np.mean(jitter**2)) < 0.05
    assert speed.min() > 0.01  # alive at both ends, and no frame shown twice
    assert speed[25:35].mean() > 1.2 * speed[:5].mean()  # eased


def test_every_camera_moves_its_own_way(still: Path, tmp_path: Path) -> None:
    ends = {}
    for camera in Camera:
        frames = decoded(moved(still, tmp_path / f"{camera}.mp4", camera=camera))
        ends[camera] = frames[-1].astype(int)
        assert np.abs(frames[-1].astype(int) - frames[0]).mean() > 1.0
    pairs = [(a, b) for a in Camera for b in Camera if a < b]
    assert all(np.abs(ends[a] - ends[b]).mean() > 1.0 for a, b in pairs)


@pytest.mark.parametrize(("camera", "axis", "sign"), [
    (Camera.PAN_LEFT, 0, 1), (Camera.PAN_RIGHT, 0, -1), (Camera.TILT_UP, 1, 1), (Camera.TILT_DOWN, 1, -1),
])  # fmt: skip
def test_picture_goes_against_the_camera(still: Path, tmp_path: Path, camera: Camera, axis: int, sign: int) -> None:
    step = steps(decoded(moved(still, tmp_path / "clip.mp4", camera=camera)))
    assert np.all(sign * step[:, axis] > 0)


def test_zooms_go_in_and_out(still: Path, tmp_path: Path) -> None:
    def growth(camera: Camera) -> float:
        frames = decoded(moved(still, tmp_path / f"{camera}.mp4", camera=camera))[[0, -1]].astype(np.float32)
        left, right = (cv2.phaseCorrelate(*np.ascontiguousarray(frames[:, 60:120, x : x + 64]))[0][0] for x in (30, 226))
        return right - left

    assert growth(Camera.PUSH_IN) > 1.0
    assert growth(Camera.PULL_OUT) < -1.0


@pytest.mark.parametrize("camera", list(Camera))
def test_nothing_from_outside_the_picture_is_seen(tmp_path: Path, camera: Camera) -> None:
    cv2.imwrite(str(tmp_path / "white.png"), np.full((HEIGHT, WIDTH, 3), 255, np.uint8))
    frames = decoded(moved(tmp_path / "white.png", tmp_path / "clip.mp4", camera=camera))
    assert frames.min() > 215  # white, a little darkened by the light; a border would be black


def test_flat_picture_held_still_is_never_frozen(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "grey.png"), np.full((HEIGHT, WIDTH, 3), 110, np.uint8))
    for seed in (1, 2):
        clip = moved(tmp_path / "grey.png", tmp_path / "clip.mp4", camera=Camera.STATIC, seconds=6.0, seed=seed)
        log = ffmpeg.run(
            ["-loglevel", "info", "-i", clip, "-vf", "freezedetect=n=-60dB:d=2", "-f", "null", "-"], purpose="look for stills"
        )
        assert "freeze_start" not in log


PANES = (Box(x=0, y=0, width=0.4, height=1), Box(x=0.425, y=0, width=0.575, height=1))


@pytest.mark.parametrize("camera", [Camera.PUSH_IN, Camera.PAN_RIGHT, Camera.ORBIT])
def test_panes_move_inside_their_borders(tmp_path: Path, camera: Camera) -> None:
    drawn = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    drawn[:, :128] = texture(128, HEIGHT) // 2 // 2
    drawn[:, 136:] = texture(WIDTH - 136, HEIGHT, seed=6) // 4 + 120
    cv2.imwrite(str(tmp_path / "panes.png"), drawn)
    frames = decoded(
        moved(tmp_path / "panes.png", tmp_path / "clip.mp4", camera=camera, layout=Layout.SPLIT_SCREEN, panes=PANES)
    ).astype(int)
    assert frames[:, :, 130:134].min() > 225, "the line between them stands still"
    assert frames[:, :, :126].max() < 90, "nothing of the line or the neighbour comes into the left one"
    assert frames[:, :, 138:].min() > 100
    assert frames[:, :, 138:].max() < 205
    for pane in (frames[:, :, :126], frames[:, :, 138:]):
        assert np.abs(pane[-1] - pane[0]).mean() > 2, "each of them moves"


def test_light_never_flashes(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "grey.png"), np.full((HEIGHT, WIDTH, 3), 160, np.uint8))
    frames = decoded(moved(tmp_path / "grey.png", tmp_path / "clip.mp4", seconds=4.0, prompt="neon night in the rain"))
    assert np.abs(np.diff(frames.mean(axis=(1, 2)))).max() < 0.5


def test_ends_exactly_on_the_last_picture(still: Path, tmp_path: Path) -> None:
    last = tmp_path / "last.png"
    cv2.imwrite(str(last), texture(WIDTH, HEIGHT, seed=9))
    wanted = cv2.cvtColor(texture(WIDTH, HEIGHT, seed=9), cv2.COLOR_BGR2GRAY).astype(int)
    for camera in (Camera.PUSH_IN, Camera.PAN_LEFT, Camera.ORBIT):
        frames = decoded(moved(still, tmp_path / "clip.mp4", camera=camera, last=last))
        # FFmpeg's grey and OpenCV's differ in their weights by a few values
        assert np.abs(frames[-1].astype(int) - wanted).mean() < 6.0
        assert np.abs(frames[0].astype(int) - wanted).mean() > 20.0


def test_equal_shots_give_equal_bytes_and_seeds_differ(still: Path, tmp_path: Path) -> None:
    def content(seed: int) -> bytes:
        return moved(still, tmp_path / "clip.mp4", seed=seed, prompt="warm steam").read_bytes()

    assert content(3) == content(3)
    assert content(3) != content(4)


def test_words_of_the_prompt_put_particles_into_the_air(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "dark.png"), np.full((HEIGHT, WIDTH, 3), 40, np.uint8))
    peaks = {}
    for prompt in ("a plain desk", "warm morning", "neon night", "rain", "snow"):
        peaks[prompt] = int(decoded(moved(tmp_path / "dark.png", tmp_path / "clip.mp4", seconds=0.2, prompt=prompt)).max())
    plain = peaks.pop("a plain desk")
    assert all(peak > plain + 4 for peak in peaks.values()), peaks


def test_broken_picture_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.png").write_bytes(b"no picture")
    with pytest.raises(MediaBroken, match=r"bad\.png"):
        moved(tmp_path / "bad.png", tmp_path / "clip.mp4")
