"""Key frames as a whole: exact sizes, repeatability, family colours, calm below, first and last of one scene."""

import io
import time
from itertools import product
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from videofactory.domain.errors import MediaBroken
from videofactory.domain.footage import Box
from videofactory.domain.script import Camera, Layout
from videofactory.media.compose.colour import from_hex, scheme, to_oklab
from videofactory.media.compose.direction import Wish, direct
from videofactory.media.compose.finish import calmed
from videofactory.media.compose.framing import Framing
from videofactory.media.compose.layouts import LAYOUTS
from videofactory.media.compose.matte import find_matte
from videofactory.media.compose.photo import Photo, open_photo
from videofactory.media.compose.reference import focus_within, style_reference
from videofactory.media.compose.stage import Stage, Subject
from videofactory.media.compose.still import drawn as composed
from videofactory.media.compose.still import key_frame
from videofactory.media.measure import CAN_SEE, faces, heart_of

COFFEE = Path(__file__).parents[2] / "videofactory" / "data" / "sample" / "coffee.png"
PORTRAIT = Path(__file__).with_name("portrait.jpg")
CUP = Box(x=0.12, y=0.03, width=0.7, height=0.94)
PALETTE = ("#a5502a", "#3a1d10", "#d9a066", "#6f1a0c", "#f1e3d0")
SMALL = (320, 180)


def drawn(content: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(content)) as image:
        assert image.format == "PNG"
        assert image.mode == "RGB"
        return np.asarray(image, np.float32)


def frame(prompt: str = "the first cup", size: tuple[int, int] = SMALL, **wish: object) -> np.ndarray:
    return drawn(key_frame(Wish(prompt, **wish), size=size, references=[COFFEE], palette=PALETTE, focus=CUP))  # type: ignore[arg-type]


def saved(folder: Path, image: Image.Image, name: str = "odd.png") -> Path:
    image.save(folder / name)
    return folder / name


@pytest.mark.parametrize(("size", "layout"), list(product([(320, 180), (180, 320), (200, 200), (54, 32)], Layout)))
def test_every_layout_has_exactly_the_asked_size(size: tuple[int, int], layout: Layout) -> None:
    assert frame(size=size, layout=layout).shape == (size[1], size[0], 3)


def roughness(pixels: np.ndarray) -> float:
    """Mean difference from the local median: noise counts, edges hardly."""
    smooth = cv2.medianBlur(pixels.astype(np.uint8), 5).astype(np.float32)
    return float(np.abs(pixels - smooth).mean())


WORDS = {"full": "cinematic", "melt": "copy space", "card": "postcard", "porthole": "minimal", "cutout": "geometric"}


def test_words_choose_the_composition_whatever_the_seed() -> None:
    assert set(WORDS) == set(LAYOUTS) - {"composite", "split"}, "those two are the scene's own layout"
    pictures = [frame(word, seed=4) for word in WORDS.values()]
    # two compositions differ by far more than grain
    assert all(np.abs(one - other).mean() > 5 for index, one in enumerate(pictures) for other in pictures[:index])


def test_equal_requests_give_equal_bytes_and_seeds_differ() -> None:
    def make(seed: int) -> bytes:
        return key_frame(Wish("steam", seed=seed), size=SMALL, references=[COFFEE], palette=PALETTE, focus=CUP)

    assert make(1) == make(1)
    pictures = [drawn(make(seed)) for seed in range(1, 5)]
    distances = [np.abs(a - b).mean() for i, a in enumerate(pictures) for b in pictures[:i]]
    assert min(distances) > 3


def test_at_strength_nought_the_photograph_keeps_its_colours_and_freely_it_does_not() -> None:
    plain = np.asarray(Image.open(COFFEE).convert("RGB"), np.float32)

    def shift(strength: float) -> float:
        picture = frame("full frame, night", strength=strength)
        return float(np.abs(picture.mean(axis=(0, 1)) - plain[:337].mean(axis=(0, 1))).max())

    assert shift(0.0) < 12
    assert shift(1.0) > 40


