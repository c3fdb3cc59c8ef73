"""Recording decisions: each is checked against the script as it stands, turned into log entries, and written with its author.

The CLI, the board and Notion all come through here, so the same rules hold for each. What entries mean is `domain.review`;
carrying them out is the `revise` job.
"""

from collections.abc import Mapping, Sequence

from videofactory.domain.brief import GivenScene, TakenIn
from videofactory.domain.errors import Conflict, InvalidInput, NotFound, Problem
from videofactory.domain.project import ProjectState
from videofactory.domain.review import (
    MAX_FEEDBACK,
    BrandAccepted,
    ClipRedone,
    Entry,
    FilmLightGiven,
    Light,
    LightGiven,
    Mark,
    SceneAdded,
    SceneDropped,
    SceneEdited,
    ScenesReordered,
    last_script_change,
    marks,
    touched,
)
from videofactory.domain.script import MAX_SCENES, MAX_WORDS_PER_SECOND, Scene, scene_id, scene_number
from videofactory.domain.script_checks import spoken_words
from videofactory.ledger.reviews import Heeded
from videofactory.studio.factory import Studio
from videofactory.studio.intake.text import clean_text
from videofactory.studio.material import FinalCut, Previews, ScriptVersion
from videofactory.studio.revision import edited, reordered
from videofactory.studio.status import state_of


