"""What was on its way into a row when its sender died, or had no answer: noted before it is sent, settled by what the row shows.

Notion takes all properties of one request or none. So one of them that only we write, and that differs before and after, tells of
all: the picture or film by its address, which is new for each one, or a text or number. Who writes is `writing`; who reads what
people decided on what they saw is `desk`.
"""

from collections.abc import Mapping
from typing import Any

from videofactory.domain.fingerprint import canonical
from videofactory.ledger.notion import NotionScene
from videofactory.providers.notion.values import File, Row

SENDING = "sending"
"""Stands beside the fields of a row: what was sent into it and is not known to be there, and the addresses of files before."""
MEDIA = ("film", "preview")
"""The fields that stand for a file: what is noted of one is its SHA-256, what stands in the row is its address."""


def noted(
    standing: Mapping[str, Any], changed: Mapping[str, Any], *, version: int, page: Row | None, names: Mapping[str, str]
) -> str:
    """What is to be written down before `changed` is sent into a row that looks like `page` (`None`: there is none yet)."""
    media = [name for name in MEDIA if name in changed and page is not None]
    was = {name: _addresses(page, names[name]) for name in media if page is not None}
    return canonical({**standing, SENDING: {"values": dict(changed), "version": version, "was": was}})


def settled(standing: Mapping[str, Any], page: Row, names: Mapping[str, str], *, theirs: tuple[str, ...]) -> dict[str, Any]:
    """What stands in the row of ours; its `version` too, if that came with what was on its way. `theirs`: fields of people's."""
    before = {name: value for name, value in standing.items() if name != SENDING}
    sent = standing.get(SENDING)
    if sent is None or not _arrived(sent, before, page, names, theirs=theirs):
        return before
    return {**before, **sent["values"], "version": sent["version"]}


def settled_scene(scene: NotionScene, page: Row, names: Mapping[str, str], *, theirs: tuple[str, ...]) -> NotionScene:
    """The same of a scene's row."""
    if SENDING not in scene.standing:
        return scene
    now = settled(scene.standing, page, names, theirs=theirs)
    version = int(now.pop("version", scene.version))
    return scene.model_copy(update={"written": canonical(now), "version": version})


def made(scene: NotionScene) -> dict[str, Any]:
    """What a row held when it was made, for one whose creation was not answered: all of it was in the request."""
    sent = scene.standing.get(SENDING)
    return {**sent["values"], "version": sent["version"]} if sent else {}


def _arrived(
    sent: Mapping[str, Any], before: Mapping[str, Any], page: Row, names: Mapping[str, str], *, theirs: tuple[str, ...]
) -> bool:
    """Whether the row shows it. Where nothing of ours tells, a field of people's that holds what was sent tells."""
    for name, addresses in sent["was"].items():
        if (there := _addresses(page, names[name])) != addresses or there:
            return bool(there != addresses)
    values = {name: value for name, value in sent["values"].items() if name not in MEDIA and names[name] in page.values}
    for name in values.keys() - set(theirs):
        new, old, now = _plain(values[name]), _plain(before.get(name)), _plain(page.values[names[name]])
        if new != old and now in {new, old}:
            return now == new
    return any(page.text(names[name]) == values[name] != before.get(name, "") for name in values.keys() & set(theirs))


def _addresses(page: Row, name: str) -> list[str]:
    """Where the files of a property are, without the signatures of this reading."""
    value = page.values.get(name)
    return [file.url.partition("?")[0] for file in value if isinstance(file, File)] if isinstance(value, tuple) else []


def _plain(value: object) -> str:
    """A value as it can be compared with one that was read: nothing, and the empty text, are the same."""
    return "" if value is None else str(float(value)) if isinstance(value, int | float) else str(value)