@pytest.mark.parametrize("prompt", ["postcard", "geometric", "minimal", "copy space"])
def test_grounds_stay_in_the_family_of_the_palette(prompt: str) -> None:
    small = cv2.resize(frame(prompt, seed=2, strength=0.3), (32, 18), interpolation=cv2.INTER_AREA) / 255
    hues = to_oklab(np.asarray(small, np.float32)).reshape(-1, 3)
    family = np.array([to_oklab(from_hex(colour)) for colour in PALETTE])
    nearest = np.linalg.norm(hues[:, None, 1:] - family[None, :, 1:], axis=2).min(axis=1)
    assert float(nearest.mean()) < 0.045


def test_first_and_last_frame_belong_together_and_differ() -> None:
    first, last = (frame("full frame", camera=Camera.PUSH_IN, moment=moment) for moment in ("first", "last"))
    other = frame("full frame, night", seed=99, camera=Camera.PUSH_IN)
    inner = cv2.resize(first[10:170, 18:302], SMALL, interpolation=cv2.INTER_AREA)
    assert 2 < np.abs(first - last).mean() < np.abs(first - other).mean()
    assert np.abs(inner - last).mean() < np.abs(first - last).mean(), "the last frame is a tighter view of the first"


def test_the_lower_third_is_calmed() -> None:
    noise = np.random.default_rng(1).random((180, 320, 3), np.float32)
    quiet = calmed(noise, np.full(3, 0.6, np.float32), amount=1.0)
    assert quiet[160:].std() < 0.4 * noise[160:].std()
    assert np.array_equal(quiet[:100], noise[:100])


def test_the_cup_stands_free_and_a_plain_wall_does_not() -> None:
    matte = find_matte(open_photo(COFFEE, focus=CUP))
    assert matte is not None
    assert 0.35 < float((matte.alpha > 0.5).mean()) < 0.6
    assert matte.alpha[90, 290] > 0.99, "inside the cup"
    assert max(matte.alpha[10, 10], matte.alpha[10, 590], matte.alpha[390, 590]) < 0.01, "table and corner"
    wall = np.full((200, 300, 3), 120, np.uint8)
    assert find_matte(Photo(wall, None)) is None


def test_what_the_rim_cuts_does_not_stand_free() -> None:
    emblem = np.full((300, 450, 3), (240, 240, 235), np.uint8)
    cv2.circle(emblem, (225, 260), 90, (20, 90, 160), cv2.FILLED)
    assert find_matte(Photo(emblem, None)) is None


def test_a_flat_emblem_is_cut_out_without_long_thought() -> None:
    emblem = np.full((300, 450, 3), (240, 240, 235), np.uint8)
    cv2.circle(emblem, (225, 150), 80, (20, 90, 160), cv2.FILLED)
    began = time.process_time()
    matte = find_matte(Photo(emblem, None))
    assert time.process_time() - began < 4
    assert matte is not None
    assert float(matte.alpha.mean()) == pytest.approx(3.1416 * 80**2 / (300 * 450), rel=0.05)


def test_a_sky_that_only_its_starting_box_bounds_is_no_subject() -> None:
    down = np.linspace(40, 160, 200)[:, None, None]
    sky = np.clip(down * np.array([0.5, 0.8, 1.3]) + np.zeros((200, 300, 3)), 0, 255).astype(np.uint8)
    assert find_matte(Photo(sky, None)) is None


def mast(*, at: int = 190, width: int = 18) -> np.ndarray:
    """A bright mast before a sky that gets darker upwards, over dark ground."""
    rows, columns = np.mgrid[0:286, 0:428]
    far = np.clip(np.hypot(columns - at * 0.9, rows - 230) / 330, 0, 1)
    sky = np.array([25, 45, 95]) * (1.25 - 0.55 * far)[..., None] + np.random.default_rng(1).normal(0, 2, (286, 428, 3))
    picture: np.ndarray = np.clip(sky, 0, 255).astype(np.uint8)
    cv2.rectangle(picture, (at, 95), (at + width, 270), (225, 205, 170), cv2.FILLED)
    picture[266:] = (30, 25, 25)
    return picture


def test_a_piece_of_sky_beside_a_mast_is_no_subject() -> None:
    assert find_matte(Photo(mast(), None)) is None


