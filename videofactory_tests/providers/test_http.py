"""The HTTP layer: every row of its table of errors, what is repeated and what never is, waits, and keys in no text."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from videofactory.domain.errors import (
    Busy,
    EngineFailed,
    EngineRejected,
    FactoryError,
    OutcomeUnknown,
    Passing,
    Refused,
)
from videofactory.providers.http import HIDDEN, PATIENT, Answer, ErrorReading, Http, by_status, wait_after

KEY = "sk-very-secret"
BEFORE = (
    httpx.ConnectError("refused"),
    httpx.ConnectTimeout("slow"),
    httpx.PoolTimeout("full"),
    httpx.UnsupportedProtocol("what"),
)
AFTER = (
    httpx.ReadTimeout("slow"),
    httpx.ReadError("cut"),
    httpx.WriteError("cut"),
    httpx.WriteTimeout("slow"),
    httpx.RemoteProtocolError("half"),
)
OURS = (400, 401, 402, 403, 404, 405, 410, 413, 415, 422, 451)
UNCLEAR = (408, 409, 500, 502, 503, 504, 529)
Saying = httpx.Response | Exception


class Service:
    """Answers in the order told, the last for ever after; remembers what it was asked and how long was waited."""

    def __init__(self, *says: Saying, reading: ErrorReading = by_status) -> None:
        self.says = list(says)
        self.asked: list[httpx.Request] = []
        self.waits: list[float] = []
        self.http = Http(
            "kiln",
            base_url="https://kiln.invalid/v1/",
            auth=lambda: {"Authorization": f"Bearer {KEY}"},
            reading=reading,
            secrets=(KEY, ""),
            transport=httpx.MockTransport(self._answer),
            sleep=self.waits.append,
        )

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        said = self.says.pop(0) if len(self.says) > 1 else self.says[0]
        if isinstance(said, Exception):
            raise said
        return said

    def submit(self) -> Answer:
        """A request that may cost money."""
        return self.http.submit("/jobs", json={"a": 1})

    def get(self) -> Answer:
        """A reading."""
        return self.http.get("/jobs/7")


def said(status: int, body: str = "the kiln's words", **headers: str) -> httpx.Response:
    return httpx.Response(status, text=body, headers={name.replace("_", "-"): value for name, value in headers.items()})


def error_of(ask: Callable[[], object]) -> FactoryError:
    with pytest.raises(FactoryError) as caught:
        ask()
    return caught.value


@pytest.mark.parametrize("broke", BEFORE, ids=lambda error: type(error).__name__)
def test_what_never_left_was_not_accepted(broke: Exception) -> None:
    service = Service(broke)
    assert type(error_of(service.submit)) is Passing
    assert len(service.asked) == 1


@pytest.mark.parametrize("broke", AFTER, ids=lambda error: type(error).__name__)
def test_a_submit_whose_line_broke_may_have_been_accepted_and_is_not_repeated(broke: Exception) -> None:
    service = Service(broke)
    assert type(error_of(service.submit)) is OutcomeUnknown
    assert (len(service.asked), service.waits) == (1, [])


@pytest.mark.parametrize("status", UNCLEAR)
def test_a_submit_with_an_answer_that_proves_nothing_may_have_been_accepted(status: int) -> None:
    service = Service(said(status))
    error = error_of(service.submit)
    assert type(error) is OutcomeUnknown
    assert "the kiln's words" in error.message
    assert (len(service.asked), service.waits) == (1, [])


@pytest.mark.parametrize("status", OURS)
def test_what_is_our_fault_says_what_to_do_and_is_not_repeated(status: int) -> None:
    for service, ask in ((one := Service(said(status)), one.submit), (two := Service(said(status)), two.get)):
        error = error_of(ask)
        assert type(error) is EngineRejected
        assert error.remedy
        assert (len(service.asked), service.waits) == (1, [])


def test_busy_is_not_accepted_and_says_the_wait() -> None:
    service = Service(said(429, retry_after="7"))
    error = error_of(service.submit)
    assert type(error) is Busy
    assert error.retry_after == 7
    assert (len(service.asked), service.waits) == (1, [])


@pytest.mark.parametrize("wrong", [*UNCLEAR, *AFTER, *BEFORE], ids=str)
def test_a_reading_is_repeated_three_times_with_growing_waits(wrong: int | Exception) -> None:
    service = Service(said(wrong) if isinstance(wrong, int) else wrong)
    assert isinstance(error_of(service.get), Passing)
    assert (len(service.asked), service.waits) == (3, [1.0, 2.0])


def test_a_reading_that_works_the_third_time_is_an_answer() -> None:
    service = Service(said(503), httpx.ReadError("cut"), said(200, "fired"))
    assert service.get().text == "fired"


def test_a_reading_waits_as_long_as_it_was_asked_to() -> None:
    service = Service(said(429, retry_after="4"), said(503, retry_after="0.5"), said(200))
    service.get()
    assert service.waits == [4.0, 0.5]


def test_nobody_waits_longer_than_is_patient() -> None:
    service = Service(said(429, retry_after=f"{PATIENT + 1:g}"))
    error = error_of(service.get)
    assert isinstance(error, Busy)
    assert error.retry_after == PATIENT + 1
    assert (len(service.asked), service.waits) == (1, [])


def test_what_is_safe_is_repeated_whatever_its_method() -> None:
    service = Service(said(500), said(200))
    service.http.safe("POST", "/uploads", content=b"clay")
    assert [request.method for request in service.asked] == ["POST", "POST"]


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry-after": "7"}, 7),
        ({"retry-after": " 2.5 "}, 2.5),
        ({"retry-after-ms": "1500"}, 1.5),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-3"}, None),
        ({}, None),
    ],
)
def test_the_wait_asked_for_is_read_in_every_form(headers: dict[str, str], wait: float | None) -> None:
    assert Answer(429, httpx.Headers(headers), b"").retry_after == wait


def test_the_wait_asked_for_may_be_a_date() -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    wait = Answer(429, httpx.Headers({"Retry-After": date}), b"").retry_after
    assert wait is not None
    assert 80 < wait <= 90


def test_waits_grow_where_none_is_asked_for() -> None:
    assert [wait_after(Passing("slow"), tries=tries, first=2) for tries in (1, 2, 3)] == [2, 4, 8]
    assert wait_after(Passing("slow", retry_after=0), tries=3, first=2) == 0


@pytest.mark.parametrize("status", [400, 401, 429, 500])
def test_a_key_that_a_service_repeats_is_hidden(status: int) -> None:
    error = error_of(Service(said(status, f"no key like {KEY}!")).submit)
    assert KEY not in f"{error} {error!r} {error.message}"
    assert f"no key like {HIDDEN}!" in error.message


def test_a_key_in_a_broken_line_is_hidden() -> None:
    for broke in (httpx.ConnectError(f"no {KEY}"), httpx.ReadError(f"no {KEY}")):
        assert KEY not in f"{error_of(Service(broke).submit)!r}"


def test_an_adapters_own_reading_sees_no_key_and_tells_none() -> None:
    shown: list[Answer] = []

    def reading(answer: Answer) -> FactoryError:
        shown.append(answer)
        return Refused(f"not with {KEY}: {answer.text[:11]}")  # cut in the middle of what would have been the key

    error = error_of(Service(said(400, f"the key {KEY}"), reading=reading).submit)
    assert type(error) is Refused
    assert KEY not in f"{shown[0].text} {error} {error!r} {error.message}"
    assert "sk" not in error.message


def test_an_adapters_own_reading_comes_first_and_may_leave_it_to_the_status() -> None:
    def reading(answer: Answer) -> FactoryError | None:
        return Refused("no knives") if "knife" in answer.text else None

    assert type(error_of(Service(said(500, "a knife"), reading=reading).submit)) is Refused
    assert type(error_of(Service(said(500, "a cup"), reading=reading).submit)) is OutcomeUnknown


def test_a_reading_leaves_no_outcome_unknown_whatever_the_adapter_says() -> None:
    service = Service(said(418, retry_after="3"), reading=lambda _: OutcomeUnknown("perhaps", remedy="look"))
    error = error_of(service.get)
    assert type(error) is Passing
    assert (error.remedy, error.retry_after) == ("look", 3)
    assert service.waits == [3, 3]


def test_what_is_no_json_is_the_engines_failure_with_its_words() -> None:
    answer = Service(said(200, "<html>kiln</html>")).submit()
    with pytest.raises(EngineFailed, match="<html>kiln</html>"):
        answer.json()
    assert Answer(200, httpx.Headers(), b'\n\n {"a": 1}').json() == {"a": 1}


def test_each_request_is_signed_anew_and_goes_below_the_base_address() -> None:
    service = Service(said(200))
    service.get()
    service.http.get("https://elsewhere.invalid/files/1", headers={"Range": "bytes=0-1"})
    assert [str(request.url) for request in service.asked] == [
        "https://kiln.invalid/v1/jobs/7",
        "https://elsewhere.invalid/files/1",
    ]
    assert service.asked[1].headers["authorization"] == f"Bearer {KEY}"
    assert service.asked[1].headers["range"] == "bytes=0-1"


def test_a_redirect_is_not_followed() -> None:
    service = Service(httpx.Response(302, headers={"Location": "https://thief.invalid/"}))
    assert isinstance(error_of(service.submit), EngineRejected)
    assert len(service.asked) == 1


def test_half_a_letter_in_json_is_read_as_a_question_mark_and_a_whole_one_as_itself() -> None:
    said = Answer(200, httpx.Headers(), b'{"a\\ud800": ["x\\udfff", "\\ud83d\\uDE00", 1, null], "b": "\\u00fc"}').json()
    assert said == {"a?": ["x?", "😀", 1, None], "b": "ü"}
