"""A row as a brief: its properties by the channel's names, its files fetched and checked like those of any stranger.

The brief's text stands in its property, or, where that is empty, in the row's own page. Where both are filled in the property
counts and the page is not read: it may hold notes of the team, and each page read is a request more.

Files kept by Notion have links that die within the hour, so they are fetched when the row is taken in. The brief names them by
their names, which stay, and never by their links.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from videofactory.domain.brief import MAX_TEXT
from videofactory.domain.channel import Channel
from videofactory.domain.errors import InvalidInput, LinkDead, Problem
from videofactory.domain.fingerprint import fingerprint
from videofactory.domain.footage import Artifact
from videofactory.domain.notion import NotionSettings
from videofactory.providers.notion.blocks import Body
from videofactory.providers.notion.client import Notion
from videofactory.providers.notion.values import File, Row
from videofactory.studio.briefs import brief_from
from videofactory.studio.factory import Studio
from videofactory.studio.intake.images import pull_image
from videofactory.studio.intake.names import clean_name
from videofactory.studio.notion.answers import NOTHING
from videofactory.studio.take_in import Request

SOURCE = "Notion"
"""What stands for the file in problems of a row."""
WRITTEN_BY_PEOPLE = (
    "title", "text", "images", "seconds", "scenes", "style", "engine", "language", "aspects", "budget_usd",
    "rights_images", "rights_music", "rights_likeness",
)  # fmt: skip
"""The fields of a row that make its brief, by our names."""
_RIGHTS = "rights_"
MISSING: Mapping[str, str] = MappingProxyType(
    {
        "title": "write the film's title",
        "text": "write here what the film shall say, or write it into the page this row opens as",
        "images": "drop at least one picture into it: JPEG, PNG or WebP",
    }
)
"""What to do where a needed field is empty, for people who write rows."""


NOT_WHOLE = (
    f"VideoFactory did not read all of this page: it reads up to {MAX_TEXT:,} letters, and not what lies very deep inside lists."
    " The film is made from what it read, which ends with “…{end}”. For a film of something else, shorten the page, or write what"
    " the film shall say into {text}."
)
END = 60
"""Letters of the end that are quoted."""


class Reading(NamedTuple):
    """What stands in a row: its fingerprint; the request it makes, or why it makes none. Without either nothing in it is new.

    `remark`: what its writer should know of how it was read.
    """

    mark: str
    request: Request | None = None
    problem: InvalidInput | None = None
    remark: str = ""


class Picture(NamedTuple):
    """A file of a row: the name the brief knows it by, where it is now, and when that link dies (`None`: never)."""

    name: str
    link: str
    expires: datetime | None = None


def is_wanted(row: Row, settings: NotionSettings) -> bool:
    """Whether the row asks for a video: its status is the trigger, and it is not in the trash."""
    return not row.trashed and row.text(settings.properties.status) == settings.trigger


def is_in_page(row: Row, settings: NotionSettings) -> bool:
    """Whether the brief's text stands in the row's page: its property is empty."""
    return not row.text(settings.properties.text).strip()


def mark_of(row: Row, settings: NotionSettings, *, text: str = "") -> str:
    """The fingerprint of all that people wrote and that makes the brief; signatures of links do not count.

    `text` is that of the row's page, where the brief stands there.
    """
    names = settings.properties.model_dump()
    written = {field: _lasting(row.values.get(names[field])) for field in WRITTEN_BY_PEOPLE}
    return fingerprint({**written, "text": text} if text else written)


def pictures_of(row: Row, settings: NotionSettings) -> list[Picture]:
    """The row's brand images, each under a name of its own."""
    value = row.values.get(settings.properties.images)
    if isinstance(value, str):
        return [Picture(clean_name(value.partition("?")[0]), value)] if value else []
    files = [file for file in value or () if isinstance(file, File)]
    names = [clean_name(file.name) for file in files]
    return [
        Picture(name if names.count(name) == 1 else f"{number} {name}", file.url, file.expires)
        for number, (name, file) in enumerate(zip(names, files, strict=True), start=1)
    ]


def request_of(
    studio: Studio, row: Row, *, channel: Channel, settings: NotionSettings, channels: Mapping[str, Channel], text: str = ""
) -> Request:
    """The row as a request, its pictures in the store; `text` is that of its page, where the brief stands there.

    Raises `InvalidInput` with all problems, `Passing` for a busy host, or a link that died since the row was read.
    """
    pictures = pictures_of(row, settings)
    data = _fields(row, settings)
    data |= {"channel": channel.key, "images": [picture.name for picture in pictures], **({"text": text} if text else {})}
    problems: list[Problem] = []
    try:
        brief = brief_from(data, file=SOURCE, channels=channels)
    except InvalidInput as error:
        problems += [_in_rows_words(problem) for problem in error.problems]
    local = _fetched(studio, pictures, problems)
    if problems:
        raise InvalidInput(problems)
    return Request(brief=brief, local=local)


def reading_of(
    studio: Studio, notion: Notion, row: Row, *, channel: Channel, settings: NotionSettings, known: Collection[str]
) -> Reading:
    """What stands in the row, and in its page where the brief is there; `known` are marks of what was dealt with already.

    Raises what `request_of` raises of links and hosts, and what Notion says when the page cannot be read.
    """
    body = notion.text_of(row.id, longest=MAX_TEXT) if is_in_page(row, settings) else Body()
    mark = mark_of(row, settings, text=body.text)
    if mark in known:
        return Reading(mark)
    try:
        request = request_of(studio, row, channel=channel, settings=settings, channels=studio.channels, text=body.text)
    except InvalidInput as error:
        return Reading(mark, problem=error)
    remark = NOT_WHOLE.format(end=body.text[-END:], text=settings.properties.text)
    return Reading(mark, request, remark="" if body.whole else remark)


def _in_rows_words(problem: Problem) -> Problem:
    """A missing field is mended otherwise in a row than in a file."""
    lacks = problem.value in NOTHING and problem.field in MISSING
    return problem.model_copy(update={"remedy": MISSING[problem.field]}) if lacks else problem


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
            if picture.expires is not None and picture.expires <= studio.ledger.database.time():
                raise LinkDead(f"The link to {picture.name} died.", remedy="The row is read again, with fresh links.") from error
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
