"""Delivery: names for people on any file system, the present cut and nothing of an older one, nothing of a person's removed."""

import pytest

from videofactory.domain.footage import Aspect
from videofactory.studio.delivery import deliver, film_path
from videofactory.studio.factory import Studio
from videofactory.studio.material import FinalCut, Master

FORBIDDEN = set('/\\:*?"<>|')


def _cut(studio: Studio, *aspects: Aspect, words: bytes = b"") -> FinalCut:
    def put(name: bytes, kind: str = "application/x-subrip"):  # type: ignore[no-untyped-def] # noqa: ANN202
        return studio.artifacts.put(name + words, media_type=kind)

    masters = tuple(
        Master(aspect=aspect, film=put(aspect.encode(), "video/mp4"), seconds=3, findings=(), measures={}) for aspect in aspects
    )
    return FinalCut(masters=masters, srt=put(b"srt"), vtt=put(b"vtt"), thumbnail=put(b"jpg"), sheet=put(b"sheet"), entries=0)


def _names(studio: Studio, project: str) -> list[str]:
    return sorted(path.name for path in (studio.settings.films / project).iterdir())


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("The first cup", "The first cup"),
        ("../..", "film"),
        ("../../etc/passwd", "etc passwd"),
        ("a/b:c", "a b c"),
        (".hidden", "hidden"),
        ("ends with dots...", "ends with dots"),
        ("", "film"),
        ("   ", "film"),
        ("\x00\x1b[31mred\nline", "[31mred line"),
        ("C:\\con", "C con"),
        ("☕ Ñandú 朝", "☕ Ñandú 朝"),
        ("\ud800broken", "broken"),
        ("version 1.2", "version 1.2"),
        ("x" * 300, "x" * 160),
        ("朝" * 300, "朝" * 53),
        ("☕" * 300, "☕" * 53),
        ("x" * 159 + " y", "x" * 159),
    ],
)
def test_any_title_becomes_a_name(studio: Studio, draft: str, title: str, name: str) -> None:
    path = deliver(studio, draft, _cut(studio, "16:9"), title=title)
    assert path.name == f"{name}.mp4"
    assert path == film_path(studio, draft, title=title)
    assert path.read_bytes() == b"16:9"
    assert path.parent == studio.settings.films / draft
    assert len(path.name.encode()) <= 255
    assert not FORBIDDEN & set(path.name)
    assert path.with_suffix(".srt").read_bytes() == b"srt"
    assert _names(studio, draft) == sorted(f"{name}{ending}" for ending in (".mp4", ".srt", ".vtt", ".jpg"))


def test_further_aspects_lie_beside_the_main_one(studio: Studio, draft: str) -> None:
    deliver(studio, draft, _cut(studio, "16:9", "9:16", "1:1"), title="Cup")
    films = [name for name in _names(studio, draft) if name.endswith(".mp4")]
    assert films == ["Cup (1x1).mp4", "Cup (9x16).mp4", "Cup.mp4"]
    folder = studio.settings.films / draft
    assert [(folder / film).read_bytes() for film in films] == [b"1:1", b"9:16", b"16:9"]


def test_an_older_cut_is_replaced_and_what_a_person_put_there_stays(studio: Studio, draft: str) -> None:
    deliver(studio, draft, _cut(studio, "16:9", "1:1"), title="Old title")
    folder = studio.settings.films / draft
    (folder / "notes.txt").write_text("mine")
    (folder / "stills.jpg").mkdir()
    (folder / ".Old title.mp4.123.part").write_text("half")
    path = deliver(studio, draft, _cut(studio, "16:9", words=b" again"), title="New title")
    names = ["New title.jpg", "New title.mp4", "New title.srt", "New title.vtt", "notes.txt", "stills.jpg"]
    assert _names(studio, draft) == names
    assert path.read_bytes() == b"16:9 again"


def test_the_same_title_gets_the_new_bytes_and_the_same_cut_is_not_copied_again(studio: Studio, draft: str) -> None:
    first = deliver(studio, draft, _cut(studio, "16:9"), title="Cup")
    before = first.stat()
    deliver(studio, draft, _cut(studio, "16:9"), title="Cup")
    assert (first.stat().st_ino, first.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    deliver(studio, draft, _cut(studio, "16:9", words=b"!"), title="Cup")
    assert first.read_bytes() == b"16:9!"