def test_a_narrow_shot_shows_what_draws_the_eye_and_not_the_gap_beside_it(tmp_path: Path) -> None:
    told = Box(x=0.05, y=0.3, width=0.6, height=0.6)
    path = saved(tmp_path, Image.fromarray(mast(at=230)))
    across, down = heart_of(mast(at=230), told)
    assert 230 / 428 <= across <= 248 / 428
    assert 0.3 < down < 0.9
    for size in Framing:
        part = Stage((80, 216), scheme(()), scheme(()), direct(Wish("x", strength=0)), (Subject(open_photo(path, focus=told)),))
        seen = part.window(part.subject, part.size, framing=size, side=0.0)
        assert seen.left <= 230, size
        assert seen.left + seen.width >= 248, size


@pytest.mark.skipif(not CAN_SEE, reason="the detector has wheels for x86-64 only")
@pytest.mark.parametrize("size", [(320, 180), (110, 216)])
def test_a_macro_of_a_person_is_the_face_as_a_whole(size: tuple[int, int]) -> None:
    told = Box(x=0.22, y=0.05, width=0.42, height=0.9)
    subject = Subject(open_photo(PORTRAIT, focus=told))
    stage = Stage(size, scheme(()), scheme(()), direct(Wish("x", strength=0)), (subject,))
    face, seen = subject.face, stage.window(subject, size, framing=Framing.MACRO, side=0.0, shift=1.0)
    assert face is not None
    width, height = subject.photo.size
    assert seen.left <= face.x * width <= (face.x + face.width) * width <= seen.left + seen.width + 1
    assert seen.top <= face.y * height <= (face.y + face.height) * height <= seen.top + seen.height + 1
    assert face.height * height > 0.3 * seen.height


def test_a_second_picture_is_looked_at_for_its_subject(tmp_path: Path) -> None:
    pair = [COFFEE, saved(tmp_path, Image.fromarray(mast(at=360)))]
    wishes = (Wish("close-up", seed=seed, strength=0) for seed in range(4))
    stills = [drawn(key_frame(wish, size=(180, 180), references=pair, palette=PALETTE, focus=CUP)) for wish in wishes]
    second = [still for still in stills if still[0, 0, 2] > still[0, 0, 0] + 15]
    assert second, "no seed chose the picture with the blue sky"
    assert all((still[60:120, :, 0] > 180).any() for still in second)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16", "F", "YCbCr"])
def test_every_colour_mode_is_opened(tmp_path: Path, mode: str) -> None:
    picture = Image.open(COFFEE).resize((90, 60))
    converted = (
        Image.fromarray(np.asarray(picture.convert("L")).astype(np.uint16) * 257) if mode == "I;16" else picture.convert(mode)
    )
    path = saved(tmp_path, converted, "odd.tiff" if mode in {"CMYK", "I;16", "F", "YCbCr"} else "odd.png")
    pixels = open_photo(path).pixels
    assert pixels.shape == (60, 90, 3)
    grey = np.asarray(picture.convert("L"), np.float32)
    assert abs(float(pixels.mean(axis=2).mean()) - float(grey.mean())) < 30


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (2000, 4), (5, 900), (16, 16)])
@pytest.mark.parametrize("layout", list(Layout))
def test_tiny_and_endless_pictures_work(tmp_path: Path, size: tuple[int, int], layout: Layout) -> None:
    path = saved(tmp_path, Image.new("RGB", size, "#a5502a"))
    content = key_frame(Wish("macro", seed=1, layout=layout), size=(96, 54), references=[path])
    assert drawn(content).shape == (54, 96, 3)


def test_without_references_the_palette_alone_makes_a_frame() -> None:
    picture = drawn(key_frame(Wish("dawn", seed=3), size=SMALL, palette=PALETTE))
    assert picture.std() > 15, "a designed frame, not an empty one"


def test_several_references_are_all_used_in_turn(tmp_path: Path) -> None:
    blue = saved(tmp_path, Image.new("RGB", (300, 200), "#2040c0"))
    seen = set()
    for seed in range(8):
        content = key_frame(Wish("full frame", seed=seed, strength=0), size=(64, 36), references=[COFFEE, blue], palette=PALETTE)
        red, _, azure = drawn(content).mean(axis=(0, 1))
        seen.add("blue" if azure > red else "coffee")
    assert seen == {"blue", "coffee"}


