"""Video by Gemini Omni: POST /v1beta/interactions in the background, then the interaction and its file are asked for.

The API knows no id of ours and has no list: after a lost answer only its callback tells which interaction is ours, with our
token in the callback's query and in `user_metadata`.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import httpx

from videofactory.domain.errors import EngineFailed, NotFound, OutcomeUnknown, Passing
from videofactory.providers.account import Account
from videofactory.providers.adapter import VideoAdapter, aspect_of
from videofactory.providers.gemini import from_base64, gemini_http, in_base64, shot_words
from videofactory.providers.gemini_errors import Told, failure_of, look_up_reading, seen, submit_reading, told_by
from videofactory.providers.registry import Model
from videofactory.providers.roles import Delivered, Link, Payload, Pending, Receipt, Shelf, VideoRequest

MOST_REFERENCES = 6
UNSEEN_WAIT = 30.0
"""Seconds until an interaction or file that was 'not found' is asked for again: that happens to living ones, for hours."""
ENDED = {"completed", "failed", "cancelled", "incomplete", "budget_exceeded", "requires_action", "requires_continuation"}
"""States from which nothing more comes; one we do not know is waited for, never taken for a failure."""
LEFT_OUT = {
    "last_frame": "The engine takes no last frame: the clip ends where it likes.",
    "references": "The engine was not given the reference pictures.",
    "some_references": f"The engine was given the first {MOST_REFERENCES} reference pictures only.",
    "aspect": "The engine does not make this picture format: the clip is cropped.",
}
"""What a request asked for and the engine was not asked for, by the word its label remembers it with."""
_LABEL = re.compile(r"[a-z0-9_-]{1,63}")
_FILE = re.compile(r"files/([\w-]+)")


class GeminiVideo(VideoAdapter):
    """Moves pictures with Gemini Omni. Sound is always made; without `own_sound` it is asked to be no speech and no music."""

    def __init__(self, sold: Model, *, account: Account) -> None:
        super().__init__(sold, account=account)
        self._http = gemini_http(account, reading=submit_reading(account))
        self._looking = gemini_http(account, reading=look_up_reading(account))

    def submit(self, request: VideoRequest, *, shelf: Shelf, token: str) -> Receipt:
        """Order a clip. An answer without an interaction's id is `OutcomeUnknown`: it may be paid all the same."""
        told = told_by(self._http.submit("/v1beta/interactions", json=self._asked(request, shelf=shelf, token=token)))
        if not told.get("id") and not told.get("steps"):
            raise OutcomeUnknown(f"{self.model} accepted a request without naming its interaction.")
        if told.get("id"):  # whatever else it says already: a file that cannot be read yet must not make it look unsent
            return Pending(str(told["id"]))
        return self._receipt(told, external_id="")

    def job_named(self, report: Mapping[str, Any]) -> str:
        """See `Engine.job_named`."""
        return str((report.get("data") or {}).get("id") or "")

    def poll(self, external_id: str) -> Receipt:
        """Look at the interaction, and at its file. 'Not found' proves nothing: it is asked again."""
        try:
            told = seen(self._looking.get(f"/v1beta/interactions/{quote(external_id, safe='')}"))
            return self._receipt(told, external_id=external_id)
        except NotFound:
            return Pending(external_id, wait=UNSEEN_WAIT)

    def _asked(self, request: VideoRequest, *, shelf: Shelf, token: str) -> dict[str, Any]:
        pictures, words, task = self._scene(request, shelf=shelf)
        labels = {"attempt": token.lower(), "left_out": "-".join(self._left_out(request))}
        return {
            "model": self.model,
            "background": True,
            "store": True,
            "input": [*pictures, {"type": "text", "text": words}],
            **({"generation_config": {"video_config": {"task": task}}} if task else {}),
            "response_format": {
                "type": "video",
                "aspect_ratio": self._aspect(request),
                "resolution": self.size(request),
                "duration": f"{self.sold_seconds(request.seconds):g}s",
                "delivery": "uri",
            },
            "labels": {name: value for name, value in labels.items() if _LABEL.fullmatch(value)},
            **self._callback(token),
        }

    def _callback(self, token: str) -> dict[str, Any]:
        if not self.account.callback:
            return {}
        uri = httpx.URL(self.account.callback).copy_merge_params({"token": token})
        return {"webhook_config": {"uris": [str(uri)], "user_metadata": {"token": token}}}

    def _scene(self, request: VideoRequest, *, shelf: Shelf) -> tuple[list[dict[str, Any]], str, str]:
        """Pictures, words and task. With references the words bind each picture's part, and the service infers the task."""
        words = shot_words(request.prompt, camera=request.camera, own_sound=request.own_sound)
        artifacts = [request.first_frame]
        task = "image_to_video"
        if request.last_frame and "last_frame" in self.can:
            artifacts.append(request.last_frame)
        elif request.references and "references" in self.can:
            task = ""
            artifacts += request.references[:MOST_REFERENCES]
            bound = " ".join(f"<IMAGE_REF_{number}>@Image{number + 2}" for number in range(len(artifacts) - 1))
            words = f"[# Sources <FIRST_FRAME>@Image1] [# References {bound}] {words}"
        pictures = [
            {"type": "image", "mime_type": artifact.media_type, "data": in_base64(shelf(artifact).read_bytes())}
            for artifact in artifacts
        ]
        return pictures, words, task

    def _left_out(self, request: VideoRequest) -> list[str]:
        ends = request.last_frame is not None
        given = "references" in self.can and not (ends and "last_frame" in self.can)
        left = {
            "last_frame": ends and "last_frame" not in self.can,
            "references": bool(request.references) and not given,
            "some_references": given and len(request.references) > MOST_REFERENCES,
            "aspect": aspect_of(request.width, request.height) not in self.sold.aspects,
        }
        return [word for word, is_left in left.items() if is_left]

    def _aspect(self, request: VideoRequest) -> str:
        aspect = aspect_of(request.width, request.height)
        return aspect if aspect in self.sold.aspects else self.sold.aspects[0]

    def _receipt(self, told: Told, *, external_id: str) -> Receipt:
        """An interaction as it stands; errors may stand in its steps even when it says 'completed'."""
        status = str(told.get("status", ""))
        video = _video(told)
        errors = _errors(told)
        if errors and (video is None or status == "failed"):
            raise failure_of(errors[0], who=self.model)
        if status not in ENDED:
            return Pending(external_id)
        if video is None or status != "completed":
            raise EngineFailed(f"{self.model} ended as {status} without a usable video.", remedy="Make the scene again.")
        return self._result(video, external_id=external_id, remarks=_remarks(told))

    def _result(self, video: Told, *, external_id: str, remarks: tuple[str, ...]) -> Receipt:
        """The clip, inline or as a file, whatever was asked for: a later look may give it inline all the same."""
        media_type = str(video.get("mime_type") or "video/mp4")
        if video.get("data"):
            content = from_base64(str(video["data"]), what=f"The clip of {self.model}", failing=Passing)
            return Delivered(files={"clip": Payload(content, media_type)}, remarks=remarks)
        uri = str(video["uri"])
        named = _FILE.search(uri)
        if named is None:
            return Delivered(links={"clip": Link(uri, media_type)}, remarks=remarks)
        return self._filed(named[1], media_type=media_type, external_id=external_id, remarks=remarks)

    def _filed(self, file: str, *, media_type: str, external_id: str, remarks: tuple[str, ...]) -> Receipt:
        """A finished interaction's file may still be at work. The key goes to our base address only, whatever the uri says."""
        told = seen(self._looking.get(f"/v1beta/files/{file}"))
        state = str(told.get("state", "ACTIVE"))
        if state == "FAILED":
            raise failure_of(told.get("error") or {"message": "its file could not be made"}, who=self.model)
        if state != "ACTIVE":
            return Pending(external_id)
        url = f"{self.account.bases[self.account.provider].rstrip('/')}/v1beta/files/{file}:download?alt=media"
        headers = {"x-goog-api-key": self.account.key("GEMINI_API_KEY")}
        return Delivered(links={"clip": Link(url, media_type, headers)}, remarks=remarks)


def _video(told: Told) -> Told | None:
    steps = [step for step in told.get("steps") or [] if isinstance(step, dict) and step.get("type") == "model_output"]
    contents = [content for step in steps for content in step.get("content") or [] if isinstance(content, dict)]
    videos = [content for content in contents if content.get("type") == "video" and (content.get("data") or content.get("uri"))]
    return videos[-1] if videos else None


def _errors(told: Told) -> list[Told]:
    """What went wrong, wherever it is said: in the steps, in the list of errors, or (a failed one) at the top."""
    said = [step.get("error") for step in told.get("steps") or [] if isinstance(step, dict)]
    said += [*(told.get("errors") or []), told.get("error")]
    return [error for error in said if isinstance(error, dict) and error]


def _remarks(told: Told) -> tuple[str, ...]:
    labels = told.get("labels")
    words = str(labels.get("left_out", "")) if isinstance(labels, dict) else ""
    return tuple(LEFT_OUT[word] for word in words.split("-") if word in LEFT_OUT)
