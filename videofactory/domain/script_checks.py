"""What makes a script fit for production: the rules of the blocking check on `script`, and how spoken words are counted.

Pure functions over a finished script (unique, well-formed scene ids are `Script`'s own rule). How a director keeps to
these rules is in `providers`; showing the findings is the asset check's work.

Scenes whose prompt a person wrote keep it to the letter, so they list only those invariants that stand in it; the caller
names them in `own_prompts`, and they are excused from the brand's invariants.
"""

import re
from collections.abc import Collection, Iterator, Sequence

from videofactory.domain.script import LENGTH_TOLERANCE, MAX_WORDS_PER_SECOND, Scene, Script

MAX_SCRIPT_TITLE = 100
"""YouTube's limit for a title, in characters."""
IDEOGRAPHS_PER_WORD = 2.2
"""Chinese and Japanese characters that take as long to say as one English word."""
ABUGIDA_LETTERS_PER_WORD = 4.5
"""Thai, Lao, Burmese and Khmer code points (vowel signs count) that take as long to say as one English word."""
LONG_WORD = 28
LETTERS_PER_LONG_WORD = 12.0
"""A single word of more than `LONG_WORD` characters (a compound, a URL) is spoken like one word per this many."""
ROUNDING = 1e-6

_IDEOGRAPHS = re.compile("[\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]")
_ABUGIDAS = re.compile("[\u0e01-\u0e4e\u0e81-\u0ecd\u1000-\u109f\u1780-\u17d3]")
_RUN = re.compile(r"[^\W_]+")


def spoken_words(text: str) -> float:
    """How many words of speaking time `text` takes: its words, or for scripts without spaces a share of its characters."""
    return sum(_weight(token) for token in text.split())


def _weight(token: str) -> float:
    ideographs, abugidas = len(_IDEOGRAPHS.findall(token)), len(_ABUGIDAS.findall(token))
    if not ideographs and not abugidas:
        return max(1.0, len(token) / LETTERS_PER_LONG_WORD) if len(token) > LONG_WORD else 1.0
    rest = _ABUGIDAS.sub(" ", _IDEOGRAPHS.sub(" ", token))
    foreign = len(_RUN.findall(rest))
    return max(1.0, ideographs / IDEOGRAPHS_PER_WORD + abugidas / ABUGIDA_LETTERS_PER_WORD + foreign)


def script_findings(
    script: Script,
    *,
    asked_seconds: float | None,
    asked_scenes: int | None,
    invariants: Sequence[str],
    own_prompts: Collection[str] = frozenset(),
) -> tuple[str, ...]:
    """Every broken rule in words with its remedy; empty for a script fit for production.

    `invariants` are the brand's; `own_prompts` are ids of scenes whose prompt a person wrote, which need only those
    invariants that they list themselves.
    """
    findings = [*_film_findings(script, asked_seconds=asked_seconds, asked_scenes=asked_scenes)]
    for scene in script.scenes:
        wanted = () if scene.id in own_prompts else invariants
        findings += [*_pace_findings(scene), *_token_findings(scene, invariants=wanted)]
    return tuple(findings)


def _film_findings(script: Script, *, asked_seconds: float | None, asked_scenes: int | None) -> Iterator[str]:
    if asked_scenes is not None and len(script.scenes) != asked_scenes:
        yield f"The script has {len(script.scenes)} scenes, {asked_scenes} were asked for: add or drop scenes."
    if asked_seconds is not None and abs(script.seconds - asked_seconds) > LENGTH_TOLERANCE * asked_seconds + ROUNDING:
        yield (
            f"The scenes last {script.seconds:.1f} s, {asked_seconds:.1f} s ±{LENGTH_TOLERANCE:.0%} were asked for: "
            "change the scenes' seconds or the asked length."
        )
    if not script.title.strip():
        yield "The script has no title: write one."
    if len(script.title) > MAX_SCRIPT_TITLE:
        yield f"The title has {len(script.title)} characters, {MAX_SCRIPT_TITLE} are allowed: shorten it."


def _pace_findings(scene: Scene) -> Iterator[str]:
    words = spoken_words(scene.narration)
    if words / scene.seconds > MAX_WORDS_PER_SECOND + ROUNDING:
        yield (
            f"{scene.id} speaks {words:.0f} words in {scene.seconds:.1f} s, at most {MAX_WORDS_PER_SECOND} a second can be "
            f"followed: give it {words / MAX_WORDS_PER_SECOND:.1f} s or shorten the narration."
        )


def _token_findings(scene: Scene, *, invariants: Sequence[str]) -> Iterator[str]:
    wanted = dict.fromkeys([*scene.invariants, *(token for token in invariants if token.strip())])
    for token in wanted:
        if token not in scene.prompt:
            yield f"The prompt of {scene.id} lacks the invariant {token!r}: put it in word for word."
        elif token not in scene.invariants:
            yield f"{scene.id} does not list the invariant {token!r}: add it to the scene's invariants."
    for tag in scene.characters:
        if tag not in scene.prompt:
            yield f"The prompt of {scene.id} lacks the character tag {tag!r}: put it in word for word."
