"""What the engine makes of mail servers that misbehave at each step of the conversation."""

import selectors
import socket
from collections.abc import Iterator

import pytest
from django.conf import LazySettings

from mailing.models import Delivery
from mailing.sending.transport import Letter, Outcome, Result, session
from mailing.sending.transport.courier import Courier
from mailing.sending.transport.job import Job
from mailing.sending.transport.outcome import KEPT_REPLY
from mailing.sending.transport.pool import pool
from mailing.sending.transport.replies import Replies
from mailing.tests.scripted_server import LETTER, POLITE, ScriptedServer, carry, deliver


@pytest.fixture(
    params=[b"250 hello\r\n", b"250-hello\r\n250 PIPELINING\r\n"], ids=["plain", "pipelining"]
)
def server(settings: LazySettings, request: pytest.FixtureRequest) -> Iterator[ScriptedServer]:
    server = ScriptedServer()
    server.script["EHLO"] = request.param
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    yield server
    server.listener.close()


@pytest.fixture(autouse=True)
def no_session_is_kept() -> Iterator[None]:
    yield
    pool.close()


def test_a_polite_server_accepts(server: ScriptedServer) -> None:
    assert deliver() == Outcome(Result.ACCEPTED, 250, "accepted")
    assert server.heard == ["EHLO", "MAIL", "RCPT", "DATA", "."]


@pytest.mark.parametrize(
    ("step", "answer", "result"),
    [
        ("connect", b"421 busy\r\n", Result.TROUBLE),
        ("connect", b"554 go away\r\n", Result.TROUBLE),
        ("connect", b"garbage\r\n", Result.TROUBLE),
        ("connect", None, Result.TROUBLE),
        ("EHLO", None, Result.TROUBLE),
        ("MAIL", b"421 closing\r\n", Result.TROUBLE),
        ("MAIL", b"450 later\r\n", Result.TEMPORARY),
        ("MAIL", b"530 log in first\r\n", Result.TROUBLE),
        ("MAIL", None, Result.TROUBLE),
        ("RCPT", b"421 closing\r\n", Result.TROUBLE),
        ("RCPT", b"450 greylisted\r\n", Result.TEMPORARY),
        ("RCPT", b"452 full\r\n", Result.TEMPORARY),
        ("RCPT", b"550 nobody\r\n", Result.PERMANENT),
        ("RCPT", b"554 no\r\n", Result.PERMANENT),
        ("RCPT", b"nonsense\r\n", Result.TROUBLE),
        ("RCPT", None, Result.TROUBLE),
        ("DATA", b"451 later\r\n", Result.TEMPORARY),
        ("DATA", b"554 no\r\n", Result.PERMANENT),
        ("DATA", b"250 what?\r\n", Result.TROUBLE),
        ("DATA", None, Result.TROUBLE),
        (".", b"250 ok\r\n", Result.ACCEPTED),
        (".", b"421 closing\r\n", Result.TEMPORARY),
        (".", b"452 full\r\n", Result.TEMPORARY),
        (".", b"552 too big\r\n", Result.PERMANENT),
        (".", b"354 what?\r\n", Result.UNCERTAIN),
        (".", b"garbage\r\n", Result.UNCERTAIN),
        (".", b"250-" + b"x" * 9000 + b"\r\n", Result.UNCERTAIN),
        (".", b"250-more\r\n" * 20_000, Result.UNCERTAIN),
        (".", None, Result.UNCERTAIN),
    ],
)
def test_every_answer_at_every_step_has_its_meaning(
    server: ScriptedServer,
    step: str,
    answer: bytes | None,
    result: Result,
) -> None:
    server.script[step] = answer
    assert deliver().result is result


def test_nobody_listens(settings: LazySettings) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    outcome = deliver()

    assert outcome.result is Result.TROUBLE
    assert "refused" in outcome.reply


def test_without_leave_the_dot_is_not_sent(server: ScriptedServer) -> None:
    assert deliver(allowed=False).result is Result.DENIED
    assert "." not in server.heard
    assert pool.take() is None  # leaving is the only way to take a letter back


def test_letters_follow_each_other_over_one_connection(server: ScriptedServer) -> None:
    assert {outcome.result for outcome in carry(30)} == {Result.ACCEPTED}
    assert server.heard.count("EHLO") == 1
    assert server.heard.count(".") == 30


def test_a_connection_is_kept_for_the_next_sender(server: ScriptedServer) -> None:
    carry(2)
    carry(2)
    assert server.heard.count("EHLO") == 1


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
def test_a_refused_letter_does_not_cost_the_connection(server: ScriptedServer, step: str) -> None:
    server.first[step] = [POLITE[step], b"450 later\r\n"]
    if step != "DATA" and b"PIPELINING" in (server.script["EHLO"] or b""):
        server.first["DATA"] = [POLITE["DATA"], b"503 whom?\r\n"]
    results = [outcome.result for outcome in carry(4)]

    assert results.count(Result.TEMPORARY) == 1
    assert results.count(Result.ACCEPTED) == 3
    assert server.heard.count("EHLO") == 1


