"""The demo's lists that visitors of the site may put themselves on, one in each language."""

from dataclasses import dataclass

from accounts.models import User
from home.demo.people import ADMINISTRATOR
from mailing.models import RecipientList, SubscriptionForm


@dataclass(frozen=True)
class OpenList:
    """A list of the administrator's, and what its form says."""

    name: str
    description: str
    public_name: str
    wording: str
    thanks: str


OPEN_LISTS = {
    "en": OpenList(
        "Readers of the blog",
        "Subscribed on the pages of the site.",
        "New articles",
        "I want a letter when a new article appears, about twice a month. "
        "I can unsubscribe with a link in every letter.",
        "The next article is on its way to you.",
    ),
    "ru": OpenList(
        "Читатели блога",
        "Подписались на страницах сайта.",
        "Новые статьи",
        "Хочу получать письмо о каждой новой статье, примерно два раза в месяц. "
        "Отписаться можно по ссылке в любом письме.",
        "Следующая статья придёт вам на почту.",
    ),
}


def open_lists() -> int:
    """Make the open lists that are missing; return how many."""
    owner = User.objects.get(email=ADMINISTRATOR)
    return sum(_make(owner, each) for each in OPEN_LISTS.values())


def _make(owner: User, each: OpenList) -> bool:
    row, made = RecipientList.objects.get_or_create(
        owner=owner, name=each.name, defaults={"description": each.description}
    )
    if made:
        SubscriptionForm.objects.create(
            recipient_list=row,
            is_open=True,
            public_name=each.public_name,
            wording=each.wording,
            thanks=each.thanks,
        )
    return made


def key_of_form(language: str) -> int | None:
    """Return the key of the form in a language, as blocks of pages hold it."""
    forms = SubscriptionForm.objects.filter(
        recipient_list__owner__email=ADMINISTRATOR,
        recipient_list__name=OPEN_LISTS[language].name,
    )
    key: int | None = forms.values_list("pk", flat=True).first()
    return key
