"""A scene as it is seen in the film, with its text and logo in their places: looked at in each format once its clip is there.

What is behind the text (faces, subject, light) is measured on a few pictures of the shot and kept by what decides them. The
place that follows from it is chosen in `media.titles.placing`; what a scene says and when is `scene_plan`'s.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from videofactory.domain.brand import HexColour
from videofactory.domain.errors import InvalidInput, Problem
from videofactory.domain.fingerprint import fingerprint
from videofactory.domain.footage import Box, Clip, Frame
from videofactory.domain.timeline import CaptionPlace, Corner, Logo, Look, Timeline, Title
from videofactory.media.cut.plan import ENCODING
from videofactory.media.cut.samples import samples
from videofactory.media.measure import CAN_SEE, FACES
from videofactory.media.titles import undrawn
from videofactory.media.titles.behind import BEHIND, Behind, behind
from videofactory.media.titles.clock import frame_of
from videofactory.media.titles.colours import blend
from videofactory.media.titles.look import box_colour
from videofactory.media.titles.places import emblem
from videofactory.media.titles.placing import caption_box, caption_place, logo_box, logo_corner, placed
from videofactory.media.titles.plate import plate
from videofactory.studio.factory import Studio
from videofactory.studio.logos import KeptLogo, kept_logo
from videofactory.studio.scene_plan import ScenePlan

KIND = "behind"
_LOOKS = 4
"""Pictures of a shot that are looked at: each costs a quarter of a second of one core at 1080p (measured)."""
_NAMED_SIGNS = 12
"""So many signs that no font has are named; who sees them knows the script."""
_EMBLEM_FADE = 0.3
"""Seconds in which the logo comes on the end card."""


@dataclass(frozen=True)
class Graphics:
    """Lays the text and logo of a film's scenes over their pictures."""

    studio: Studio
    scenes: ScenePlan

    def scene(self, index: int, clip: Clip, *, frame: Frame) -> Timeline:
        """One scene in its time in the film: its shot, captions, and its titles and logo in their places.

        Equal however often and wherever it is asked for, so what is encoded early is what the film needs. Raises `InvalidInput`
        when the channel's logo is not there any more, or for text that no installed font has signs for; `MediaBroken` for a
        clip that does not decode.
        """
        alone = Timeline(
            project="",
            title="",
            frame=frame,
            shots=(self.scenes.shot(index, clip, frame=frame),),
            captions=self.scenes.captions(index),
            titles=self.scenes.titles(index),
            look=self.scenes.look,
        )
        captioned = bool(alone.captions) and alone.look.burn_in != "off"
        if not alone.titles and not captioned and self._logo is None:
            return alone
        seen = self._behind(alone, until=self.scenes.alone_until(index))
        place = caption_place(alone.captions, behind=seen, frame=frame, look=alone.look) if captioned else None
        corner = self._corner(alone, seen, place)
        captions = tuple(caption.model_copy(update={"place": place}) for caption in alone.captions) if place else alone.captions
        settled = alone.model_copy(update={"captions": captions})
        titles = tuple(self._placed(title, settled, seen, corner) for title in alone.titles)
        dressed = settled.model_copy(update={"titles": titles})
        _require_letters(dressed)
        return dressed.model_copy(update={"logos": self._logos(dressed, index, seen, corner)})

    @cached_property
    def _logo(self) -> KeptLogo | None:
        return kept_logo(self.studio, self.scenes.channel)

    def _corner(self, alone: Timeline, seen: Behind, captions: CaptionPlace | None) -> Corner | None:
        if self._logo is None:
            return None
        wanted = self.scenes.channel.logo_corner
        return logo_corner(self._logo.shape, wanted, behind=seen, captions=captions, frame=alone.frame)

    def _placed(self, title: Title, alone: Timeline, seen: Behind, corner: Corner | None) -> Title:
        taken: list[Box] = []
        if title.kind == "call_to_action":
            name = self.scenes.channel.name
            shown = "" if name.casefold() in title.text.casefold() else name
            title = title.model_copy(update={"name": shown, "emblem": round(self._logo.shape, 4) if self._logo else 0.0})
        elif corner is not None and self._logo is not None:
            taken.append(logo_box(self._logo.shape, corner, frame=alone.frame))
        moved = [caption for caption in alone.captions if caption.place != "lower"]
        if moved:  # below, titles leave captions their room anyway
            taken.append(caption_box(moved, place=moved[0].place, frame=alone.frame, look=alone.look))
        return placed(title, behind=seen, taken=taken, frame=alone.frame, look=alone.look)

    def _logos(self, dressed: Timeline, index: int, seen: Behind, corner: Corner | None) -> tuple[Logo, ...]:
        """The logo in its corner while the scene is seen, and large on the end card from where that begins."""
        if self._logo is None:
            return ()
        frame, look = dressed.frame, dressed.look
        start, stop = self.scenes.border(index), self.scenes.border(index + 1)
        card = next((title for title in dressed.titles if title.kind == "call_to_action"), None)
        begins = frame_of(card.start, fps=frame.fps) if card else stop
        found: list[Logo] = []
        if corner is not None and begins > start:
            box = logo_box(self._logo.shape, corner, frame=frame)
            mark = Logo(artifact=self._logo.artifact, start=start, stop=begins, box=box)
            found.append(_plated(mark, self._logo, grounds=seen.span(box), look=look))
        if card is not None and stop > begins:
            box = emblem(card, frame=frame, look=look).shares(frame)
            fade = round(_EMBLEM_FADE * frame.fps)
            mark = Logo(artifact=self._logo.artifact, start=begins, stop=stop, box=box, opacity=1.0, fade=fade)
            grounds = [blend(ground, box_colour(look), share=card.shade) for ground in seen.span(box)]
            found.append(_plated(mark, self._logo, grounds=grounds, look=look))
        return tuple(found)

    def _behind(self, alone: Timeline, *, until: int) -> Behind:
        """What is behind the scene's text, measured once for the same pictures."""
        shot = alone.shots[0]
        first = shot.start + shot.overlap
        length = max(1, until - first)
        at = sorted({min(shot.end - 1, first + int((number + 0.5) * length / _LOOKS)) for number in range(_LOOKS)})
        key = fingerprint(
            {
                "version": [BEHIND, ENCODING, FACES if CAN_SEE else ""],
                "clip": shot.clip.sha256,
                "pictures": [shot.source_frame(number) for number in at],
                "shown": [shot.model_dump(mode="json")[name] for name in ("focus", "framing")],
                "frame": alone.frame.model_dump(mode="json"),
            }
        )
        known = self.studio.products.find(KIND, key)
        if known is None:
            found = behind(samples(alone, at=at, shelf=self.studio.artifacts.path))
            known = self.studio.products.keep(KIND, key, files={}, facts=found.model_dump(mode="json"))
        return Behind.model_validate(known["facts"])


def _plated(mark: Logo, logo: KeptLogo, *, grounds: Sequence[HexColour], look: Look) -> Logo:
    """The logo, on a plate where it would not be seen on these grounds: at full strength then, or the plate shines through."""
    colour = plate(logo.tone, opacity=mark.opacity, grounds=grounds, look=look)
    return mark.model_copy(update={"plate": colour, "opacity": 1.0}) if colour else mark


def _require_letters(scene: Timeline) -> None:
    """Nothing is drawn that would be seen as boxes. Raises `InvalidInput`, which names the signs."""
    missing = undrawn(scene)
    if missing:
        signs = ", ".join(f"{sign} (U+{ord(sign):04X})" for sign in missing[:_NAMED_SIGNS])
        remedy = "no installed font has these signs: write the scene's text otherwise, or give the channel a font that has them"
        raise InvalidInput([Problem(file=scene.shots[0].scene, field="text in the picture", value=signs, remedy=remedy)])
