"""What is said in which scene: hook, the brief's sentences in their order, breathing scenes, call to action.

The lengths come from `timing`, the sentences from `sentences`; on-screen lines are `titles`' work.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from videofactory.domain.fingerprint import seed_of
from videofactory.domain.script import MAX_SCENES, MAX_WORDS_PER_SECOND
from videofactory.domain.script_checks import spoken_words
from videofactory.providers.embedded.director.salience import key_words, leans, salience, same_words
from videofactory.providers.embedded.director.sentences import clauses, closed, joined, pieces_of, sentences
from videofactory.providers.embedded.director.timing import BREATH, PACE, Slot, calm_seconds, least_seconds, slot
from videofactory.providers.embedded.director.vocabulary import tongue, words_of
from videofactory.providers.roles import ScriptRequest

SCENE_SECONDS = 5.0
SHORTEST_SCENE, LONGEST_SCENE = 3.0, 8.0
"""Seconds of a scene, usual and bounds, where the director chooses their number."""
SHORTEST_FILM, LONGEST_FILM = 24.0, 60.0
"""Seconds of a film whose length nobody asked for: around half a minute, a minute for a long text."""
HOOK_WORDS = 13
"""A first sentence of at most so many spoken words opens the film itself."""
CLOSING_ALONE = 3
"""From so many free scenes on, the call to action has the last one for itself."""


@dataclass(frozen=True)
class Unit:
    """A sentence or a clause of one. `leaning`: it makes no sense without the unit before it."""

    text: str
    sentence: int
    piece: int
    score: float
    leaning: bool

    @property
    def words(self) -> float:
        """Spoken words."""
        return spoken_words(self.text)


@dataclass(frozen=True)
class Plan:
    """Narration per scene, the film's target length, and the closing line (spoken or not)."""

    narrations: tuple[str, ...]
    seconds: float
    call_to_action: str


def planned(request: ScriptRequest) -> Plan:
    """The narration of every scene. Given narration is kept to the letter and not said twice."""
    units = _units(request)
    call = closing_line(request)
    count = _scene_count(request, units=units, call=call)
    total = _film_seconds(request, count=count, units=units, call=call)
    return Plan(
        narrations=_narrations(request, count=count, total=total, units=units, call=call), seconds=total, call_to_action=call
    )


def closing_line(request: ScriptRequest) -> str:
    """The call to action: the channel's own, or one of its language's, or the channel's name."""
    if request.call_to_action.strip():
        return closed(request.call_to_action.strip(), language=request.language)
    calls = tongue(request.language).calls or ("{channel}",)
    name = request.channel_name.strip()
    chosen = calls[seed_of(request.seed, "call", request.title) % len(calls)]
    return closed(chosen.replace("{channel}", name), language=request.language) if name else ""


def _units(request: ScriptRequest) -> list[Unit]:
    found = sentences(request.text, language=request.language)
    said = {same_words(given.narration) for given in request.given if given.narration}
    said |= {same_words(line) for given in request.given for line in sentences(given.narration or "", language=request.language)}
    counts = Counter(word for line in found for word in words_of(line) if word not in tongue(request.language).stop)
    units: list[Unit] = []
    for place, line in enumerate(found):
        if any(earlier.startswith(same_words(line)) for earlier in said):
            continue
        said.add(same_words(line))
        score = salience(
            line,
            place=place / len(found),
            title=request.title,
            brand=request.channel_name,
            language=request.language,
            counts=counts,
        )
        leaning = leans(line, language=request.language) and bool(units)
        for piece, text in enumerate(pieces_of(line, language=request.language)):
            units.append(Unit(text=text, sentence=place, piece=piece, score=score - 0.2 * piece, leaning=leaning or piece > 0))
    return units


