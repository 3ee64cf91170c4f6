"""Makes users for tests, one factory for each role."""

from functools import cache
from typing import Any

import factory
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from factory.django import DjangoModelFactory

from accounts import roles
from accounts.models import User

PASSWORD = "correct horse battery staple"


@cache
def _hashed_password() -> str:
    return make_password(PASSWORD)


def _confirm_address(user: User, create: bool, confirmed: bool | None, **kwargs: Any) -> None:
    if create and confirmed is not False:
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


def _member(group: str) -> factory.PostGeneration:
    def join(user: User, create: bool, extracted: None, **kwargs: Any) -> None:
        user.groups.add(Group.objects.get(name=group))

    return factory.PostGeneration(join)


class UserFactory(DjangoModelFactory[User]):
    """An owner with the password PASSWORD, whose address is confirmed unless `confirmed=False`."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"owner{n}@example.org")
    full_name = factory.Sequence(lambda n: f"Owner {n}")
    password = factory.LazyFunction(_hashed_password)
    time_zone = "UTC"

    confirmed = factory.PostGeneration(_confirm_address)


class ManagerFactory(UserFactory):
    """Somebody who looks over everybody's mailings."""

    email = factory.Sequence(lambda n: f"manager{n}@example.org")

    role = _member(roles.MANAGERS)


class ContentManagerFactory(UserFactory):
    """Somebody who writes the public site."""

    email = factory.Sequence(lambda n: f"editor{n}@example.org")

    role = _member(roles.CONTENT_MANAGERS)


class AdministratorFactory(UserFactory):
    """A superuser."""

    email = factory.Sequence(lambda n: f"admin{n}@example.org")
    is_staff = True
    is_superuser = True