def test_what_is_no_picture_is_refused_by_name(tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(COFFEE.read_bytes()[:5000])
    with pytest.raises(MediaBroken, match=r"broken\.png"):
        key_frame(Wish("x"), size=SMALL, references=[broken])


def test_a_style_reference_has_less_noise_and_the_same_picture(tmp_path: Path) -> None:
    plain = np.asarray(Image.open(COFFEE).convert("RGB"), np.float32)
    noisy = np.clip(plain + np.random.default_rng(1).normal(0, 16, plain.shape), 0, 255).astype(np.uint8)
    path = saved(tmp_path, Image.fromarray(noisy))
    clean = drawn(style_reference(path, size=(600, 400), strength=0.4))
    assert roughness(clean) < 0.5 * roughness(noisy)
    assert np.abs(clean - plain).mean() < 20
    assert style_reference(path, size=(600, 400)) == style_reference(path, size=(600, 400))


def test_strength_moves_a_style_reference_further_from_the_original() -> None:
    plain = np.asarray(Image.open(COFFEE).convert("RGB"), np.float32)
    near, far = (np.abs(drawn(style_reference(COFFEE, size=(600, 400), strength=s)) - plain).mean() for s in (0.1, 0.9))
    assert near < far


def test_the_focus_is_found_again_in_the_style_reference() -> None:
    box = focus_within((600, 400), Box(x=0.4, y=0.4, width=0.2, height=0.2), size=(400, 400))
    assert box.x == pytest.approx(0.35)
    assert box.width == pytest.approx(0.3)
    assert box.y == pytest.approx(0.4)


def test_a_scheme_spans_dark_to_light_even_from_one_colour() -> None:
    colours = scheme(("#808080",))
    dark, light = float(to_oklab(colours.deep)[0]), float(to_oklab(colours.light)[0])
    assert dark == pytest.approx(0.2, abs=0.02)
    assert light == pytest.approx(0.93, abs=0.02)


def test_each_pane_of_further_pictures_shows_its_own_subject(tmp_path: Path) -> None:
    ground = np.full((300, 600, 3), 120, np.uint8)
    for name, left in (("left", 40), ("right", 460)):
        picture = ground.copy()
        cv2.rectangle(picture, (left, 100), (left + 100, 220), (30, 60, 220), -1)
        cv2.imwrite(str(tmp_path / f"{name}.png"), picture)
    wish = Wish("two panes", layout=Layout.SPLIT_SCREEN, panes=2, strength=0.0)
    references = [tmp_path / "left.png", tmp_path / "right.png"]
    made = composed(wish, size=(320, 180), references=references, focus=Box(x=40 / 600, y=1 / 3, width=1 / 6, height=0.4))
    pixels = drawn(made.png)
    for pane in made.parts.panes:
        middle = pane.focus.x + pane.focus.width / 2, pane.focus.y + pane.focus.height / 2
        red, green, blue = pixels[int(middle[1] * 180), int(middle[0] * 320)]
        assert red - max(green, blue) > 90, "the subject is where it is told to be, in the pane"
        assert pane.heart is not None
        red, green, blue = pixels[int(pane.heart.y * 180), int(pane.heart.x * 320)]
        assert red - max(green, blue) > 90, "and what draws the eye most is on it"


@pytest.mark.skipif(not CAN_SEE, reason="this machine's detector of faces is not installed")
def test_a_pane_of_a_person_tells_where_the_face_is_seen() -> None:
    made = composed(Wish("two panes", layout=Layout.SPLIT_SCREEN, panes=2, strength=0.0), size=(960, 540), references=[PORTRAIT])
    pixels = drawn(made.png).astype(np.uint8)
    for pane in made.parts.panes:
        assert pane.heart is not None
        left, right = (round(share * 960) for share in (pane.box.x, pane.box.x + pane.box.width))
        (seen, *_) = faces(np.ascontiguousarray(pixels[:, left:right]))
        assert pane.heart.y + pane.heart.height / 2 == pytest.approx(seen.y + seen.height / 2, abs=0.06)
        middle = (left + (seen.x + seen.width / 2) * (right - left)) / 960
        assert pane.heart.x + pane.heart.width / 2 == pytest.approx(middle, abs=0.03)
