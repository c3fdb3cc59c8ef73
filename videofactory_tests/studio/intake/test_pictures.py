"""What a picture must be: true to its name, within bounds before decoding, whole, and still."""

import io
import time

import pytest
from PIL import Image

from videofactory.studio.intake.pictures import MAX_BYTES, MAX_SCANS, check_picture, type_of_suffix
from videofactory.studio.intake.refusal import NotTakenIn
from videofactory_tests.studio.intake.pictures_of import (
    animated,
    jpeg_claiming,
    picture,
    png_claiming,
    saved,
    webp_claiming,
)

JPEG, PNG, WEBP = "image/jpeg", "image/png", "image/webp"


def _refusal(content: bytes, *, declared: str) -> str:
    with pytest.raises(NotTakenIn) as caught:
        check_picture(content, declared=declared)
    return str(caught.value)


@pytest.mark.parametrize(("kind", "declared"), [("JPEG", JPEG), ("PNG", PNG), ("WEBP", WEBP)])
def test_good_pictures(kind: str, declared: str) -> None:
    assert check_picture(picture(kind), declared=declared) == (declared, 64, 48)


@pytest.mark.parametrize(
    ("kind", "mode", "options"),
    [
        ("JPEG", "CMYK", {}),
        ("JPEG", "L", {"progressive": True}),
        ("PNG", "I;16", {}),
        ("PNG", "P", {}),
        ("PNG", "LA", {}),
        ("PNG", "1", {}),
        ("WEBP", "RGBA", {"lossless": True}),
        ("WEBP", "RGB", {"lossless": True}),
    ],
)
def test_good_pictures_of_unusual_kinds(kind: str, mode: str, options: dict[str, object]) -> None:
    content = saved(Image.new(mode, (31, 17)), kind=kind, **options)
    assert check_picture(content, declared=f"image/{kind.lower()}")[1:] == (31, 17)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_49_megapixels_are_taken(kind: str) -> None:
    content = saved(Image.new("L", (7000, 7000), 128), kind=kind)
    start = time.perf_counter()
    assert check_picture(content, declared=f"image/{kind.lower()}")[1:] == (7000, 7000)
    assert time.perf_counter() - start < 20


@pytest.mark.parametrize(
    ("content", "declared"),
    [
        (png_claiming(7072, 7072), PNG),
        (png_claiming(2**31 - 1, 2**31 - 1), PNG),
        (webp_claiming(16383, 16383), WEBP),
        (jpeg_claiming(65000, 65000), JPEG),
    ],
)
def test_bombs_are_refused_from_their_header(content: bytes, declared: str) -> None:
    start = time.perf_counter()
    assert "megapixels" in _refusal(content, declared=declared)
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize("size", [(0, 10), (10, 0)])
def test_pictures_of_nothing(size: tuple[int, int]) -> None:
    assert _refusal(png_claiming(*size), declared=PNG)


def test_bytes_are_bounded() -> None:
    content = picture("PNG")
    assert check_picture(content.ljust(MAX_BYTES, b"\x00"), declared=PNG).width == 64
    assert "larger than 10 MB" in _refusal(content.ljust(MAX_BYTES + 1, b"\x00"), declared=PNG)
    assert "empty" in _refusal(b"", declared=PNG)


@pytest.mark.parametrize("kind", ["WEBP", "PNG"])
def test_animations_are_refused(kind: str) -> None:
    assert "animated (2 frames)" in _refusal(animated(kind), declared=f"image/{kind.lower()}")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9, 0.99])
def test_truncated_pictures_are_refused(kind: str, share: float) -> None:
    content = saved(Image.effect_noise((128, 128), 60).convert("RGB"), kind=kind)
    assert _refusal(content[: int(len(content) * share)], declared=f"image/{kind.lower()}")


def test_truncated_progressive_jpeg_is_refused() -> None:
    content = saved(Image.effect_noise((256, 256), 60), kind="JPEG", progressive=True)
    for share in (0.3, 0.6, 0.95):
        assert "does not decode" in _refusal(content[: int(len(content) * share)], declared=JPEG)


def test_damaged_png_is_refused() -> None:
    content = bytearray(saved(Image.effect_noise((64, 64), 60), kind="PNG"))
    content[len(content) // 2] ^= 0xFF
    assert "does not decode" in _refusal(bytes(content), declared=PNG)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"MZ\x90\x00" + b"\x00" * 200, "Windows program"),
        (b"\x7fELF\x02\x01", "Linux program"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b"\xef\xbb\xbf \n<!DOCTYPE html><html></html>", "HTML"),
        (b"GIF89a" + b"\x00" * 20, "GIF"),
        (b"%PDF-1.7", "PDF"),
        (b"PK\x03\x04", "ZIP"),
        (b"hello", "no picture"),
        (b"RIFF\x00\x00\x00\x00WAVE", "no picture"),
        (b"\xff\xd8\xff", "does not decode"),
        (b"\x89PNG\r\n\x1a\n", "does not decode"),
        (b"RIFF\x00\x00\x00\x00WEBP", "nothing to see"),
    ],
)
def test_other_files_are_called_by_their_name(content: bytes, word: str) -> None:
    declared = {b"\xff": JPEG, b"R": WEBP}.get(content[:1], PNG)
    assert word in _refusal(content, declared=declared)


def test_the_declared_type_must_be_true() -> None:
    assert "declared as image/jpeg and is image/png" in _refusal(picture("PNG"), declared=JPEG)


def test_a_jpeg_of_endless_scans_is_refused() -> None:
    content = picture("JPEG")
    scan = content[content.index(b"\xff\xda") : -2]
    assert "scans" in _refusal(content[:-2] + scan * MAX_SCANS + b"\xff\xd9", declared=JPEG)


def test_a_picture_with_something_behind_it_keeps_its_bytes() -> None:
    content = picture("JPEG") + b"PK\x03\x04 something else"
    assert check_picture(content, declared=JPEG).width == 64
    assert Image.open(io.BytesIO(content)).size == (64, 48)


@pytest.mark.parametrize("suffix", [".jpg", ".JPEG", ".png", ".WebP"])
def test_our_suffixes(suffix: str) -> None:
    assert type_of_suffix(suffix) in {JPEG, PNG, WEBP}


@pytest.mark.parametrize("suffix", ["", ".gif", ".svg", ".exe", ".png "])
def test_other_suffixes(suffix: str) -> None:
    with pytest.raises(NotTakenIn):
        type_of_suffix(suffix)
