"""The door: each distinct request is sent once, whatever fails, crashes or happens twice, and what was paid for is kept."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from videofactory.domain.errors import CallParked, EngineFailed, FactoryError, Lasting, Passing, Refused, StoreDamaged
from videofactory.domain.footage import Artifact
from videofactory.domain.money import ZERO
from videofactory.ledger.call import Call, CallState
from videofactory.ledger.calls import Calls
from videofactory.ledger.ledger import Ledger, open_ledger
from videofactory.providers.roles import Delivered, Pending, Receipt, VideoRequest
from videofactory.store.artifacts import Artifacts
from videofactory.store.folder import Folder
from videofactory.studio.following import READINGS
from videofactory.studio.purchase import Door
from videofactory.studio.terms import Bought
from videofactory_tests.core import no_sleep
from videofactory_tests.processes import at_once, kill_when
from videofactory_tests.stand_ins import CLIP, COST, PRICE, REQUEST, Hanging, Said, ScriptedVideo, Slow

JOB = Pending("job-1", wait=0)
FAILS = EngineFailed("Kling: cups are hard.", remedy="Try another prompt.")
REFUSES = Refused("Kling: no faces.")
BUSY = Passing("Kling: come back later.")


@pytest.fixture
def diary(tmp_path: Path) -> Path:
    """Where the stand-in counts."""
    return tmp_path / "diary"


@pytest.fixture
def buy(door: Door, project: str) -> Callable[..., Bought]:
    """Buys the same clip again and again."""

    def bought(engine: ScriptedVideo, request: VideoRequest = REQUEST, *, take: int = 1) -> Bought:
        return door.buy(engine, request, role="video", project=project, scene="scene-01", take=take)

    return bought


def _only(ledger: Ledger) -> Call:
    [call] = ledger.calls.of_project()
    return call


def _buy_in(url: str, store: Path, diary: Path, answers: tuple[Said, ...], *, resend_is_free: bool) -> Bought:
    """Buy the clip as another process does, of the only project there is."""
    ledger = open_ledger(url)
    engine = ScriptedVideo(diary, answers=answers, polls=(Hanging(diary.with_name("polled")),), resend_is_free=resend_is_free)
    door = Door(ledger, artifacts=Artifacts(Folder(store)), sleep=no_sleep)
    return door.buy(engine, REQUEST, role="video", project=ledger.projects.all()[0].key, scene="scene-01")


def _buy_slowly(url: str, store: Path, diary: Path, number: int) -> bool:
    del number
    return _buy_in(url, store, diary, (Slow(0.5),), resend_is_free=False).kept


def _hang_in_submit(url: str, store: Path, diary: Path) -> None:
    _buy_in(url, store, diary, (Hanging(diary.with_name("sent")),), resend_is_free=False)


def _hang_in_poll(url: str, store: Path, diary: Path) -> None:
    _buy_in(url, store, diary, (JOB,), resend_is_free=False)


@pytest.fixture
def killed_sending(ledger_url: str, folder: Folder, diary: Path, project: str) -> None:
    """A process of ours died after it had sent the request, before it had the answer."""
    del project
    kill_when(_hang_in_submit, ledger_url, folder.root, diary, until=diary.with_name("sent"))


@pytest.fixture
def killed_waiting(ledger_url: str, folder: Folder, diary: Path, project: str) -> None:
    """A process of ours died while the engine worked on job-1."""
    del project
    kill_when(_hang_in_poll, ledger_url, folder.root, diary, until=diary.with_name("polled"))


def test_a_clip_is_bought_kept_and_booked(buy: Callable[..., Bought], ledger: Ledger, artifacts: Artifacts, diary: Path) -> None:
    bought = buy(ScriptedVideo(diary))
    call = _only(ledger)
    assert bought.call == call
    assert (call.state, call.reserved_usd, call.cost_usd, call.attempts) == (CallState.DONE, PRICE, COST, 1)
    assert (call.role, call.engine, call.model, call.scene, call.take) == ("video", "stand-in", "stand-in-1", "scene-01", 1)
    assert not bought.kept
    assert artifacts.read(bought.files["clip"]) == b"moving picture"
    assert call.files == bought.files


def test_what_is_done_is_answered_from_the_store(buy: Callable[..., Bought], diary: Path) -> None:
    engine = ScriptedVideo(diary)
    first, second = buy(engine), buy(engine)
    assert (second.kept, second.files, second.call) == (True, first.files, first.call)
    assert len(engine.asked("submit")) == 1


def test_another_request_take_or_model_is_another_purchase(buy: Callable[..., Bought], ledger: Ledger, diary: Path) -> None:
    engine = ScriptedVideo(diary)
    other = ScriptedVideo(diary)
    other.model = "stand-in-2"
    buy(engine)
    buy(engine, take=2)
    buy(engine, REQUEST.model_copy(update={"seed": 1}))
    buy(engine, REQUEST.model_copy(update={"prompt": "rain"}))
    buy(other)
    assert len(ledger.calls.of_project()) == len(engine.asked("submit")) == 5


def test_the_row_is_written_before_the_request_leaves(buy: Callable[..., Bought], ledger: Ledger, diary: Path) -> None:
    seen: list[Call] = []

    def look() -> Receipt:
        seen.append(_only(ledger))
        return CLIP

    engine = ScriptedVideo(diary, answers=(look,))
    buy(engine)
    assert (seen[0].state, seen[0].attempts, seen[0].reserved_usd) == (CallState.SENT, 1, PRICE)
    assert engine.asked("submit") == [seen[0].token]


def test_a_job_is_polled_until_it_is_there(buy: Callable[..., Bought], ledger: Ledger, diary: Path) -> None:
    seen: list[Call] = []

    def look() -> Receipt:
        seen.append(_only(ledger))
        return JOB

    engine = ScriptedVideo(diary, answers=(JOB,), polls=(JOB, look, CLIP))
    assert not buy(engine).kept
    assert engine.asked("poll") == ["job-1"] * 3
    assert (seen[0].state, seen[0].external_id) == (CallState.PENDING, "job-1")
    assert _only(ledger).state is CallState.DONE


@pytest.mark.parametrize(
    ("error", "state", "words"),
    [
        (FAILS, "failed", str(FAILS)),
        (REFUSES, "refused", str(REFUSES)),
        (BUSY, "failed", str(BUSY)),
        (ZeroDivisionError("by the cup"), "failed", "ZeroDivisionError: by the cup"),
    ],
)
def test_what_an_engine_says_no_with_is_written_down_and_the_next_try_is_new(
    buy: Callable[..., Bought], ledger: Ledger, diary: Path, error: Exception, state: str, words: str
) -> None:
    engine = ScriptedVideo(diary, answers=(error, CLIP))
    expected = type(error) if isinstance(error, FactoryError) else EngineFailed
    with pytest.raises(expected) as caught:
        buy(engine)
    assert words.rsplit(":", maxsplit=1)[-1].strip() in str(caught.value)
    call = _only(ledger)
    assert (call.state.value, call.problem, call.cost_usd, call.owner) == (state, words, ZERO, None)
    assert not buy(engine).kept
    again = _only(ledger)
    assert (again.state, again.attempts, again.problem) == (CallState.DONE, 2, None)
    assert len(set(engine.asked("submit"))) == 2


def test_a_defect_of_an_engine_is_named_with_the_call(buy: Callable[..., Bought], diary: Path) -> None:
    with pytest.raises(EngineFailed, match=r"video call to stand-in for harbour-.*, scene-01 \(take 1\) broke: KeyError: 'url'"):
        buy(ScriptedVideo(diary, answers=(KeyError("url"),)))


@pytest.mark.parametrize("error", [FAILS, REFUSES])
def test_a_job_the_engine_gives_up_is_over(buy: Callable[..., Bought], ledger: Ledger, diary: Path, error: FactoryError) -> None:
    engine = ScriptedVideo(diary, answers=(JOB,), polls=(error, CLIP))
    with pytest.raises(type(error)):
        buy(engine)
    assert _only(ledger).problem == str(error)
    buy(engine)
    assert len(engine.asked("submit")) == 2


@pytest.mark.parametrize("error", [BUSY, ConnectionError("cut"), KeyboardInterrupt()])
def test_a_line_that_breaks_while_a_paid_job_runs_does_not_pay_again(
    buy: Callable[..., Bought], ledger: Ledger, diary: Path, error: BaseException
) -> None:
    times = READINGS if isinstance(error, Passing) else 1
    engine = ScriptedVideo(diary, answers=(JOB,), polls=(*[error] * times, CLIP))
    with pytest.raises((Passing, EngineFailed, KeyboardInterrupt)):
        buy(engine)
    call = _only(ledger)
    assert (call.state, call.external_id, call.orphaned) == (CallState.PENDING, "job-1", True)
    assert not buy(engine).kept
    assert (len(engine.asked("submit")), engine.asked("poll")) == (1, ["job-1"] * (times + 1))


class _Deaf(Calls):
    """A ledger that is away just when a call is let go."""

    def let_go(self, fingerprint: str, *, problem: str | None = None) -> None:
        """Nothing is written down."""
        del fingerprint, problem
        raise ConnectionError("the ledger is away")


def test_a_call_this_process_left_behind_is_gone_on_with(
    buy: Callable[..., Bought], ledger: Ledger, artifacts: Artifacts, project: str, diary: Path
) -> None:
    engine = ScriptedVideo(diary, answers=(JOB,), polls=(ConnectionError("cut"), CLIP))
    deaf = Door(replace(ledger, calls=_Deaf(ledger.database)), artifacts=artifacts, sleep=no_sleep)
    with pytest.raises(EngineFailed):
        deaf.buy(engine, REQUEST, role="video", project=project, scene="scene-01")
    assert _only(ledger).mine
    assert not buy(engine).kept
    assert (len(engine.asked("submit")), len(engine.asked("poll"))) == (1, 2)


class _FullStore(Artifacts):
    """A store on a full disk."""

    def put(self, content: bytes, *, media_type: str) -> Artifact:
        """Say that there is no room."""
        del content, media_type
        raise Lasting("The disk is full.", remedy="Free some space.")


def test_a_full_disk_does_not_lose_a_paid_job(
    buy: Callable[..., Bought], ledger: Ledger, folder: Folder, project: str, diary: Path
) -> None:
    engine = ScriptedVideo(diary, answers=(JOB,))
    full = Door(ledger, artifacts=_FullStore(folder), sleep=no_sleep)
    with pytest.raises(Lasting, match="disk is full"):
        full.buy(engine, REQUEST, role="video", project=project, scene="scene-01")
    assert _only(ledger).state is CallState.PENDING
    buy(engine)
    assert len(engine.asked("submit")) == 1


def test_nothing_delivered_is_a_failure(buy: Callable[..., Bought], ledger: Ledger, diary: Path) -> None:
    with pytest.raises(EngineFailed, match="delivered nothing"):
        buy(ScriptedVideo(diary, answers=(Delivered(files={}),)))
    assert _only(ledger).state is CallState.FAILED


@pytest.mark.parametrize("free", [True, False])
def test_an_interrupt_lets_the_call_go(buy: Callable[..., Bought], ledger: Ledger, diary: Path, *, free: bool) -> None:
    engine = ScriptedVideo(diary, answers=(KeyboardInterrupt(), CLIP), resend_is_free=free)
    with pytest.raises(KeyboardInterrupt):
        buy(engine)
    call = _only(ledger)
    assert (call.state, call.owner, call.orphaned) == (CallState.SENT, None, True)
    assert not buy(engine).kept
    assert (len(engine.asked("submit")), len(engine.asked("find"))) == (2, 0 if free else 1)


def test_two_threads_buy_the_same_thing_once(buy: Callable[..., Bought], diary: Path) -> None:
    engine = ScriptedVideo(diary, answers=(Slow(0.3),))
    bought: list[Bought] = []
    threads = [threading.Thread(target=lambda: bought.append(buy(engine))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(engine.asked("submit")) == 1
    assert sorted(one.kept for one in bought) == [False, True, True, True]
    assert len({one.files["clip"].sha256 for one in bought}) == 1


def test_two_processes_buy_the_same_thing_once(ledger_url: str, folder: Folder, diary: Path, project: str) -> None:
    assert project
    assert sorted(at_once(2, _buy_slowly, ledger_url, folder.root, diary)) == [False, True]
    assert len(ScriptedVideo(diary).asked("submit")) == 1


def test_who_joined_a_call_that_fails_hears_of_it_and_does_not_start_it_again(buy: Callable[..., Bought], diary: Path) -> None:
    def fail_late() -> Receipt:
        time.sleep(0.3)
        raise FAILS

    engine = ScriptedVideo(diary, answers=(fail_late, CLIP))
    outcomes: list[str] = []

    def try_it() -> None:
        try:
            outcomes.append("kept" if buy(engine).kept else "bought")
        except EngineFailed:
            outcomes.append("failed")

    threads = [threading.Thread(target=try_it) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == ["failed", "failed"]
    assert len(engine.asked("submit")) == 1


@pytest.mark.usefixtures("killed_sending")
def test_killed_while_sending_a_free_request_it_is_sent_again(buy: Callable[..., Bought], ledger: Ledger, diary: Path) -> None:
    engine = ScriptedVideo(diary, resend_is_free=True)
    assert not buy(engine).kept
    assert (len(engine.asked("submit")), engine.asked("find"), _only(ledger).attempts) == (2, [], 2)


@pytest.mark.usefixtures("killed_sending")
@pytest.mark.parametrize("found", [CLIP, JOB])
def test_killed_while_sending_a_paid_request_what_the_engine_finds_is_adopted(
    buy: Callable[..., Bought], ledger: Ledger, diary: Path, found: Receipt
) -> None:
    engine = ScriptedVideo(diary, found=found)
    assert buy(engine).call.cost_usd == COST
    assert engine.asked("find") == engine.asked("submit") == [_only(ledger).token]
    assert len(engine.asked("poll")) == (found is JOB)


@pytest.mark.usefixtures("killed_sending")
def test_killed_while_sending_what_provably_never_arrived_is_sent_again(
    buy: Callable[..., Bought], ledger: Ledger, diary: Path
) -> None:
    engine = ScriptedVideo(diary, found=None)
    buy(engine)
    assert (len(engine.asked("submit")), len(engine.asked("find")), _only(ledger).attempts) == (2, 1, 2)


@pytest.mark.usefixtures("killed_sending")
def test_killed_while_sending_what_nobody_can_know_is_parked_with_its_price(
    buy: Callable[..., Bought], ledger: Ledger, diary: Path
) -> None:
    engine = ScriptedVideo(diary, found=EngineFailed("stand-in cannot look that up"))
    for _ in range(3):
        with pytest.raises(CallParked, match=r"cannot look that up.*0\.350000 US dollars stay reserved.*videofactory calls"):
            buy(engine)
    call = _only(ledger)
    assert (call.state, call.reserved_usd, call.cost_usd) == (CallState.PARKED, PRICE, None)
    assert (len(engine.asked("submit")), len(engine.asked("find"))) == (1, 1)


@pytest.mark.usefixtures("killed_sending")
@pytest.mark.parametrize("error", [BUSY, ConnectionError("cut")])
def test_a_look_up_that_fails_in_passing_parks_nothing_and_sends_nothing(
    buy: Callable[..., Bought], ledger: Ledger, diary: Path, error: Exception
) -> None:
    with pytest.raises((Passing, EngineFailed)):
        buy(ScriptedVideo(diary, found=error))
    assert (_only(ledger).state, _only(ledger).orphaned) == (CallState.SENT, True)
    engine = ScriptedVideo(diary, found=CLIP)
    buy(engine)
    assert len(engine.asked("submit")) == 1


@pytest.mark.usefixtures("killed_waiting")
@pytest.mark.parametrize("free", [True, False])
def test_killed_while_waiting_the_job_is_polled_and_never_sent_again(
    buy: Callable[..., Bought], ledger: Ledger, diary: Path, *, free: bool
) -> None:
    engine = ScriptedVideo(diary, resend_is_free=free)
    buy(engine)
    assert (len(engine.asked("submit")), engine.asked("poll"), engine.asked("find")) == (1, ["job-1", "job-1"], [])
    assert _only(ledger).state is CallState.DONE


def test_a_lost_result_of_a_free_call_is_made_again(
    buy: Callable[..., Bought], artifacts: Artifacts, ledger: Ledger, diary: Path
) -> None:
    engine = ScriptedVideo(diary, resend_is_free=True)
    artifacts.path(buy(engine).files["clip"]).unlink()
    bought = buy(engine)
    assert not bought.kept
    assert artifacts.read(bought.files["clip"]) == b"moving picture"
    assert len(engine.asked("submit")) == 2
    assert _only(ledger).cost_usd == COST * 2


@pytest.mark.parametrize("damage", [b"", b"moving pictura"])
def test_a_lost_result_of_a_paid_call_is_never_bought_again(
    buy: Callable[..., Bought], artifacts: Artifacts, ledger: Ledger, diary: Path, damage: bytes
) -> None:
    engine = ScriptedVideo(diary)
    path = artifacts.path(buy(engine).files["clip"])
    path.write_bytes(damage)
    for _ in range(2):
        with pytest.raises(CallParked, match=r"was paid for, but its results are no longer in the store\. Restore"):
            buy(engine)
    path.write_bytes(b"moving picture")
    assert buy(engine).kept
    assert len(engine.asked("submit")) == 1
    assert _only(ledger).state is CallState.DONE


def test_a_missing_input_fails_before_anything_is_sent(door: Door, project: str, artifacts: Artifacts, diary: Path) -> None:
    class Looking(ScriptedVideo):
        def submit(self, request: VideoRequest, *, shelf: Callable[[Artifact], Path], token: str) -> Receipt:
            shelf(request.first_frame)
            return super().submit(request, shelf=shelf, token=token)

    engine = Looking(diary)
    with pytest.raises(StoreDamaged, match="not in the store"):
        door.buy(engine, REQUEST, role="video", project=project)
    still = artifacts.put(b"still", media_type="image/png")
    door.buy(engine, REQUEST.model_copy(update={"first_frame": still}), role="video", project=project)
    assert len(engine.asked("submit")) == 1
