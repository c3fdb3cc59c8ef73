"""Resumable uploads: one streaming request, resumed from the confirmed byte, lost answers recognised, nothing sent twice."""

import hashlib
import socket
import threading
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from videofactory.domain.errors import EngineRejected, InvalidInput, OutcomeUnknown, Passing
from videofactory_tests.providers.youtube.scenes import SIZE, Desk, changed, nobody
from videofactory_tests.twin.server import Route, Said

CUTS = [0, 1, 65_536, 262_144, 700_001, SIZE - 1]


def same(desk: Desk) -> bool:
    """Whether the one video at the twin is the film, byte for byte."""
    [video] = desk.videos
    return bool(video.request["sha256"] == hashlib.sha256(desk.film.read_bytes()).hexdigest())


def test_a_film_goes_up_in_one_insert_and_one_request(desk: Desk) -> None:
    heard: list[int] = []
    session = desk.begin()
    sent = desk.youtube.send(session, desk.film, offset=0, told=heard.append)
    assert sent.finished
    assert (sent.video_id, same(desk)) == (desk.videos[0].id, True)
    assert (desk.twin.asked("youtube.begin"), desk.twin.asked("youtube.send")) == (1, 1)
    assert heard[-1] == SIZE
    assert desk.videos[0].request["status"]["privacyStatus"] == "private"
    assert desk.videos[0].request["status"]["containsSyntheticMedia"] is True


def test_all_metadata_arrive(desk: Desk) -> None:
    at = datetime(2026, 11, 25, 16, 0, tzinfo=UTC)
    desk.upload(changed(tags=("coffee", "harbour life"), publish_at=at, made_for_kids=True, synthetic_media=False))
    told = desk.videos[0].request
    assert told["snippet"] == {
        "title": "The first cup",
        "description": "We open at six.",
        "tags": ["coffee", "harbour life"],
        "categoryId": "22",
        "defaultLanguage": "en",
        "defaultAudioLanguage": "en",
    }
    assert told["status"] == {
        "privacyStatus": "private",
        "publishAt": "2026-11-25T16:00:00Z",
        "selfDeclaredMadeForKids": True,
        "containsSyntheticMedia": False,
        "embeddable": True,
        "license": "youtube",
    }


@pytest.mark.parametrize("status", ["", "500", "502", "503", "504"])
@pytest.mark.parametrize("kept", CUTS)
def test_an_upload_that_breaks_off_goes_on_at_the_next_byte(desk: Desk, kept: int, status: str) -> None:
    desk.twin.misbehave("youtube.send", "truncated", value=kept, words=status)
    session = desk.begin()
    with pytest.raises(Passing):
        desk.send(session)
    there = desk.youtube.ask(session, size=SIZE)
    assert (there.confirmed, there.finished, there.expired) == (kept, False, False)
    assert desk.send(there.session, offset=there.confirmed).finished
    assert desk.room.received == [SIZE, SIZE - kept]
    assert same(desk)


def test_whoever_sends_may_stop_at_any_moment_and_another_goes_on(desk: Desk) -> None:
    class Killed(BaseException):
        """The process ends here."""

    def die(count: int) -> None:
        raise Killed(count)

    desk.film.write_bytes(bytes(range(256)) * 4096 * 6)
    session = desk.begin()
    with pytest.raises(Killed):
        desk.youtube.send(session, desk.film, offset=0, told=die)
    while not desk.room.received:
        time.sleep(0.001)  # what was on its way arrives
    there = desk.youtube.ask(session, size=6 * SIZE)
    assert 0 <= there.confirmed <= 2 * SIZE
    assert desk.send(session, offset=there.confirmed).finished
    assert same(desk)


@pytest.mark.parametrize("fault", ["cut_after", "invalid_json"])
def test_a_lost_last_answer_is_given_again(desk: Desk, fault: str) -> None:
    desk.twin.misbehave("youtube.send", fault)
    session = desk.begin()
    with pytest.raises(Passing):
        desk.send(session)
    assert desk.youtube.ask(session, size=SIZE).video_id == desk.videos[0].id
    assert desk.room.received == [SIZE]
    assert len(desk.videos) == 1


def test_all_bytes_confirmed_is_asked_not_sent(desk: Desk) -> None:
    session = desk.begin()
    desk.send(session)
    assert desk.send(session, offset=SIZE).video_id == desk.videos[0].id
    assert desk.twin.asked("youtube.send") == 1


def test_bytes_youtube_has_already_are_not_stored_a_second_time(desk: Desk) -> None:
    desk.twin.misbehave("youtube.send", "truncated", value=1000)
    session = desk.begin()
    with pytest.raises(Passing):
        desk.send(session)
    assert desk.send(session, offset=500).confirmed == 1000
    assert desk.send(session, offset=1000).finished
    assert same(desk)


def test_an_expired_session_says_so_to_whoever_asks_or_sends(desk: Desk) -> None:
    session = desk.begin()
    desk.room.sessions.clear()
    assert desk.youtube.ask(session, size=SIZE).expired
    assert desk.send(session).expired
    assert desk.videos == []


