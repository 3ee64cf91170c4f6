"""The words on the demo's home pages."""

from dataclasses import dataclass


@dataclass(frozen=True)
class HomeText:
    """What a home page says; `features` are titles and sentences."""

    heading: str
    lead: str
    features_heading: str
    features: tuple[tuple[str, str], ...]
    subscription: tuple[str, str]
    quote: str

    def body(self, form: int | None) -> list[tuple[str, object]]:
        """Return the blocks of the page; `form` is the key of a subscription form."""
        features = [{"title": title, "text": text} for title, text in self.features]
        heading, text = self.subscription
        return [
            ("features", {"heading": self.features_heading, "features": features}),
            ("subscription", {"heading": heading, "text": text, "list": form, "button": ""}),
            ("quote", {"text": self.quote, "source": ""}),
        ]


HOME_TEXTS = {
    "en": HomeText(
        heading="Write to people who are glad to hear from you",
        lead="Mailshot keeps your lists, sends your letters once or every day, week or month, and "
        "tells you what became of each: sent, refused, or not sent and why.",
        features_heading="What it does for you",
        features=(
            (
                "Lists that stay clean",
                "Bring recipients in from a file and see what is new or wrong before anything is "
                "saved. Whoever unsubscribes or bounces gets nothing more.",
            ),
            (
                "On time, on the calendar",
                "Once, daily, weekly or monthly, in your own time zone. Month ends and clock "
                "changes are taken care of.",
            ),
            (
                "Every letter accounted for",
                "Nobody gets a letter twice and none is lost in silence, even when a server fails "
                "in the middle of a mailing.",
            ),
        ),
        subscription=(
            "A letter about letters",
            "What we learn about sending mail that people want, when there is something to tell.",
        ),
        quote="A mailing is a promise made to many people at once.",
    ),
    "ru": HomeText(
        heading="Пишите тем, кто рад вашим письмам",
        lead="Mailshot хранит ваши списки, отправляет письма один раз или каждый день, неделю или "
        "месяц и о каждом говорит, что с ним стало: отправлено, отклонено или не отправлено и "
        "почему.",
        features_heading="Что он делает для вас",
        features=(
            (
                "Списки в порядке",
                "Загрузите получателей из файла и посмотрите, что в нём нового и что не так, "
                "прежде чем сохранить. Кто отписался, больше ничего не получит.",
            ),
            (
                "Вовремя и по календарю",
                "Один раз, ежедневно, еженедельно или ежемесячно, в вашем часовом поясе. Концы "
                "месяцев и перевод часов учтены.",
            ),
            (
                "Каждое письмо на счету",
                "Никто не получит письмо дважды, и ни одно не потеряется молча, даже если сервер "
                "откажет посреди рассылки.",
            ),
        ),
        subscription=(
            "Письмо о письмах",
            "Что мы узнаём о рассылках, которых ждут. Пишем, только когда есть что рассказать.",
        ),
        quote="Рассылка — это обещание, данное сразу многим.",
    ),
}
