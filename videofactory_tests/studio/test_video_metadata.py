"""What a film's video says of itself: templates, limits, chapters, flags; whatever a script says, YouTube takes it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from videofactory.domain.channel import Channel, YouTubeSettings
from videofactory.domain.errors import InvalidInput
from videofactory.domain.footage import Artifact, Frame
from videofactory.domain.script import MAX_SCENES, Script, scene_id
from videofactory.domain.timeline import Shot, Timeline
from videofactory.providers.youtube.metadata import VideoMetadata, problems, tags_length
from videofactory.studio.channels import load_channels
from videofactory.studio.video_metadata import metadata_of, require_valid
from videofactory_tests.core import scene

FPS = 10
CLIP = Artifact(sha256="a" * 64, media_type="video/mp4", size=1)
AT = datetime(2026, 11, 25, 16, tzinfo=UTC)
WRITTEN = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=300)


def film(*seconds: float, shots: tuple[int, ...] = ()) -> Timeline:
    """A film whose shots last so long, of the scenes of these numbers (or of one after the other)."""
    start, made = 0, []
    for number, length in zip(shots or range(1, len(seconds) + 1), seconds, strict=True):
        frames = round(length * FPS)
        made.append(Shot(scene=scene_id(number), clip=CLIP, clip_frames=frames, start=start, frames=frames))
        start += frames
    return Timeline(project="p", title="t", frame=Frame.of("16:9", short_side=180, fps=FPS), shots=tuple(made))


def script(*names: str, **fields: object) -> Script:
    """A script whose scenes have these words on screen."""
    scenes = tuple(scene(number, on_screen_text=name) for number, name in enumerate(names or ("One",), start=1))
    return Script.model_validate({"title": "The first cup", "description": "Coffee at six.", "scenes": scenes, **fields})


def told(
    of: Script | None = None, at: Timeline | None = None, *, opens: datetime | None = None, **youtube: object
) -> VideoMetadata:
    """What the video is told, by a channel with these settings."""
    channel = Channel(key="harbour", name="Harbour", language="en", youtube=YouTubeSettings.model_validate(youtube))
    return metadata_of(channel, of or script(), at or film(5), language="pt-BR", publish_at=opens)


def chapters(of: Script, at: Timeline) -> list[str]:
    """The chapters as a viewer reads them."""
    return told(of, at, description="{chapters}").description.splitlines()


def refused(folder: Path, **youtube: object) -> dict[str, str]:
    """What is wrong with a channel's file, by field."""
    text = yaml.safe_dump({"name": "Harbour", "language": "en", "youtube": youtube})
    (folder / "harbour.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput) as caught:
        load_channels(folder)
    assert {problem.file for problem in caught.value.problems} == {"harbour.yaml"}
    return {problem.field: f"{problem.value}: {problem.remedy}" for problem in caught.value.problems}


def test_templates_are_filled_with_what_the_film_and_its_channel_say() -> None:
    of = script("One", "Two", "Three", tags=("harbour life", "coffee"), call_to_action="Come in.")
    found = told(
        of,
        film(10, 10, 10),
        title="{title} – {channel}",
        description="{description}\n\n{chapters}\n\n{call_to_action} {tags}",
        tags=("cups", "Coffee"),
    )
    assert found.title == "The first cup – Harbour"
    assert found.description == "Coffee at six.\n\n0:00 One\n0:10 Two\n0:20 Three\n\nCome in. #cups #Coffee #harbourlife"
    assert found.tags == ("cups", "Coffee", "harbour life")


def test_words_in_braces_that_a_script_says_are_no_template() -> None:
    assert told(script(title="What {channel} means", description="{tags} {x}")).title == "What {channel} means"


def test_what_has_nothing_to_say_leaves_no_hole() -> None:
    assert told(script(description=""), description="{chapters}\n\n{description}\n\n{call_to_action}\n\nBye").description == "Bye"
    assert told(script(tags=("!!!", "cup")), description="{tags}").description == "#cup"


@pytest.mark.parametrize("template", ["{title}", "{title} | Harbour", "Harbour: {title}", "{title}! {title}?"])
def test_a_title_of_a_hundred_letters_goes_whole_and_a_longer_one_is_cut_between_words(template: str) -> None:
    around = len(template.replace("{title}", ""))
    room = (100 - around) // template.count("{title}")
    whole = told(script(title="x" * room), title=template)
    assert whole.title == template.replace("{title}", "x" * room)
    cut = told(script(title="ab " * 80), title=template).title
    assert 100 - around - 4 * template.count("{title}") <= len(cut) <= 100
    assert "ab…" in cut
    assert problems(told(script(title="ü" * 300), title=template)) == ()


def test_a_title_is_one_line() -> None:
    assert told(script(title="The first\ncup"), title="{title}  {channel}").title == "The first cup Harbour"


@pytest.mark.parametrize("template", ["{description}\n\n{chapters}", "{chapters}\n\n{description}\n\nEnd"])
@pytest.mark.parametrize("letter", ["a", "ü", "語", "🎬"])
def test_a_description_is_cut_to_five_thousand_bytes_and_keeps_what_stands_around_it(template: str, letter: str) -> None:
    of = script("One", "Two", "Three", description=f"{letter * 9} " * 600)
    found = told(of, film(10, 10, 10), description=template)
    assert 4950 <= len(found.description.encode()) <= 5000
    assert "0:00 One\n0:10 Two\n0:20 Three" in found.description
    assert f"{letter}…" in found.description


def test_a_description_of_exactly_five_thousand_bytes_goes_whole() -> None:
    assert len(told(script(description="ü" * 2500)).description.encode()) == 5000
    around = "\n\n0:00 One\n0:10 Two\n0:20 Three"
    of = script("One", "Two", "Three", description="x" * (5000 - len(around)))
    assert told(of, film(10, 10, 10)).description == of.description + around


def test_chapters_that_alone_are_too_long_are_left_out() -> None:
    of = script(*[f"{number} {'語' * 60}" for number in range(MAX_SCENES)])
    found = told(of, film(*[10.0] * MAX_SCENES))
    assert found.description == "Coffee at six."


def test_tags_are_filled_up_to_five_hundred_letters_with_quotes_and_commas_counted() -> None:
    of = script(tags=("a b" + "x" * 245, "y" * 249, "z"))
    assert told(of).tags == ("a b" + "x" * 245, "y" * 249)
    assert tags_length(told(of).tags) == 248 + 2 + 1 + 249 == 500
    assert told(script(tags=("a b" + "x" * 245, "y" * 250, "z"))).tags[1:] == ("z",), "one that does not fit stops no other"
    assert told(script(tags=("a, b", " ", "<c>", "A  B"))).tags == ("a b", "(c)")


def test_angle_brackets_of_a_script_become_round() -> None:
    found = told(script("x < y", "two", "three", title="<b>A</b>", description="1 > 0"), film(10, 10, 10))
    assert (found.title, found.description.splitlines()[0]) == ("(b)A(/b)", "1 ) 0")
    assert "0:00 x ( y" in found.description


def test_chapters_begin_at_zero_and_each_scene_of_ten_seconds_is_one() -> None:
    of = script("Dawn", "The\n cup", "", "Noon")
    assert chapters(of, film(12.9, 60, 3540, 20)) == ["0:00 Dawn", "0:12 The cup", "1:12 We open at six", "1:00:12 Noon"]


def test_a_scene_too_short_for_a_chapter_joins_the_one_before() -> None:
    of = script("A", "B", "C", "D", "E")
    assert chapters(of, film(9.9, 10, 10, 10, 9.9)) == ["0:00 A", "0:19 C", "0:29 D"]
    assert chapters(of, film(4, 6, 10, 10, 10)) == ["0:00 A", "0:10 C", "0:20 D", "0:30 E"]


def test_there_are_three_chapters_or_none() -> None:
    assert chapters(script("A", "B"), film(60, 60)) == []
    assert chapters(script("A", "B", "C"), film(10, 10, 9.9)) == []
    assert chapters(script("A", "B", "C"), film(10, 10, 10)) == ["0:00 A", "0:10 B", "0:20 C"]


def test_a_scene_that_an_editor_split_is_one_chapter() -> None:
    shots = (1, 1, 2, 3)
    assert chapters(script("A", "B", "C"), film(10, 10, 10, 10, shots=shots)) == ["0:00 A", "0:20 B", "0:30 C"]


def test_a_scene_without_words_is_no_chapter_and_the_film_opens_with_its_title() -> None:
    silent = {"on_screen_text": "", "narration": ""}
    of = script().model_copy(update={"scenes": tuple(scene(n, **silent if n < 3 else {}) for n in range(1, 6))})
    assert chapters(of, film(10, 10, 10, 10, 10)) == []
    of = of.model_copy(update={"scenes": (*of.scenes[:3], scene(4, on_screen_text="B"), scene(5, on_screen_text="C"))})
    assert chapters(of, film(*[10.0] * 5)) == ["0:00 The first cup", "0:20 We open at six", "0:30 B", "0:40 C"]


def test_language_category_and_flags_are_the_channels_and_privacy_is_always_said() -> None:
    plain = told()
    assert (plain.language, plain.category, plain.privacy, plain.publish_at) == ("pt-BR", "22", "private", None)
    assert (plain.made_for_kids, plain.synthetic_media) == (False, True)
    other = told(category=27, made_for_kids=True, synthetic_media=False, privacy="unlisted")
    assert (other.category, other.privacy, other.made_for_kids, other.synthetic_media) == ("27", "unlisted", True, False)
    assert other.snippet()["categoryId"] == "27"
    assert other.snippet()["defaultLanguage"] == other.snippet()["defaultAudioLanguage"] == "pt-BR"
    assert set(other.status()) == {"privacyStatus", "selfDeclaredMadeForKids", "containsSyntheticMedia"}


def test_a_public_film_with_a_slot_is_private_until_youtube_opens_it() -> None:
    assert told(privacy="public", opens=AT).status() | {"privacyStatus": "private"} == told(privacy="public", opens=AT).status()
    assert (told(privacy="public", opens=AT).publish_at, told(privacy="public").privacy) == (AT, "public")


def test_a_channel_without_youtube_settings_tells_nothing_to_the_public() -> None:
    plain = metadata_of(Channel(key="h", name="H", language="en"), script(), film(5), language="en", publish_at=None)
    assert (plain.privacy, plain.synthetic_media) == ("private", True)


@pytest.mark.parametrize("word", ["{tittle}", "{Title}", "{ title }", "{}", "{title", "{{title}}"])
def test_a_word_no_template_knows_is_refused_with_file_field_and_those_there_are(tmp_path: Path, word: str) -> None:
    found = refused(tmp_path, title=f"Harbour {word}", description=f"{word} {{description}}")
    assert set(found) == {"youtube.title", "youtube.description"}
    for remedy in found.values():
        assert "there is no such word; write {title}, {description}, {chapters}, {call_to_action}, {channel}, {tags}" in remedy


def test_a_channels_file_that_leaves_a_video_no_room_is_refused(tmp_path: Path) -> None:
    found = refused(
        tmp_path, title="x" * 100 + "{title}", description="ü" * 2501, tags=["x" * 250, "y y" + "y" * 246], category=0
    )
    assert "its own 100 characters leave no room: YouTube takes 100" in found["youtube.title"]
    assert "it is 5002 bytes in UTF-8; YouTube takes 5000" in found["youtube.description"]
    assert "502 characters with commas, and quotes" in found["youtube.tags"]
    assert "youtube.category" in found


def test_what_youtube_refuses_is_refused_in_a_channels_file(tmp_path: Path) -> None:
    found = refused(
        tmp_path, title="<{title}>", description="{description} ->", tags=["cup", "a, b", "<c>", " "], privacy="secret"
    )
    assert set(found) == {
        "youtube.title", "youtube.description", "youtube.tags[2]", "youtube.tags[3]", "youtube.tags[4]", "youtube.privacy",
    }  # fmt: skip
    assert "takes no < and no >" in found["youtube.title"]


def test_a_description_written_over_several_lines_stays_so(tmp_path: Path) -> None:
    text = "name: Harbour\nlanguage: en\nyoutube:\n  description: |\n    {description}\n\n    {chapters}\n\n    Open  at six.\n"
    (tmp_path / "harbour.yaml").write_text(text, encoding="utf-8")
    channel = load_channels(tmp_path)["harbour"]
    assert channel.youtube is not None
    assert channel.youtube.description == "{description}\n\n{chapters}\n\nOpen  at six."


def test_what_is_still_wrong_names_the_field_to_mend() -> None:
    channel = Channel(key="harbour", name="Harbour", language="en", youtube=YouTubeSettings(title="{description}"))
    found = metadata_of(channel, script(description="x" * 101), film(5), language="english!", publish_at=None)
    with pytest.raises(InvalidInput) as caught:
        require_valid(found, channel=channel)
    assert [(problem.file, problem.field) for problem in caught.value.problems] == [
        ("harbour.yaml", "youtube.title"), ("harbour.yaml", "language"),
    ]  # fmt: skip
    assert caught.value.problems[1].value == "'english!'"


@given(
    st.tuples(
        WRITTEN, WRITTEN.map(lambda text: text * 40), st.lists(WRITTEN, max_size=9), st.lists(WRITTEN, min_size=1, max_size=9)
    ),
    st.sampled_from(["{title}", "{channel}: {title}", "{title} | {title}"]),
    st.sampled_from(["{description}\n\n{chapters}", "{chapters}\n{tags}\n{description}\n{call_to_action}", "{title}"]),
)
def test_whatever_a_script_says_youtube_takes_it(
    said: tuple[str, str, list[str], list[str]], title: str, description: str
) -> None:
    head, text, tags, names = said
    of = script(*names, title=f"x{head}", description=text, tags=tuple(tags))
    found = told(of, film(*[11.0] * len(names)), title=title, description=description)
    assert problems(found) == ()
