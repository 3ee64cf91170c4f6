"""The last word of a name is the same on every database, and the one that people search by."""

import pytest

from accounts.models import User
from mailing.models import Recipient
from mailing.models.recipient import LastWord
from mailing.tests.factories import RecipientFactory


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("Anna Petrovna Smirnova", "Smirnova"),
        ("Cher", "Cher"),
        ("", ""),
        ("Лев Иванов", "Иванов"),
        ("Ann  Archer", "Archer"),
        ("Ann Archer-Baker", "Archer-Baker"),
        ("Ann (Mrs.) %_\\", "%_\\"),
    ],
)
def test_the_last_word(alice: User, name: str, word: str) -> None:
    RecipientFactory.create(owner=alice, full_name=name)
    assert Recipient.objects.annotate(word=LastWord("full_name")).get().word == word