class Desk:
    """One project on the reviewer's desk, as it stood at `version` (the number of the last entry seen)."""

    def __init__(self, studio: Studio, project: str, *, reviewer: str, based_on: int | None = None) -> None:
        self._studio = studio
        self._project = project
        self._reviewer = reviewer
        self._log = studio.ledger.reviews.log(project)
        self.version = len(self._log) if based_on is None else based_on
        if self.version > len(self._log):
            raise _invalid("--based-on", str(based_on), f"{project} is at review version {len(self._log)}")
        self._entries: list[Entry] = []
        studio.ledger.projects.get(project)
        self._script = studio.values.read("script", project, ScriptVersion)
        taken = studio.values.read("brief", project, TakenIn)
        self._cast = {character.name: character.tag for character in taken.characters} if taken else {}

    @property
    def script(self) -> ScriptVersion:
        """The script under review. Raises `Conflict` while there is none."""
        if self._script is None:
            raise Conflict(f"{self._project} has no script yet.", remedy=f"Run 'videofactory draft {self._project}' first.")
        return self._script

    def marks(self) -> dict[str, Mark]:
        """Where each scene stands."""
        return marks(self.script.written, (*self._log, *self._entries))

    def scene(self, number: int) -> Scene:
        """The scene with this number in its id. Raises `NotFound`."""
        name = scene_id(number)
        present = self._present()
        for scene in present:
            if scene.id == name:
                return scene
        numbers = ", ".join(str(scene_number(scene.id)) for scene in present)
        raise NotFound(f"{self._project} has no scene {number}.", remedy=f"Its scenes are {numbers}.")

    def light(self, number: int, light: Light, *, feedback: str = "") -> None:
        """Give a scene's present take a light. Yellow needs words."""
        scene = self.scene(number)
        words = _feedback(feedback, needed=light is Light.YELLOW, field=f"scene {number}")
        mark = self.marks()[scene.id]
        self._require_seen(scene.id, mark)
        if not (light is Light.GREEN and mark.light is Light.GREEN):
            self._entries.append(LightGiven(scene=scene.id, take=mark.take, light=light, feedback=words))

    def light_all(self) -> None:
        """Green for every scene that no other decision of this visit speaks of."""
        decided = frozenset[str]().union(*(touched(entry) for entry in self._entries))
        for scene in self._present():
            if scene.id not in decided:
                self.light(scene_number(scene.id), Light.GREEN)

    def redo(self, number: int) -> None:
        """Ask for a new clip of a green scene."""
        scene = self.scene(number)
        if self.marks()[scene.id].light is not Light.GREEN:
            raise Conflict(f"Scene {number} is not green; its clip is made when it is.", remedy="Give it a light first.")
        self._entries.append(ClipRedone(scene=scene.id))

    def edit(self, number: int, change: GivenScene) -> None:
        """Set fields of a scene; fields that already stand so are left out. Raises `InvalidInput` for what breaks the rules."""
        scene = self.scene(number)
        self._require_cast(change.characters, field=f"scene {number}.characters")
        real = _really_changed(scene, change, cast=self._cast)
        if real.model_fields_set:
            _require_speakable(scene, real, field=f"scene {number}")
            self._require_engine(real.engine, field=f"scene {number}.engine")
            self._entries.append(SceneEdited(scene=scene.id, change=real))

    def reorder(self, numbers: Sequence[int]) -> None:
        """Put the scenes in this order; each must be named once."""
        wanted = tuple(self.scene(number).id for number in numbers)
        present = [scene.id for scene in self._present()]
        if sorted(wanted) != sorted(present):
            shown = ",".join(str(scene_number(scene)) for scene in present)
            raise _invalid("--order", ",".join(map(str, numbers)), f"name each of the scenes {shown} once")
        if list(wanted) != present:
            self._entries.append(ScenesReordered(order=wanted))

    def add(self, given: GivenScene, *, after: int | None) -> str:
        """Add a scene; its id."""
        place = self.scene(after).id if after is not None else None
        used = [scene_number(scene) for scene in (*self.script.written, *self._ever_added())]
        name = scene_id(max(used) + 1)
        if len(self.marks()) >= MAX_SCENES:
            raise _invalid("--add", name, f"a film has at most {MAX_SCENES} scenes")
        self._require_engine(given.engine, field=f"{name}.engine")
        self._require_cast(given.characters, field=f"{name}.characters")
        self._entries.append(SceneAdded(scene=name, after=place, given=given))
        return name

    def drop(self, number: int) -> None:
        """Take a scene out. The last one stays."""
        scene = self.scene(number)
        if len(self.marks()) <= 1:
            raise _invalid("--drop", str(number), "a film has at least one scene")
        self._entries.append(SceneDropped(scene=scene.id))

    def film(self, light: Light, *, feedback: str = "") -> None:
        """Give the finished film its light."""
        cut = self._studio.values.read("final_cut", self._project, FinalCut)
        if cut is None or cut.findings:
            raise Conflict(f"{self._project} has no finished film.", remedy=f"Run 'videofactory produce {self._project}'.")
        words = _feedback(feedback, needed=light is not Light.GREEN, field="film")
        self._entries.append(FilmLightGiven(light=light, film=cut.masters[0].film.sha256, feedback=words))

    def accept_brand(self, why: str) -> None:
        """Let a flagged brand image pass."""
        self._entries.append(BrandAccepted(feedback=_feedback(why, needed=True, field="brand")))

    @property
    def decides(self) -> bool:
        """Whether there is anything to record: a decision that stands already is none."""
        return bool(self._entries)

    @property
    def redone(self) -> tuple[str, ...]:
        """The scenes whose clips this visit asks for anew, before it is recorded."""
        return tuple(entry.scene for entry in self._entries if isinstance(entry, ClipRedone))

    @property
    def spends(self) -> bool:
        """Whether this visit, once recorded, lets money be spent on clips."""
        return any(isinstance(entry, LightGiven) and entry.light is Light.GREEN for entry in self._entries) or bool(self.redone)

    def record(self, heeded: Heeded | None = None) -> tuple[Entry, ...]:
        """Write the decisions down, all or none. Raises `Conflict` when somebody decided otherwise meanwhile.

        `heeded` notes in the same transaction where they were read; it is called without decisions, too.
        """
        if not self._entries and heeded is None:
            return ()
        reviews = self._studio.ledger.reviews
        return reviews.add(self._project, self._entries, reviewer=self._reviewer, based_on=self.version, heeded=heeded)

    def _present(self) -> list[Scene]:
        """The script's scenes in their present order, with the edits that are decided but not carried out yet."""
        scenes = {scene.id: scene for scene in self.script.script.scenes if scene.id in self.marks()}
        order = list(scenes)
        for entry in (*(line for line in self._log if line.number > self.script.entries), *self._entries):
            if isinstance(entry, SceneEdited) and entry.scene in scenes:
                scenes[entry.scene] = edited(scenes[entry.scene], entry.change, by=entry.reviewer, cast=self._cast)
            elif isinstance(entry, ScenesReordered):
                order = reordered(order, entry)
        return [scenes[scene] for scene in order]

    def _ever_added(self) -> list[str]:
        return [entry.scene for entry in (*self._log, *self._entries) if isinstance(entry, SceneAdded)]

    def _require_seen(self, scene: str, mark: Mark) -> None:
        """A light belongs to a take that can be looked at."""
        previews = self._studio.values.read("scene_previews", self._project, Previews)
        shown = previews.scenes.get(scene) if previews else None
        pending = last_script_change(self._log) > self.script.entries
        if shown is None or shown.take != mark.take or (pending and self.script.takes.get(scene) != mark.take):
            raise Conflict(
                f"Take {mark.take} of {scene} is not made yet, so it cannot have a light.",
                remedy=f"Wait for it, or run 'videofactory review {self._project}' without a light.",
            )

    def _require_engine(self, engine: str | None, *, field: str) -> None:
        channel = self._studio.channel_of(self._project)
        allowed = {*channel.engines.video.allowed, channel.engines.video.default}
        usable = sorted(allowed & set(self._studio.engines(channel.key).video))
        if engine is not None and engine not in usable:
            raise _invalid(field, engine, f"channel {channel.key} can use {', '.join(usable)} on this machine")

    def _require_cast(self, names: Sequence[str] | None, *, field: str) -> None:
        for name in names or ():
            if name not in self._cast:
                raise _invalid(field, name, f"the brief's characters are {', '.join(self._cast) or 'none'}")


