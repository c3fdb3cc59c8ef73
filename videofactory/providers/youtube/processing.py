"""A video resource as one of our states: `status` and `processingDetails` read together."""

from datetime import datetime
from typing import Any, Literal

from videofactory.providers.youtube.answers import Processing

State = Literal["processing", "ready", "failed", "rejected", "gone"]


def processing_of(video: dict[str, Any]) -> Processing:
    """How far YouTube is with a video."""
    status, details = video.get("status", {}), video.get("processingDetails", {})
    state, reason = _state(status, details)
    progress = details.get("processingProgress", {})
    total, done, left = (_number(progress.get(name)) for name in ("partsTotal", "partsProcessed", "timeLeftMs"))
    return Processing(
        video_id=video["id"],
        state=state,
        reason=reason,
        share=min(1.0, done / total) if total and done is not None else None,
        seconds_left=None if left is None else left / 1000,
        privacy=status.get("privacyStatus", ""),
        publish_at=datetime.fromisoformat(status["publishAt"]) if status.get("publishAt") else None,
    )


def _state(status: dict[str, Any], details: dict[str, Any]) -> tuple[State, str]:
    uploaded, processed = status.get("uploadStatus"), details.get("processingStatus")
    if uploaded == "rejected":
        return "rejected", status.get("rejectionReason", "")
    if uploaded == "failed":
        return "failed", status.get("failureReason", "")
    if uploaded == "deleted":
        return "gone", ""
    if processed in {"failed", "terminated"}:
        return "failed", details.get("processingFailureReason", "")
    return ("ready" if uploaded == "processed" or processed == "succeeded" else "processing"), ""


def _number(told: Any) -> float | None:  # noqa: ANN401 - 64-bit numbers come as text
    try:
        return float(told)
    except (TypeError, ValueError):
        return None
