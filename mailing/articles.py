"""Messages made of articles of the blog."""

from django.db import transaction
from django.utils import translation

from accounts.models import User
from blog.addresses import page_address
from blog.models import BlogPage
from mailing import layouts
from mailing.models import Message, MessageVersion, Picture
from mailing.models.picture import SHOWN_WIDTH

RENDITION = f"width-{2 * SHOWN_WIDTH}|format-jpeg"
LONGEST = 150


@transaction.atomic
def message_from(article: BlogPage, owner: User) -> Message:
    """Return a new message that leads to `article`: title, picture, lead and link.

    The picture becomes one of the owner's own, so the letter stays whole whatever the blog does.
    Raises ValidationError when the owner has no room for it.
    """
    picture = copied_picture(article, owner)
    message = Message(
        owner=owner,
        name=article.title[:LONGEST],
        subject=without_fields(article.title)[:200],
        preheader=without_fields(article.lead)[:200],
        body_html=body_of(article, picture),
    )
    message.save()
    MessageVersion.objects.record(message)
    return message


def body_of(article: BlogPage, picture: Picture | None) -> str:
    """Return a body in the article's language."""
    with translation.override(article.locale.language_code):
        return layouts.render(
            "article",
            title=without_fields(article.title),
            lead=without_fields(article.lead),
            address=page_address(article),
            picture=picture,
        )


def copied_picture(article: BlogPage, owner: User) -> Picture | None:
    if article.picture is None:
        return None
    with article.picture.get_rendition(RENDITION).file.open("rb") as file:
        return Picture.add(owner, file, article.picture_description[:250])


def without_fields(text: str) -> str:
    """Return text in which braces mean nothing: an article may be about them."""
    return " ".join(text.replace("{{", "{ {").replace("}}", "} }").split())
