"""Short lines and metadata made from the text: on-screen lines, the film's title, description, tags and music prompt."""

from collections.abc import Collection, Sequence

from videofactory.domain.brand import BrandAnalysis
from videofactory.domain.script_checks import MAX_SCRIPT_TITLE
from videofactory.providers.embedded.director.salience import UNSPACED, figure, key_phrases, key_words, same_words
from videofactory.providers.embedded.director.sentences import clean, closed, joined, sentences
from videofactory.providers.roles import ScriptRequest

MAX_ON_SCREEN = 40
"""Characters of a line over the picture that is read at a glance."""
RECALLED = 3
"""A silent scene looks back over so many narrations: older ones have lost their place."""
MAX_TAGS, MAX_TAG_CHARACTERS, LONGEST_TAG = 15, 400, 30
MAX_DESCRIPTION = 600
"""Characters of the description's paragraph: what YouTube shows before and a little after the fold."""


def on_screen_lines(request: ScriptRequest, *, narrations: Sequence[str], call_to_action: str) -> tuple[str, ...]:
    """A line for each scene, empty for many: title first, call to action last, figures and key phrases between; none twice."""
    last = len(narrations) - 1
    lines: list[str] = []
    used = {same_words(given.on_screen_text) for given in request.given if given.on_screen_text}
    for index, narration in enumerate(narrations):
        if index == 0:
            line = shortened(clean(request.title).strip(), most=MAX_ON_SCREEN)
        elif index == last:
            line = _closing(call_to_action, channel=request.channel_name)
        elif narration:
            line = _for_words(narration, quiet=bool(lines[-1]), language=request.language)
        else:
            line = _for_silence(narrations[:index], used=used, language=request.language)
        fresh = bool(line) and same_words(line) not in used
        used.add(same_words(line))
        lines.append(line if fresh else "")
    return tuple(lines)


def shortened(text: str, *, most: int) -> str:
    """The text, cut at a colon, dash or word border where it is longer than `most` characters."""
    flat = " ".join(text.split())
    if len(flat) <= most:
        return flat
    for border in (": ", " – ", " — ", " - ", "\uff1a", "、", "\uff0c", ", "):
        head = flat.split(border)[0].strip()
        if 0 < len(head) <= most and head != flat:
            return head
    cut = flat[:most]
    return (cut.rsplit(" ", 1)[0] if " " in cut and flat[most] != " " else cut).rstrip(" ,;:–—-")


def film_title(request: ScriptRequest) -> str:
    """The brief's title within YouTube's limit; where it is only spaces, the channel's name or the language-free "Film"."""
    return (
        shortened(clean(request.title), most=MAX_SCRIPT_TITLE) or shortened(request.channel_name, most=MAX_SCRIPT_TITLE) or "Film"
    )


def description(request: ScriptRequest, *, call_to_action: str) -> str:
    """The first sentences of the brief as a paragraph, then the call to action or the channel's name."""
    paragraph: list[str] = []
    for sentence in sentences(request.text, language=request.language):
        if len(joined([*paragraph, sentence])) > MAX_DESCRIPTION:
            break
        paragraph.append(sentence)
    opening = joined(paragraph) or shortened(clean(request.text), most=MAX_DESCRIPTION)
    closing = call_to_action or closed(request.channel_name, language=request.language)
    return "\n\n".join(part for part in (opening, closing) if part)


def tags(request: ScriptRequest) -> tuple[str, ...]:
    """At most 15 key words in lower case, 400 characters in all: channel, title words, then the text's."""
    titled = key_words([request.title], language=request.language, most=6)
    words = key_words([request.text], language=request.language, most=40)
    chosen: list[str] = []
    for word in dict.fromkeys(word.lower() for word in (request.channel_name.strip(), *titled, *words)):
        if (
            word
            and len(word) <= LONGEST_TAG
            and sum(map(len, chosen)) + len(word) <= MAX_TAG_CHARACTERS
            and len(chosen) < MAX_TAGS
        ):
            chosen.append(word)
    return tuple(chosen)


def music_prompt(request: ScriptRequest) -> str:
    """What the composer is asked for: the brand's mood, then the style's or channel's own words."""
    mood = _mood(request.brand)
    wanted = request.music.strip().rstrip(".")
    return "; ".join(
        part for part in (f"{mood} instrumental bed" if mood else "instrumental bed", wanted, "room for a speaking voice") if part
    )


def _mood(brand: BrandAnalysis) -> str:
    return shortened(brand.mood, most=80).strip(" .")


def _closing(call_to_action: str, *, channel: str) -> str:
    bare = call_to_action.rstrip(".。")
    return bare if 0 < len(bare) <= MAX_ON_SCREEN else shortened(channel, most=MAX_ON_SCREEN)


def _for_words(narration: str, *, quiet: bool, language: str) -> str:
    """A figure whenever one is named; else the last key phrase, but not in two scenes running (`quiet`)."""
    if counted := figure(narration, language=language):
        return _capital(shortened(counted, most=MAX_ON_SCREEN))
    return "" if quiet else next(iter(_phrases(narration, language=language)), "")


def _for_silence(narrations: Sequence[str], *, used: Collection[str], language: str) -> str:
    """A silent scene recalls a phrase of what was said before, the newest first, that has not stood on the screen yet."""
    spoken = [narration for narration in narrations if narration][-RECALLED:]
    phrases = (phrase for narration in reversed(spoken) for phrase in _phrases(narration, language=language))
    return next((phrase for phrase in phrases if same_words(phrase) not in used), "")


def _phrases(narration: str, *, language: str) -> list[str]:
    """Key phrases that can stand alone on the screen, the last first: sentences put their point at the end."""
    found = reversed(key_phrases(narration, language=language, most=8))
    fitting = (phrase for phrase in found if len(phrase) <= MAX_ON_SCREEN and not any(map(str.isdigit, phrase)))
    return [_capital(phrase) for phrase in fitting if " " in phrase or UNSPACED.search(phrase)]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