def test_a_session_that_moves_is_followed(desk: Desk) -> None:
    with answering(b"HTTP/1.1 308 Resume\r\nLocation: http://elsewhere/s2\r\nRange: bytes=0-99\r\nRetry-After: 7\r\n") as address:
        told = desk.youtube.ask(f"{address}/s1", size=SIZE)
    assert (told.session, told.confirmed, told.retry_after) == ("http://elsewhere/s2", 100, 7.0)


@pytest.mark.parametrize("status", [404, 410])
def test_both_ways_of_saying_that_a_session_is_gone_count(desk: Desk, status: int) -> None:
    with answering(f"HTTP/1.1 {status} Gone\r\n".encode()) as address:
        assert desk.youtube.ask(f"{address}/s1", size=SIZE).expired


@pytest.mark.parametrize("fault", ["cut_before", "cut_after"])
def test_the_beginning_of_an_upload_is_never_repeated(desk: Desk, fault: str) -> None:
    desk.twin.misbehave("youtube.begin", fault)
    with pytest.raises(OutcomeUnknown):
        desk.begin()
    assert desk.twin.asked("youtube.begin") == 1
    assert desk.videos == []


def test_a_failing_beginning_may_have_been_accepted(desk: Desk) -> None:
    desk.twin.misbehave("youtube.begin", "error", value=503)
    with pytest.raises(OutcomeUnknown):
        desk.begin()
    assert desk.twin.asked("youtube.begin") == 1


def test_a_beginning_without_a_session_is_unknown(desk: Desk) -> None:
    desk.twin._routes.insert(0, Route("POST", r".*/videos", "test.begin", lambda _: Said()))
    with pytest.raises(OutcomeUnknown, match="named no session"):
        desk.begin()


def test_a_permanent_rejection_in_the_middle_is_said_as_such(desk: Desk) -> None:
    session = desk.begin()
    desk.twin.misbehave("youtube.send", "refuse", words="invalidTitle")
    with pytest.raises(InvalidInput):
        desk.send(session)
    desk.twin.misbehave("youtube.ask", "refuse", words="forbidden")
    with pytest.raises(EngineRejected):
        desk.youtube.ask(session, size=SIZE)


def test_the_twin_takes_equal_chunks_and_refuses_others(desk: Desk) -> None:
    content, chunk = desk.film.read_bytes(), 262_144
    headers = {"Authorization": f"Bearer {desk.token()}"}

    def put(session: str, first: int, last: int) -> int:
        span = {"Content-Range": f"bytes {first}-{last}/{SIZE}"}
        return httpx.put(session, content=content[first : last + 1], headers=headers | span).status_code

    session = desk.begin()
    assert [put(session, at, at + chunk - 1) for at in range(0, SIZE, chunk)] == [308, 308, 308, 201]
    assert same(desk)
    other = desk.begin()
    assert put(other, 0, 999) == 400
    assert put(other, 0, chunk - 1) == 308
    assert put(other, chunk, 3 * chunk - 1) == 400


def test_sending_holds_little_of_the_film_in_memory(desk: Desk) -> None:
    size = 96 << 20
    with desk.film.open("wb") as film:
        film.truncate(size)
    with swallowing(size) as address:
        desk.token()
        tracemalloc.start()
        try:
            sent = desk.youtube.send(f"{address}/s1", desk.film, offset=0, told=nobody)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert sent.video_id == "v1"
    assert peak < 12 << 20, f"{peak} bytes"


@contextmanager
def answering(head: bytes) -> Iterator[str]:
    """A service that answers one request with this head and nothing more."""
    with _service(
        lambda line: (line.recv(65_536), line.sendall(head + b"Content-Length: 0\r\nConnection: close\r\n\r\n"))
    ) as url:
        yield url


@contextmanager
def swallowing(size: int) -> Iterator[str]:
    """A service that takes a film of this size, keeps nothing of it and names a video."""

    def take(line: socket.socket) -> None:
        buffer, seen = bytearray(1 << 16), -1
        while seen < size and (count := line.recv_into(buffer)):
            if seen < 0:
                count -= buffer.index(b"\r\n\r\n") + 4
                seen = 0
            seen += count
        line.sendall(b'HTTP/1.1 201 Created\r\nContent-Length: 11\r\nConnection: close\r\n\r\n{"id":"v1"}')

    with _service(take) as url:
        yield url


@contextmanager
def _service(serve: object) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as door:

        def one() -> None:
            line, _ = door.accept()
            with line:
                serve(line)  # type: ignore[operator]

        thread = threading.Thread(target=one)
        thread.start()
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
        thread.join()


def test_the_film_on_the_disk_is_only_read(desk: Desk, tmp_path: Path) -> None:
    before = desk.film.read_bytes()
    desk.upload()
    assert desk.film.read_bytes() == before
    assert list(tmp_path.iterdir()) == [desk.film]
