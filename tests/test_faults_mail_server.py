"""Whatever the mail server does wrong, every letter ends as it should."""

import pytest

from tests.faults.running_sink import Order
from tests.faults.scene import Scene
from tests.installation import wait_until

pytestmark = pytest.mark.processes

EACH = 3
OTHERS = 100
NONSENSE = ("garbage", "long-line", "endless", "hang", "drop")
#: To whom the server does what, once: where, what, and how such a letter ends.
CASES: list[tuple[str, str, set[str]]] = [
    *((step, f"{code} Later", {"sent"}) for step in ("rcpt", "data", "dot") for code in (450, 451)),
    *((step, f"{code} Later", {"sent"}) for step in ("rcpt", "data", "dot") for code in (421, 452)),
    *((step, f"{code} No", {"failed"}) for step in ("rcpt", "dot") for code in (550, 552, 554)),
    *((step, what, {"sent"}) for step in ("rcpt", "data") for what in NONSENSE),
    ("body", "drop", {"sent", "uncertain"}),
    *(("dot", what, {"uncertain"}) for what in NONSENSE),
    *(("dot", f"{what}-after", {"uncertain"}) for what in ("garbage", "hang", "drop")),
]
#: Likewise, but these take long and happen to one recipient each.
SLOW_CASES: list[tuple[str, str, set[str]]] = [
    ("rcpt", "slowly", {"sent"}),
    ("rcpt", "drip", {"sent"}),
    ("dot", "slowly", {"sent", "uncertain"}),
    ("dot", "drip", {"uncertain"}),
]
#: What it does to whoever comes next, some times; nobody is to suffer for it.
TO_ANYBODY: list[Order] = [
    *(Order("mail", f"{code} Later", times=EACH) for code in (421, 450, 451, 452)),
    *(Order("mail", f"{code} Not you", times=EACH) for code in (550, 552, 554)),
    *(Order("connect", f"{code} Go away", times=EACH) for code in (421, 450, 554)),
    *(Order("ehlo", f"{code} Go away", times=EACH) for code in (421, 554)),
    *(Order(step, what, times=1) for step in ("connect", "ehlo", "mail") for what in NONSENSE),
    Order("rset", "drop", times=EACH),
    Order("quit", "drop"),
]


def address(step: str, what: str, number: int) -> str:
    words = f"{step} {what} {number}".lower().split()
    return "-".join(words) + "@example.org"


def test_to_each_recipient_another_trouble(scene: Scene) -> None:
    cases = {address(*case[:2], 0): case for case in SLOW_CASES}
    cases |= {address(*case[:2], n): case for case in CASES for n in range(EACH)}
    orders = [  # who is refused for good is so each time
        Order(step, what, to=each, times=-1 if ends == {"failed"} else 1)
        for each, (step, what, ends) in cases.items()
    ]
    others = [f"reader{n}@example.org" for n in range(OTHERS)]
    expected = {each: case[2] for each, case in cases.items()}
    scene.sink.order(*orders, *TO_ANYBODY)
    scene.start_worker()
    scene.send(f"make_readers('owner0@example.org', {[*expected, *others]})")
    scene.wait_for_the_end(240)

    states = scene.states()
    expected.update((each, {"sent"}) for each in others)
    assert {each: end for each, end in states.items() if end[0] not in expected[each]} == {}
    assert len(states) == len(expected)
    assert scene.judge().silent >= len(NONSENSE) * EACH


def test_a_mail_server_that_is_not_there(scene: Scene) -> None:
    scene.sink.stop()
    scene.start_worker()
    scene.send("make_lists(1, 60)")
    trouble = "SELECT server_response FROM mailing_attempt WHERE trouble_since IS NOT NULL"
    ((said,),) = wait_until(lambda: scene.ask(trouble), 60, "the trouble to be noted")
    assert "refused" in said
    assert {state for state, _ in scene.states().values()} == {"queued"}
    scene.sink.start()
    scene.wait_for_the_end()

    assert scene.judge().states == {"sent": 60}
