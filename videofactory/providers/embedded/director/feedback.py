"""What a reviewer's words ask for, and what that does to a picture.

The whole conversation counts: on each axis (warmth, distance, …) the last wish holds, those on other axes go on holding.
The words themselves always go along in the prompt, on one line of their own that is renewed with each rewrite.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from videofactory.domain.script import SceneRewrite
from videofactory.providers.embedded.director.sentences import clean
from videofactory.providers.embedded.director.vocabulary import Wish, base_language, direction, wishes
from videofactory.providers.roles import Message

WORDS_MARK = "\nThe reviewer asks: "
NOTES_MARK = "\nPicture notes: "
MOST_WORDS = 1000
"""Characters of a conversation that go into a prompt, the newest words first."""
_CLAUSE_BORDER = re.compile(r"[.,;:!?\n]|\b(?:but|aber|sondern|and|und)\b")

_ENOUGH = r"\s+(?:enough|genug)\b"
"""\"Not warm enough\" asks for warmer."""


@dataclass(frozen=True)
class _Found:
    """A wish and where it stands in the message."""

    wish: Wish
    start: int


def asked(conversation: Sequence[Message]) -> tuple[Wish, ...]:
    """The wishes that hold after the conversation, the newest last."""
    holding: dict[str, Wish] = {}
    for message in conversation:
        for wish in _wishes_in(message.text) if message.who == "reviewer" else ():
            holding.pop(wish.axis, None)
            holding[wish.axis] = wish
    return tuple(holding.values())


def applied(picture: SceneRewrite, *, wishes: Sequence[Wish], conversation: Sequence[Message], language: str) -> SceneRewrite:
    """The picture with every wish fulfilled, and a reply that says what the last message changed."""
    newest = _newest(conversation)
    latest = {wish.id for wish in _wishes_in(newest)}
    text = _without_notes(picture.prompt)
    light, camera, layout = _bare(picture.lighting), picture.camera, picture.layout
    for wish in wishes:
        text = _reframed(text, wish=wish, newest=wish.id in latest)
        light = _lit(light, wish=wish)
        camera, layout = wish.camera or camera, wish.layout or layout
    if notes := [wish.note for wish in wishes if wish.note]:
        text = f"{text}{NOTES_MARK}{'; '.join(notes)}."
    done = [wish for wish in wishes if wish.id in latest]
    return SceneRewrite(
        prompt=text, camera=camera, lighting=light, layout=layout, reply=_reply(done, newest=newest, language=language)
    )


def with_words(prompt: str, *, conversation: Sequence[Message]) -> str:
    """The prompt with the reviewer's own words on its last line, the newest first, within `MOST_WORDS` characters."""
    lines, room = [], MOST_WORDS
    for message in reversed(conversation):
        line = _one_line(message.text)
        if message.who == "reviewer" and line and room > 0:
            lines.append(f"“{line[:room]}”")
            room -= len(line)
    return f"{prompt}{WORDS_MARK}{'; before that: '.join(lines)}" if lines else prompt


def fresh_reply(reply: str, *, language: str) -> str:
    """The reply to a red light: a new idea, and what the reviewer asked for in it."""
    fresh = _in(wishes().replies.fresh, language)
    return f"{fresh} {reply}".strip()


def _newest(conversation: Sequence[Message]) -> str:
    return next((message.text for message in reversed(conversation) if message.who == "reviewer"), "")


def _wishes_in(text: str) -> list[Wish]:
    """The wishes of one message in its order. Longer phrases go first, so that "pan left" is no "left"."""
    rest = f" {_one_line(text).casefold()} "
    found: list[_Found] = []
    phrases = [(phrase, wish) for wish in wishes().wishes for phrase in wish.words]
    for phrase, wish in sorted(phrases, key=lambda pair: -len(pair[0])):
        for match in re.finditer(_pattern(phrase), rest):
            turned = _turned(wish, before=rest[: match.start()], after=rest[match.end() :])
            found += [_Found(wish=turned, start=match.start())] if turned else []
            rest = rest[: match.start()] + "\0" * (match.end() - match.start()) + rest[match.end() :]
    return [one.wish for one in sorted(found, key=lambda one: one.start)]


def _pattern(phrase: str) -> str:
    return r"(?<!\w)" + re.escape(phrase).replace(r"\*", r"\w*").replace(r"\ ", r"\s+") + r"(?!\w)"


def _turned(wish: Wish, *, before: str, after: str) -> Wish | None:
    """The wish, its opposite after "less", "too" or "not so", or nothing where it is denied and has no opposite."""
    if re.match(_ENOUGH, after):
        return wish
    clause = _CLAUSE_BORDER.split(before)[-1]
    if not any(re.search(_pattern(less) + r"(?:\s+\w+)?\s*$", clause) for less in wishes().less):
        return wish
    return wishes().wish(wish.opposite) if wish.opposite else None


def _reframed(text: str, *, wish: Wish, newest: bool) -> str:
    """The prompt with another shot size or composition, put in the old one's place or, where there is none, in front."""
    if wish.size:
        current = next((size.phrase for size in direction().sizes if text.startswith(size.phrase)), "")
        wanted = wish.nearer if newest and wish.nearer and current == wish.size else wish.size
        text = wanted + text[len(current) :] if current else f"{wanted}. {text}"
        text = _relensed(text, size=wanted) if current else text
    if wish.composition:
        standing = next((one for one in direction().compositions if one in text), "")
        if standing:
            text = text.replace(standing, wish.composition, 1)
        elif wish.composition not in text:
            text = f"{_capital(wish.composition)}. {text}"
    return text


def _relensed(text: str, *, size: str) -> str:
    """The lens that suits the new size in place of the old one's."""
    lenses = sorted((lens for one in direction().sizes for lens in one.lenses), key=len, reverse=True)
    standing = next((lens for lens in lenses if f", {lens}" in text), "")
    return text.replace(f", {standing}", f", {direction().size(size).lenses[0]}", 1) if standing else text


def _lit(light: str, *, wish: Wish) -> str:
    """The lighting with the wish's words, freed of what contradicts them."""
    if not wish.light:
        return light
    parts = [part.strip() for part in light.split(",")]
    kept = [part for part in parts if part and not any(re.search(rf"\b{word}", part) for word in wish.removes)]
    return ", ".join([*kept, wish.light])


def _bare(light: str) -> str:
    """The lighting without what earlier rewrites added: the wishes that still hold are added again."""
    added = {part.strip() for wish in wishes().wishes for part in wish.light.split(",") if part}
    return ", ".join(part.strip() for part in light.split(",") if part.strip() and part.strip() not in added)


def _without_notes(prompt: str) -> str:
    """The prompt without the lines of earlier rewrites."""
    lines = prompt.split("\n")
    marks = (NOTES_MARK.strip("\n"), WORDS_MARK.strip("\n"))
    return "\n".join(line for line in lines if not line.startswith(marks))


def _one_line(text: str) -> str:
    return " ".join(clean(text).replace("“", '"').replace("”", '"').split())


def _reply(done: Sequence[Wish], *, newest: str, language: str) -> str:
    replies = wishes().replies
    if done:
        joint = _in(replies.joint, language)
        changes = [_in(wish.done, language) for wish in done]
        listed = changes[0] if len(changes) == 1 else f"{', '.join(changes[:-1])} {joint} {changes[-1]}"
        return _in(replies.changed, language).replace("{changes}", listed)
    return _in(replies.unread, language).replace("{words}", _one_line(newest)) if newest.strip() else ""


def _in(texts: dict[str, str], language: str) -> str:
    return texts.get(base_language(language), texts["en"])


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
