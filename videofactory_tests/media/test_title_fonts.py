"""Text is kept by the fonts that draw it: after another version of one is installed, only what it drew is drawn anew."""

import importlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from videofactory.domain.footage import Artifact, Frame
from videofactory.domain.timeline import Caption, Look, Timeline, Title
from videofactory.media import fonts, titles
from videofactory.media.cut import stretches
from videofactory.media.quality.lettering import text_findings
from videofactory_tests.media.cuts import timeline

FAMILY = "Test Grotesk"
CLIPS = [Artifact(sha256=f"{number:064d}", media_type="video/mp4", size=1) for number in range(3)]
LETTERS = " Hhelo"
TITLE = Title(start=1.2, end=1.8, text="Hello", kind="opening")
Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Puts a version of the family's wheel where Python looks first; a weight is as good as a version."""

    def forget() -> None:
        """As a new process would."""
        importlib.invalidate_caches()
        for known in (fonts.find, fonts.digest):
            known.cache_clear()

    def put(weight: int, *, place: str = "one") -> None:
        folder = tmp_path / place / "fontpkg_test_grotesk" / "files"
        folder.mkdir(parents=True, exist_ok=True)
        (folder.parent / "__init__.py").touch()
        inter = fonts.find("Inter")
        (folder / "TestGrotesk-Regular.ttf").write_bytes(fonts.static(fonts.Need(inter, weight, LETTERS)))
        monkeypatch.syspath_prepend(tmp_path / place)
        forget()

    yield put
    monkeypatch.undo()
    forget()


def names(film: Timeline) -> list[str]:
    return [part.fingerprint for part in stretches(film)]


@pytest.mark.parametrize("look", [Look(text_font=FAMILY), Look(heading_font=FAMILY)])
def test_another_version_of_a_font_changes_only_what_it_draws(install: Install, look: Look) -> None:
    said = Caption(start=0.2, end=0.8, lines=("hello",))
    film = timeline(CLIPS, captions=(said,), titles=(TITLE,), look=look)
    install(400)
    before = names(film)
    install(400, place="elsewhere")
    assert names(film) == before
    install(700)
    after = names(film)
    changed = [one != other for one, other in zip(before, after, strict=True)]
    assert changed == [look.text_font == FAMILY, look.heading_font == FAMILY, False]


def test_fonts_that_stand_in_for_missing_letters_are_told_too(install: Install) -> None:
    install(400)
    found = titles.fonts_of([Caption(start=0, end=1, lines=("hello 日本",))], look=Look(text_font=FAMILY, language="zh"))
    assert [name.rpartition(" ")[0] for name in found] == ["Noto Sans CJK zh", FAMILY]


def test_thumbnails_are_kept_by_their_font_too(install: Install) -> None:
    install(400)
    before = [titles.poster_text("hello", look=look) for look in (Look(heading_font=FAMILY), Look(text_font=FAMILY))]
    install(700)
    after = [titles.poster_text("hello", look=look) for look in (Look(heading_font=FAMILY), Look(text_font=FAMILY))]
    assert [one != other for one, other in zip(before, after, strict=True)] == [True, False]


class Shelf(dict[str, bytes]):
    """Keeps figures, as the store does."""

    def find(self, key: str) -> bytes | None:
        """Figures kept under this key."""
        return self.get(key)

    def keep(self, key: str, figures: bytes) -> None:
        """Keep figures."""
        self[key] = figures


def test_where_text_stands_is_looked_at_again_in_another_font(install: Install) -> None:
    shelf = Shelf()
    small = Frame(width=320, height=180, fps=30)
    film = timeline(CLIPS[:2], titles=(TITLE,), look=Look(heading_font=FAMILY)).model_copy(update={"frame": small})
    for weight, drawn in ((400, 1), (400, 1), (700, 2)):
        install(weight)
        assert list(text_findings(film, shelf=shelf)) == []
        assert len(shelf) == drawn
