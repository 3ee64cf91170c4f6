"""Pictures that letters show."""

import re
from secrets import token_hex
from typing import IO, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import models, transaction
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from mailing.models.owned import Owned, OwnedQuerySet
from mailing.pictures import make_picture

DIRECTORY = "letters/"
#: Bytes of pictures that an owner may have, with those that only sent letters still show.
MAX_TOTAL = 300 * 1024 * 1024
#: Pixels at which a picture is put into a letter.
SHOWN_WIDTH = 600

_NAME = re.compile(rf"/{DIRECTORY}([0-9a-f]{{32}}\.(?:jpg|png))")


class PictureQuerySet(OwnedQuerySet):
    """Questions asked about pictures."""

    def in_library(self) -> Self:
        """Leave out those that are kept only because letters show them."""
        return self.filter(removed_at=None)

    def shown_in(self, html: str) -> Self:
        """Keep the pictures whose addresses stand in `html`."""
        return self.filter(file__in={f"{DIRECTORY}{name}" for name in _NAME.findall(html)})


class Picture(Owned):
    """A picture at a public address that nobody can guess."""

    file = models.FileField(_("file"), upload_to=DIRECTORY, max_length=60)
    alt = models.CharField(
        _("alternative text"),
        max_length=250,
        help_text=_("What the picture shows, for readers who do not see it."),
    )
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))
    size = models.PositiveIntegerField(_("size in bytes"))
    is_used = models.BooleanField(_("was in a message"), default=False)
    removed_at = models.DateTimeField(_("removed from the library"), null=True, blank=True)

    objects = PictureQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("letter", "picture")
        verbose_name_plural = pgettext_lazy("letter", "pictures")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["owner", "-id"],
                name="picture_in_library",
                condition=models.Q(removed_at=None),
            ),
            models.Index(fields=["owner", "size"], name="picture_by_size"),
            models.Index(fields=["file"], name="picture_by_file"),
        ]

    def __str__(self) -> str:
        return self.alt

    @classmethod
    def add(cls, owner: User, file: IO[bytes], alt: str) -> "Picture":
        """Keep what `file` shows for `owner`. Raises ValidationError when it cannot be kept."""
        made = make_picture(file)
        taken = cls.objects.owned_by(owner).aggregate(total=models.Sum("size"))["total"] or 0
        if taken + len(made.content) > MAX_TOTAL:
            raise ValidationError(
                _("Your pictures take up %(limit)s already. Delete some that no message shows."),
                code="too_many",
                params={"limit": filesizeformat(MAX_TOTAL)},
            )
        return cls.objects.create(
            owner=owner,
            file=ContentFile(made.content, name=f"{token_hex(16)}.{made.suffix}"),
            alt=alt,
            width=made.width,
            height=made.height,
            size=len(made.content),
        )

    @property
    def url(self) -> str:
        """The whole address, as letters name it."""
        return f"{settings.SITE_URL}{self.file.url}"

    @property
    def shown_width(self) -> int:
        return min(self.width, SHOWN_WIDTH)

    @property
    def shown_height(self) -> int:
        return max(1, round(self.height * self.shown_width / self.width))

    @property
    def html(self) -> str:
        """The element that shows it in a letter."""
        return format_html(
            '<img src="{}" alt="{}" width="{}" height="{}">',
            self.url,
            self.alt,
            self.shown_width,
            self.shown_height,
        )

    @transaction.atomic
    def remove(self) -> None:
        """Take it out of the library; the file stays when a message has ever shown it."""
        row = type(self).objects.select_for_update().get(pk=self.pk)
        if row.is_used:
            row.removed_at = timezone.now()
            row.save(update_fields=["removed_at"])
            return
        storage, name = row.file.storage, row.file.name
        row.delete()
        transaction.on_commit(lambda: storage.delete(name))

    @property
    def consequence(self) -> str:
        """What removing it does."""
        if self.is_used:
            return gettext("Messages that show it, sent or not, go on showing it.")
        return gettext("No message shows it.")
