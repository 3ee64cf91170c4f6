"""The demo's articles and the words on its home page."""

from datetime import datetime, timedelta
from io import BytesIO

from django.core.files.images import ImageFile
from wagtail.images import get_image_model
from wagtail.images.models import AbstractImage

from accounts.models import User
from blog.models import BlogIndexPage, BlogPage
from home.demo.people import EDITOR
from home.demo.pictures import paint
from home.demo.texts import Text, body_blocks, read_texts
from home.models import HomePage

HERO = "Write to people who are glad to hear from you"
LEAD = (
    "Mailshot keeps your lists, sends your letters once or every day, week or month, and tells you "
    "what became of each: sent, refused, or not sent and why."
)
FEATURES = {
    "heading": "What it does for you",
    "features": [
        {
            "title": "Lists that stay clean",
            "text": "Bring recipients in from a file and see what is new or wrong before anything "
            "is saved. Whoever unsubscribes or bounces gets nothing more.",
        },
        {
            "title": "On time, on the calendar",
            "text": "Once, daily, weekly or monthly, in your own time zone. Month ends and clock "
            "changes are taken care of.",
        },
        {
            "title": "Every letter accounted for",
            "text": "Nobody gets a letter twice and none is lost in silence, even when a server "
            "fails in the middle of a mailing.",
        },
    ],
}

#: Days between one article and the next.
EVERY = timedelta(days=9)


def make_articles(now: datetime) -> int:
    """Make the articles that are missing; return how many."""
    blog = BlogIndexPage.objects.filter(locale__language_code="en").first()
    if blog is None:
        return 0
    made = 0
    for number, text in enumerate(read_texts("articles")):
        if not BlogPage.objects.child_of(blog).filter(slug=text.slug).exists():
            _publish(blog, text, now - timedelta(days=2) - number * EVERY)
            made += 1
    return made


def _publish(blog: BlogIndexPage, text: Text, moment: datetime) -> None:
    editor = User.objects.filter(email=EDITOR).first()
    article = blog.add_child(
        instance=BlogPage(
            title=text.named["Title"],
            slug=text.slug,
            lead=text.named["Lead"],
            body=body_blocks(text.rest),
            picture=_picture(text),
            published_on=moment.date(),
            author=editor,
            owner=editor,
            live=False,
        )
    )
    article.save_revision(user=editor, log_action=True).publish(user=editor)


def _picture(text: Text) -> AbstractImage:
    images = get_image_model().objects
    title = f"Demo: {text.named['Title']}"
    present: AbstractImage | None = images.filter(title=title).first()
    if present:
        return present
    file = ImageFile(BytesIO(paint(text.slug)), name=f"{text.slug}.jpg")
    made: AbstractImage = images.create(title=title, file=file, description=text.named["Picture"])
    return made


def write_home_page() -> int:
    """Fill the home page unless somebody has written on it; return how many were filled."""
    home = HomePage.objects.order_by("path").first()
    if home is None or home.latest_revision_id or home.hero_heading or home.lead or home.body:
        return 0
    home.hero_heading, home.lead, home.body = HERO, LEAD, [("features", FEATURES)]
    home.save_revision(user=User.objects.filter(email=EDITOR).first()).publish()
    return 1
