"""A row as a brief: its properties by the channel's names, its files fetched and checked like those of any stranger.

Files kept by Notion have links that die within the hour, so they are fetched when the row is taken in. The brief names them by
their names, which stay, and never by their links.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from videofactory.domain.channel import Channel
from videofactory.domain.errors import InvalidInput, Problem
from videofactory.domain.fingerprint import fingerprint
from videofactory.domain.footage import Artifact
from videofactory.domain.notion import NotionSettings
from videofactory.providers.notion.values import File, Row
from videofactory.studio.briefs import brief_from
from videofactory.studio.factory import Studio
from videofactory.studio.intake.images import pull_image
from videofactory.studio.intake.names import clean_name
from videofactory.studio.take_in import Request

SOURCE = "Notion"
"""What stands for the file in problems of a row."""
WRITTEN_BY_PEOPLE = (
    "title", "text", "images", "seconds", "scenes", "style", "engine", "language", "aspects", "budget_usd",
    "rights_images", "rights_music", "rights_likeness",
)  # fmt: skip
"""The fields of a row that make its brief, by our names."""
_RIGHTS = "rights_"


class Picture(NamedTuple):
    """A file of a row: the name the brief knows it by, and where it is now."""

    name: str
    link: str


def is_wanted(row: Row, settings: NotionSettings) -> bool:
    """Whether the row asks for a video: its status is the trigger, and it is not in the trash."""
    return not row.trashed and row.text(settings.properties.status) == settings.trigger


def mark_of(row: Row, settings: NotionSettings) -> str:
    """The fingerprint of all that people wrote and that makes the brief; signatures of links do not count."""
    names = settings.properties.model_dump()
    return fingerprint({field: _lasting(row.values.get(names[field])) for field in WRITTEN_BY_PEOPLE})


def pictures_of(row: Row, settings: NotionSettings) -> list[Picture]:
    """The row's brand images, each under a name of its own."""
    value = row.values.get(settings.properties.images)
    if isinstance(value, str):
        return [Picture(clean_name(value.partition("?")[0]), value)] if value else []
    files = [file for file in value or () if isinstance(file, File)]
    names = [clean_name(file.name) for file in files]
    return [
        Picture(name if names.count(name) == 1 else f"{number} {name}", file.url)
        for number, (name, file) in enumerate(zip(names, files, strict=True), start=1)
    ]


def request_of(
    studio: Studio, row: Row, *, channel: Channel, settings: NotionSettings, channels: Mapping[str, Channel]
) -> Request:
    """The row as a request, its pictures in the store. Raises `InvalidInput` with all problems, `Passing` for a busy host."""
    pictures = pictures_of(row, settings)
    data = _fields(row, settings)
    data |= {"channel": channel.key, "images": [picture.name for picture in pictures]}
    problems: list[Problem] = []
    try:
        brief = brief_from(data, file=SOURCE, channels=channels)
    except InvalidInput as error:
        problems += error.problems
    local = _fetched(studio, pictures, problems)
    if problems:
        raise InvalidInput(problems)
    return Request(brief=brief, local=local)


def _fetched(studio: Studio, pictures: Sequence[Picture], problems: list[Problem]) -> dict[str, Artifact]:
    """The pictures by name. What is wrong with one is added to the problems."""
    local: dict[str, Artifact] = {}
    for number, picture in enumerate(pictures, start=1):
        try:
            pulled = pull_image(
                picture.link,
                base=studio.settings.inbox,
                trusted_hosts=studio.settings.trusted_hosts,
                online=not studio.settings.deterministic,
                place=(SOURCE, f"images[{number}]"),
            )
        except InvalidInput as error:
            problems += [problem.model_copy(update={"value": picture.name}) for problem in error.problems]
        else:
            local[picture.name] = studio.artifacts.put(pulled.content, media_type=pulled.media_type)
    return local


def _fields(row: Row, settings: NotionSettings) -> dict[str, object]:
    """What is filled in, by the brief's names. Empty properties are the channel's and the director's to choose."""
    names = settings.properties.model_dump()
    plain = {field: row.values.get(names[field]) for field in WRITTEN_BY_PEOPLE if field != "images"}
    filled = {field: value for field, value in plain.items() if value not in (None, "", ())}
    rights = {field.removeprefix(_RIGHTS): value for field, value in filled.items() if field.startswith(_RIGHTS)}
    data: dict[str, object] = {field: _whole(value) for field, value in filled.items() if not field.startswith(_RIGHTS)}
    return {**data, "rights": rights} if rights else data


def _whole(value: object) -> object:
    """Numbers of Notion's are all floating; money and counts are better whole where they are."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return list(value) if isinstance(value, tuple) else value


def _lasting(value: object) -> object:
    """A value as it stays from one reading to the next."""
    if isinstance(value, tuple):
        return [
            [one.name, one.url.partition("?")[0] if one.expires else one.url] if isinstance(one, File) else one for one in value
        ]
    return value