def approve_in_advance(studio: Studio, project: str) -> int:
    """Give green to every waiting scene of a project in review where the channel says `auto_approve`; how many."""
    if not studio.channel_of(project).review.auto_approve or state_of(studio, project) is not ProjectState.IN_REVIEW:
        return 0
    desk = Desk(studio, project, reviewer="auto_approve")
    desk.light_all()
    return len(desk.record())


def _feedback(text: str, *, needed: bool, field: str) -> str:
    words = clean_text(text).strip()
    if needed and not words:
        raise _invalid(field, "''", f"say in 1 to {MAX_FEEDBACK} characters what should change")
    if len(words) > MAX_FEEDBACK:
        raise _invalid(field, f"{len(words)} characters", f"say it in at most {MAX_FEEDBACK} characters")
    return words


def _really_changed(scene: Scene, change: GivenScene, *, cast: Mapping[str, str]) -> GivenScene:
    names = {tag: name for name, tag in cast.items()}
    present = {**scene.model_dump(), "engine": scene.route.engine}
    present["characters"] = tuple(names.get(tag, tag) for tag in scene.characters)
    wanted = change.model_dump(exclude_none=True)
    return GivenScene.model_validate({name: value for name, value in wanted.items() if present[name] != value})


def _require_speakable(scene: Scene, change: GivenScene, *, field: str) -> None:
    text = scene.narration if change.narration is None else change.narration
    seconds = change.seconds or scene.seconds
    words = spoken_words(text)
    if words > seconds * MAX_WORDS_PER_SECOND:
        enough = words / MAX_WORDS_PER_SECOND
        raise _invalid(
            f"{field}.narration",
            f"{words:.0f} words in {seconds:g} s",
            f"shorten it to {int(seconds * MAX_WORDS_PER_SECOND)} words, or give the scene at least {enough:.1f} seconds",
        )


def _invalid(field: str, value: str, remedy: str) -> InvalidInput:
    return InvalidInput([Problem(file="review", field=field, value=value, remedy=remedy)])
