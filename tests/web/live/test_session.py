"""What an editor's messages lead to, without any socket."""

import pytest

from app.scripts import Phase
from app.web.live.frames import Ping
from app.web.live.protocol import LARGEST_MESSAGE, Ask, Study, Unreadable, parse
from app.web.live.session import MOST_ASKED, MOST_WAITING, Begin, Confirm, Finished, Refuse, Session


def study(version: int) -> Study:
    return Study(type="study", version=version, source="", phase=Phase.MANUAL)


def ask(number: int) -> Ask:
    return Ask(type="ask", id=number, question="hover", source="", phase=Phase.MANUAL)


def test_the_first_text_is_checked_at_once() -> None:
    assert Session().handle(study(1)) == [Begin(study(1))]


def test_of_the_texts_that_come_meanwhile_only_the_latest_is_checked() -> None:
    session = Session()
    session.handle(study(1))
    assert [session.handle(study(number)) for number in (2, 3, 4)] == [[], [], []]
    assert session.handle(Finished(study(1))) == [Begin(study(4))]
    assert session.handle(Finished(study(4))) == []


def test_a_few_questions_run_at_once_and_the_others_wait_in_order() -> None:
    session = Session()
    begun = [command for number in range(MOST_ASKED + 2) for command in session.handle(ask(number))]
    assert begun == [Begin(ask(number)) for number in range(MOST_ASKED)]
    assert session.handle(Finished(ask(0))) == [Begin(ask(MOST_ASKED))]


def test_the_oldest_question_is_refused_when_too_many_wait() -> None:
    session = Session()
    for number in range(MOST_ASKED + MOST_WAITING):
        session.handle(ask(number))
    assert session.handle(ask(99)) == [Refuse(ask(MOST_ASKED), "Too many questions wait.")]


def test_questions_do_not_wait_for_a_check() -> None:
    session = Session()
    session.handle(study(1))
    assert session.handle(ask(1)) == [Begin(ask(1))]


def test_a_ping_is_confirmed_and_nonsense_refused() -> None:
    assert Session().handle(Ping(type="ping")) == [Confirm()]
    assert Session().handle(Unreadable("no")) == [Refuse(None, "no")]


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"type": "run"}', '{"type": "study"}', '{"type": "ping", "more": 1}', "x" * (LARGEST_MESSAGE + 1)],
)
def test_anything_but_a_message_of_ours_is_unreadable(text: str) -> None:
    assert isinstance(parse(text), Unreadable)


def test_a_message_of_ours_is_read() -> None:
    text = '{"type": "study", "version": 3, "source": "1", "phase": "before", "entity_type": "order"}'
    assert parse(text) == Study(type="study", version=3, source="1", phase=Phase.BEFORE, entity_type="order")
