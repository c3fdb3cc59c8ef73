"""A stretch's burnt-in text as one document: which captions and titles are seen in it, in which fonts.

`burnt` and `poster_text` give what decides the pixels, for fingerprints; `document` gives the ASS text; `write_fonts` the fonts
it names.
"""

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from videofactory.domain.footage import Frame
from videofactory.domain.timeline import Caption, Look, Timeline, Title
from videofactory.media import fonts
from videofactory.media.titles import ass
from videofactory.media.titles import look as looks
from videofactory.media.titles.ass import Event
from videofactory.media.titles.behind import Behind
from videofactory.media.titles.caption_drawing import caption_events
from videofactory.media.titles.clock import frame_of
from videofactory.media.titles.look import CAPTION_WEIGHT, HEADING_WEIGHT
from videofactory.media.titles.poster_drawing import poster_events
from videofactory.media.titles.title_drawing import title_events

TEXT_VERSION = 3
"""Part of every fingerprint: raise it whenever text would be drawn differently."""


def burnt(timeline: Timeline, *, start: int, stop: int) -> list[object]:
    """All that decides the text in the film frames [start, stop): JSON values, with frames counted from `start`."""
    shown: list[Caption | Title] = [*_captions(timeline, start, stop), *_titles(timeline, start, stop)]
    if not shown:
        return []
    look = timeline.look.model_dump(mode="json")
    found = fonts_of(shown, look=timeline.look)
    return [TEXT_VERSION, found, look, *(_relative(item, timeline.frame.fps, start) for item in shown)]


def fonts_of(shown: Iterable[Caption | Title], *, look: Look) -> list[str]:
    """The fonts that draw these captions and titles, each by name and file, so that an upgraded one draws what it drew anew.

    Files are read once a process. Raises `NotFound` when a family is not installed.
    """
    items = list(shown)
    captions = [item for item in items if isinstance(item, Caption)]
    headings = [item for item in items if isinstance(item, Title)]
    spoken = _spoken(captions, look) if captions else []
    headed = _headed(headings, look) if headings else []
    return sorted({fonts.identity(need.source) for need in (*spoken, *headed)})


def poster_text(text: str, *, look: Look) -> list[object]:
    """All that decides how a poster's text is drawn, but for its picture: JSON values."""
    found = [fonts.identity(need.source) for need in _large(text, look)]
    return [TEXT_VERSION, found, look.model_dump(mode="json"), text]


def document(timeline: Timeline, *, start: int, stop: int) -> str | None:
    """The ASS document of the film frames [start, stop), or None where no text is seen."""
    events = events_of(timeline, start=start, stop=stop)
    return rendered(timeline, events) if events else None


def events_of(timeline: Timeline, *, start: int, stop: int) -> list[Event]:
    """All that is drawn in the film frames [start, stop), counted from `start`."""
    frame, look = timeline.frame, timeline.look
    events: list[Event] = []
    for caption in _captions(timeline, start, stop):
        events.extend(caption_events(caption, frame=frame, look=look, start=start))
    for title in _titles(timeline, start, stop):
        events.extend(title_events(title, frame=frame, look=look, start=start))
    return events


def rendered(timeline: Timeline, events: Iterable[Event]) -> str:
    """The ASS document of these events."""
    frame, look = timeline.frame, timeline.look
    return ass.render(looks.styles(frame, look), events, width=frame.width, height=frame.height, language=look.language)


def write_fonts(timeline: Timeline, *, folder: Path) -> None:
    """Write the fonts for all text of the timeline into a folder."""
    look = timeline.look
    fonts.write(folder, needs=[*_spoken(timeline.captions, look), *_headed(timeline.titles, look)])


def undrawn(timeline: Timeline) -> str:
    """The signs of a timeline's burnt-in text, each once, that no installed font has: they would be seen as boxes."""
    look = timeline.look
    missing = partial(fonts.undrawn, language=look.language)
    spoken = "" if look.burn_in == "off" else "".join(line for caption in timeline.captions for line in caption.lines)
    headed = "".join(title.text + title.name for title in timeline.titles)
    return "".join(dict.fromkeys(missing(spoken, family=look.text_font) + missing(headed, family=look.heading_font)))


def poster(text: str, *, frame: Frame, look: Look, behind: Behind) -> str:
    """The ASS document of an RGB still with a large title; `behind` is what the still shows."""
    events, styles = poster_events(text, frame=frame, look=look, behind=behind), looks.styles(frame, look)
    size = (frame.width, frame.height)
    return ass.render(styles, events, width=size[0], height=size[1], language=look.language, matrix="None")


def write_poster_fonts(text: str, *, look: Look, folder: Path) -> None:
    """Write the fonts for a poster's text into a folder."""
    fonts.write(folder, needs=_large(text, look))


def _spoken(captions: Iterable[Caption], look: Look) -> list[fonts.Need]:
    text = "".join(line for caption in captions for line in caption.lines)
    return looks.needs(text, family=look.text_font, weight=CAPTION_WEIGHT, look=look)


def _headed(titles: Iterable[Title], look: Look) -> list[fonts.Need]:
    return _large("".join(title.text + title.name for title in titles), look)


def _large(text: str, look: Look) -> list[fonts.Need]:
    return looks.needs(text, family=look.heading_font, weight=HEADING_WEIGHT, look=look)


def _captions(timeline: Timeline, start: int, stop: int) -> list[Caption]:
    if timeline.look.burn_in == "off":
        return []
    return [caption for caption in timeline.captions if _seen(caption, timeline.frame.fps, start, stop)]


def _titles(timeline: Timeline, start: int, stop: int) -> list[Title]:
    return [title for title in timeline.titles if title.text.strip() and _seen(title, timeline.frame.fps, start, stop)]


def _seen(item: Caption | Title, fps: int, start: int, stop: int) -> bool:
    return frame_of(item.start, fps=fps) < stop and frame_of(item.end, fps=fps) > start


def _relative(item: Caption | Title, fps: int, start: int) -> object:
    moment = [frame_of(item.start, fps=fps) - start, frame_of(item.end, fps=fps) - start]
    if isinstance(item, Title):
        return ["title", *moment, item.model_dump(mode="json", exclude={"start", "end"})]
    words = [[word.text, frame_of(word.start, fps=fps) - start] for word in item.words]
    return ["caption", *moment, list(item.lines), words, item.place]
