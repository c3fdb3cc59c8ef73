"""A channel's logo as a file: which pictures are taken, what is said of others, and that it is kept once."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from videofactory.domain.errors import InvalidInput
from videofactory.studio.channels import load_channels
from videofactory.studio.logo_files import SMALLEST, logo_problem

CHANNEL = "name: Harbour Coffee\nlanguage: en\nlogo: {logo}\n"


def picture(path: Path, *, size: tuple[int, int] = (200, 100), mode: str = "RGBA") -> Path:
    image = Image.new(mode, size, (0,) * len(mode))
    image.paste((255,) * len(mode), (10, 10, size[0] - 10, size[1] - 10))
    image.save(path)
    return path


@pytest.mark.parametrize(("name", "mode"), [("logo.png", "RGBA"), ("logo.webp", "RGBA"), ("Logo 2.JPG", "RGB")])
def test_pngs_webps_and_jpegs_are_logos(name: str, mode: str, tmp_path: Path) -> None:
    picture(tmp_path / name, mode=mode)
    (tmp_path / "harbour.yaml").write_text(CHANNEL.format(logo=name))
    assert load_channels(tmp_path)["harbour"].logo == name


def cut_short(folder: Path) -> None:
    path = picture(folder / "logo.png", size=(400, 300))
    path.write_bytes(path.read_bytes()[:-40])


def svg(folder: Path) -> None:
    (folder / "logo.png").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")


def link(folder: Path) -> None:
    (folder / "elsewhere").mkdir()
    (folder / "logo.png").symlink_to(picture(folder / "elsewhere" / "secret.png"))


def lied(folder: Path) -> None:
    picture(folder / "logo.jpg", mode="RGB").rename(folder / "logo.png")


BAD: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (Path.exists, "there is no such file beside the channel's"),
    "tiny": (lambda folder: picture(folder / "logo.png", size=(200, SMALLEST - 1)), "hand in one of at least 64"),
    "empty": (lambda folder: Image.new("RGBA", (100, 100)).save(folder / "logo.png"), "wholly transparent"),
    "cut short": (cut_short, "does not decode"),
    "svg": (svg, "SVG"),
    "a link": (link, "there is no such file"),
    "misnamed": (lied, "declared as image/png and is image/jpeg"),
    "large": (lambda folder: (folder / "logo.png").write_bytes(bytes(11 * 1024 * 1024)), "larger than 10 MB"),
}


@pytest.mark.parametrize("case", BAD)
def test_others_are_refused_with_file_field_and_remedy(case: str, tmp_path: Path) -> None:
    make, words = BAD[case]
    make(tmp_path)
    (tmp_path / "harbour.yaml").write_text(CHANNEL.format(logo="logo.png"))
    with pytest.raises(InvalidInput) as caught:
        load_channels(tmp_path)
    (problem,) = caught.value.problems
    assert (problem.file, problem.field, problem.value) == ("harbour.yaml", "logo", "'logo.png'")
    assert words in problem.remedy


@pytest.mark.parametrize("name", ["../logo.png", "/etc/logo.png", "art/logo.png", ".."])
def test_a_logo_is_named_without_folders(name: str, tmp_path: Path) -> None:
    assert "write only the name of a file" in str(logo_problem(name, folder=tmp_path))


def test_a_file_that_changed_is_checked_again(tmp_path: Path) -> None:
    picture(tmp_path / "logo.png")
    assert logo_problem("logo.png", folder=tmp_path) is None
    svg(tmp_path)
    assert logo_problem("logo.png", folder=tmp_path) is not None


def test_a_corner_must_be_one(tmp_path: Path) -> None:
    (tmp_path / "harbour.yaml").write_text("name: Harbour Coffee\nlanguage: en\nlogo_corner: middle\n")
    with pytest.raises(InvalidInput, match="logo_corner"):
        load_channels(tmp_path)