def test_a_server_that_wants_the_text_of_what_it_refused_is_left(server: ScriptedServer) -> None:
    server.script["EHLO"] = b"250-hello\r\n250 PIPELINING\r\n"
    server.script["RCPT"] = b"550 nobody\r\n"  # and 354 to DATA all the same (RFC 2920, 3.1)
    assert [outcome.result for outcome in carry(2)] == [Result.PERMANENT] * 2
    assert pool.take() is None
    assert "." not in server.heard


def test_a_kept_connection_that_the_server_dropped_is_replaced(server: ScriptedServer) -> None:
    deliver()
    kept = pool.take()
    assert kept is not None
    kept.sock.shutdown(socket.SHUT_RDWR)
    pool.put_back(kept)
    assert deliver().result is Result.ACCEPTED
    assert server.heard.count("EHLO") == 2


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("answer", [None, b"421 enough for now\r\n"], ids=["dropped", "421"])
def test_a_server_that_ends_a_long_session_is_asked_again(
    server: ScriptedServer, step: str, answer: bytes | None
) -> None:
    server.first[step] = [POLITE[step], POLITE[step], answer]
    assert {outcome.result for outcome in carry(5)} == {Result.ACCEPTED}
    assert server.heard.count("EHLO") == 2


def test_a_connection_lost_at_the_dot_makes_that_letter_alone_uncertain(
    server: ScriptedServer,
) -> None:
    server.first["."] = [POLITE["."], None]
    results = [outcome.result for outcome in carry(5)]

    assert results.count(Result.UNCERTAIN) == 1
    assert results.count(Result.ACCEPTED) == 4


def test_a_dot_that_never_left_leaves_nothing_uncertain() -> None:
    """The server is gone when the dot is to be said: it cannot have taken the letter."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    with selectors.DefaultSelector() as selector:
        courier = Courier(selector)
        courier.letters.append(Job(Delivery(pk=1), LETTER))
        courier.begin(session.Session(ours, ()))
        for answer in (POLITE["MAIL"], POLITE["RCPT"], POLITE["DATA"]):
            theirs.recv(4096)
            theirs.sendall(answer or b"")
            courier.on_ready(selectors.EVENT_READ)
        assert courier.asking
        theirs.close()
        courier.answer(granted=True)

    (ended,) = courier.ended
    assert ended.outcome.result is Result.TROUBLE
    assert "Broken pipe" in ended.outcome.reply


def test_a_server_that_never_answers_the_dot_gets_no_second_letter(server: ScriptedServer) -> None:
    server.script["."] = None
    assert Result.ACCEPTED not in {outcome.result for outcome in carry(5)}
    assert server.heard.count(".") == 1


def test_a_letter_refused_before_its_end_is_refused(server: ScriptedServer) -> None:
    server.script["DATA"] = b"354 go on\r\n552 5.3.4 too big after all\r\n"
    outcome = deliver()

    assert (outcome.result, outcome.code) == (Result.PERMANENT, 552)
    assert "." not in server.heard


def test_a_letter_larger_than_any_buffer_arrives_whole(server: ScriptedServer) -> None:
    content = b"Subject: Hi\r\n\r\n" + b".a line that begins with a dot\r\n" * 300_000
    letter = Letter(LETTER.envelope_from, LETTER.envelope_to, content)
    (outcome,) = carry(1, letter=letter)

    assert outcome.result is Result.ACCEPTED
    assert server.received == content.replace(b"\r\n.", b"\r\n..")


@pytest.mark.parametrize(
    ("step", "result"),
    [
        ("connect", Result.TROUBLE),
        ("EHLO", Result.TROUBLE),
        ("RCPT", Result.TROUBLE),
        (".", Result.UNCERTAIN),
    ],
)
def test_a_step_that_takes_too_long_is_given_up(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch, step: str, result: Result
) -> None:
    """A server that says a little now and then never lets a single read time out."""
    monkeypatch.setattr(session, "STEP_SECONDS", 0.3)
    server.script[step] = b"250-wait\r\n"
    assert deliver().result is result


def test_addresses_beyond_ascii_need_a_server_that_takes_them(server: ScriptedServer) -> None:
    letter = Letter(LETTER.envelope_from, "jörg@example.org", LETTER.content, needs_smtputf8=True)
    assert [o.result for o in carry(2, letter=letter)] == [Result.PERMANENT] * 2

    pool.close()
    server.script["EHLO"] = b"250-hello\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n"
    assert [o.result for o in carry(2, letter=letter)] == [Result.ACCEPTED] * 2


def test_answers_may_arrive_in_pieces() -> None:
    replies = Replies()
    pieces = [b"2", b"50-o", b"ne\r", b"\n250 two\r\n5", b"50 no\r\n", b"junk\r\n"]
    heard = [answer for piece in pieces for answer in replies.read(piece)]
    assert heard == [(250, b"one\ntwo"), (550, b"no"), (-1, b"junk")]


def test_what_the_server_says_is_stored_without_control_characters(
    server: ScriptedServer,
) -> None:
    server.script["."] = b"550 \x1b[31m<b>no</b>\x00 " + b"y" * 2000 + b"\r\n"
    reply = deliver().reply

    assert reply.isprintable()
    assert len(reply) == KEPT_REPLY