def _scene_count(request: ScriptRequest, *, units: Sequence[Unit], call: str) -> int:
    given = len(request.given)
    if request.scenes is not None:
        return min(MAX_SCENES, max(request.scenes, given))
    whole = given > 0 and all(scene.narration is not None for scene in request.given)
    fixed = [scene.seconds for scene in request.given]
    if whole and (request.seconds is None or _reaches(request.seconds, fixed)):
        return given
    seconds = request.seconds or _natural_seconds(units, call=call)
    taken = sum(length or SCENE_SECONDS for length in fixed)
    rest = max(0.0, seconds - taken)
    lines = len(units) + 2
    fewest, most = -int(-rest // LONGEST_SCENE), int(rest // SHORTEST_SCENE)
    return min(MAX_SCENES, max(1, given + max(fewest, min(round(rest / SCENE_SECONDS), lines, most))))


def _reaches(seconds: float, fixed: Sequence[float | None]) -> bool:
    """Whether scenes can last as long as asked without dragging: those without given seconds stretch to three shots' length."""
    return sum(length if length is not None else 3 * LONGEST_SCENE for length in fixed) >= seconds


def _natural_seconds(units: Sequence[Unit], *, call: str) -> float:
    words = sum(unit.words for unit in units) + spoken_words(call)
    spoken = words / PACE
    return min(LONGEST_FILM, max(SHORTEST_FILM, spoken + BREATH * spoken / SCENE_SECONDS))


def _film_seconds(request: ScriptRequest, *, count: int, units: Sequence[Unit], call: str) -> float:
    slots = _slots(request, ["" for _ in range(count)])
    if request.seconds is not None:
        return max(request.seconds, least_seconds(slots))
    loose = [one for one in slots if one.fixed is None and not one.words]
    calm = calm_seconds([one for one in slots if one not in loose])
    if not loose:
        return calm
    natural = _natural_seconds(units, call=call)
    return calm + min(LONGEST_SCENE * len(loose), max(SHORTEST_SCENE * len(loose), natural - calm))


def _slots(request: ScriptRequest, narrations: Sequence[str]) -> list[Slot]:
    """The scenes as the clock sees them; given narration and seconds win."""
    slots = []
    for index, narration in enumerate(narrations):
        given = request.given[index] if index < len(request.given) else None
        said = given.narration if given and given.narration is not None else narration
        slots.append(slot(said, fixed=given.seconds if given else None))
    return slots


def _free(request: ScriptRequest, *, count: int) -> list[int]:
    return [index for index in range(count) if index >= len(request.given) or request.given[index].narration is None]


def _narrations(request: ScriptRequest, *, count: int, total: float, units: list[Unit], call: str) -> tuple[str, ...]:
    free = _free(request, count=count)
    closing = call if free and free[-1] == count - 1 else ""
    silent = _slots(request, ["" for _ in range(count)])
    fixed = sum(one.wanted / 10 for index, one in enumerate(silent) if index not in free)
    room = max(0.0, total - fixed - BREATH * len(free)) * (PACE + 0.2) - spoken_words(closing)
    kept = _condensed(units, room=room)
    body = len(free) - (closing != "" and len(free) >= CLOSING_ALONE)
    kept = _with_hook(request, kept=kept, free=free, body=body, room=room)
    return _fitted(
        request, free=free, kept=_filled(kept, slots=body, language=request.language), closing=closing, total=total, count=count
    )


def _condensed(units: Sequence[Unit], *, room: float) -> list[Unit]:
    """The units that fit into `room` spoken words: the weightiest first, in the text's order, none without what it leans on."""
    if sum(unit.words for unit in units) <= room:
        return list(units)
    kept: set[int] = set()
    left, order, grown = room, sorted(range(len(units)), key=lambda index: (-units[index].score, index)), True
    while grown:
        grown = False
        for index in order:
            held = not units[index].leaning or index - 1 in kept
            if index not in kept and held and units[index].words <= left:
                kept.add(index)
                left -= units[index].words
                grown = True
    return [units[index] for index in sorted(kept)]


def _with_hook(request: ScriptRequest, *, kept: list[Unit], free: Sequence[int], body: int, room: float) -> list[Unit]:
    """The title as an opening line where the text's own first sentence is no hook, or leaves scenes without words."""
    line = closed(request.title.strip(), language=request.language)
    title = Unit(text=line, sentence=-1, piece=0, score=2.0, leaning=False)
    opens = kept and kept[0].words <= HOOK_WORDS and not kept[0].leaning
    if not free or free[0] != 0 or (opens and len(kept) >= body) or not _speaks(line, kept=kept, language=request.language):
        return kept
    spent = sum(unit.words for unit in kept)
    return [title, *kept] if spent + title.words <= max(room, title.words) else kept


def _speaks(title: str, *, kept: Sequence[Unit], language: str) -> bool:
    """Whether the title, said aloud, would be a line of its own and no repetition of one that follows."""
    keys = {word.casefold() for word in key_words([title], language=language, most=20)}
    told = " ".join(unit.text for unit in kept[:4]).casefold()
    return bool(keys) and not all(key in told for key in keys) and 1 < title.count(" ") + spoken_words(title) <= 2 * HOOK_WORDS


def _filled(kept: list[Unit], *, slots: int, language: str) -> list[Unit]:
    """More units out of the same words, where scenes would stay silent: the longest are parted at their clauses."""
    units = list(kept)
    parted: set[str] = set()
    while len(units) < slots:
        open_units = [unit for unit in units if unit.text not in parted]
        if not open_units:
            break
        longest = max(open_units, key=lambda unit: unit.words)
        parted.add(longest.text)
        pieces = clauses(longest.text, language=language)
        at = units.index(longest)
        if len(units) + len(pieces) - 1 <= slots:
            units[at : at + 1] = [replace(longest, text=text, leaning=longest.leaning or n > 0) for n, text in enumerate(pieces)]
    return units


def _fitted(
    request: ScriptRequest, *, free: list[int], kept: list[Unit], closing: str, total: float, count: int
) -> tuple[str, ...]:
    """The narrations with as few units left out as the clock asks for."""
    while True:
        ended = _ended(kept, language=request.language)
        placed, left = _placed(request, free=free, units=ended, closing=closing)
        narrations = [placed.get(index, "") for index in range(count)]
        if (
            left == 0
            and least_seconds(_slots(request, narrations)) <= max(total, least_seconds(_slots(request, [""] * count))) + 1e-6
        ):
            return tuple(narrations)
        if len(kept) <= 1 and closing:
            closing = ""
        elif kept:
            kept = _without_weakest(kept)
        else:
            return tuple(narrations)


def _without_weakest(kept: list[Unit]) -> list[Unit]:
    """One unit less: the one of the lowest score on which no other leans."""
    ends = [index for index in range(len(kept)) if index + 1 == len(kept) or not kept[index + 1].leaning]
    weakest = min(ends, key=lambda index: (kept[index].score, -index))
    return kept[:weakest] + kept[weakest + 1 :]


def _placed(request: ScriptRequest, *, free: list[int], units: list[Unit], closing: str) -> tuple[dict[int, str], int]:
    """Narration by scene index, and how many units (the closing line counts as one) found no place."""
    alone = bool(closing) and len(free) >= CLOSING_ALONE
    scenes = free[:-1] if alone else free
    runs, left = _runs(units, caps=[_cap(request, index) for index in scenes])
    placed = {index: joined([unit.text for unit in run]) for index, run in zip(scenes, runs, strict=True) if run}
    if closing and free:
        last = joined([text for text in (placed.get(free[-1], ""), closing) if text])
        if spoken_words(last) > _cap(request, free[-1]):
            return placed, left + 1
        placed[free[-1]] = last
    return placed, left


def _cap(request: ScriptRequest, index: int) -> float:
    """The most words a scene can hold."""
    given = request.given[index].seconds if index < len(request.given) else None
    return (given if given is not None else 60.0) * MAX_WORDS_PER_SECOND


def _ended(units: Sequence[Unit], *, language: str) -> list[Unit]:
    """The units with a full stop wherever the rest of their sentence was left out."""
    following: list[int | None] = [unit.sentence for unit in units[1:]]
    return [
        unit if unit.sentence == after else replace(unit, text=closed(unit.text, language=language))
        for unit, after in zip(units, [*following, None], strict=False)
    ]


def _runs(units: Sequence[Unit], *, caps: Sequence[float]) -> tuple[list[list[Unit]], int]:
    """Units in order over the scenes, even in words; silent scenes lie between the lines. Also how many found no place."""
    queue = list(units)
    runs: list[list[Unit]] = []
    for at, cap in enumerate(caps):
        slots = len(caps) - at
        run: list[Unit] = []
        share = sum(unit.words for unit in queue) / slots
        goes_on = bool(queue and runs and runs[-1]) and runs[-1][-1].sentence == queue[0].sentence
        due = goes_on or len(queue) >= slots or at >= (len(units) - len(queue)) * len(caps) // max(1, len(units))
        while queue and due and _takes(run, queue=queue, cap=cap, share=share, later=slots - 1):
            run.append(queue.pop(0))
        runs.append(run)
    return runs, len(queue)


def _takes(run: Sequence[Unit], *, queue: Sequence[Unit], cap: float, share: float, later: int) -> bool:
    """Whether a scene takes the next unit: one at least, then on while that comes nearer to its share and others go not empty."""
    held = sum(unit.words for unit in run)
    if held + queue[0].words > cap:
        return False
    if not run or later == 0:
        return True
    return len(queue) > later and held + queue[0].words / 2 <= share
