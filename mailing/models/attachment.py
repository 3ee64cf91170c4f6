"""Files that go with a letter."""

import re
import unicodedata
from mimetypes import guess_type
from pathlib import PurePosixPath
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from mailing.models.owned import Owned, OwnedQuerySet

MAX_FILES = 10
#: Bytes of all files of a message together; encoded for mail they grow by a third.
MAX_TOTAL = 5 * 1024 * 1024
MAX_NAME = 120

#: Kinds of files that mail providers refuse to deliver, since opening them can run a program.
DANGEROUS = re.compile(
    r"ade|adp|apk|appx|appxbundle|bat|cab|chm|cmd|com|cpl|diagcab|diagcfg|dll|dmg|ex|ex_|exe|gadget"
    r"|hlp|hta|html?|img|ins|iso|isp|jar|jnlp|jse?|lib|lnk|mde|mjs|msc|msi|msix|msixbundle|msp|mst"
    r"|nsh|pif|ps1|ps2|psc1|reg|scf|scr|sct|shb?|shs|svgz?|sys|url|vbe?|vbs|vhdx?|vxd|wsc|wsf|wsh"
    r"|xhtml|xll|xsl"
)
_UNWANTED = re.compile(r"[\x00-\x1f\x7f-\x9f\\/:*?\"<>|\u200b-\u200f\u2028-\u202e\u2066-\u2069]+")
ANY_TYPE = "application/octet-stream"


def safe_name(name: str) -> str:
    """Return a file's name without a path, control characters and what systems forbid in names."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    name = " ".join(_UNWANTED.sub(" ", name).split()).strip(". ")
    path = PurePosixPath(name or "file")
    name = path.stem[: MAX_NAME - len(path.suffix[:20])] + path.suffix[:20]
    return name.rstrip(". ")


def type_of(name: str) -> str:
    """Return the media type that a file's name tells; what browsers say of it is not believed.

    Text is sent as bytes: nobody knows its character set.
    """
    kind, encoding = guess_type(name, strict=True)
    is_plain = kind and not encoding and not kind.startswith(("text/", "multipart/", "message/"))
    return kind if is_plain and kind else ANY_TYPE


def validate_kind(name: str) -> None:
    """Raise ValidationError for a file that mail providers refuse, whatever its last suffix says.

    Of two suffixes the first counts as well: some systems hide the last one.
    """
    suffixes = {suffix.strip(". ").lower() for suffix in PurePosixPath(name).suffixes[-2:]}
    if found := sorted(filter(DANGEROUS.fullmatch, suffixes)):
        raise ValidationError(
            _(
                "“%(name)s” was not attached: mail programs refuse .%(kind)s files as dangerous."
                " Put it on a page and link to it."
            ),
            code="dangerous",
            params={"name": name, "kind": found[0]},
        )


class AttachmentQuerySet(OwnedQuerySet):
    """Questions asked about attachments."""

    def without_content(self) -> Self:
        """Leave the files in the database."""
        return self.defer("content")

    def unused(self) -> Self:
        """Keep what no message has and no mailing has sent."""
        return self.filter(messages=None, attempts=None)


class Attachment(Owned):
    """A file as it was uploaded; never changed, so attempts may share it with the message.

    It is kept in the database, where workers on other machines find it.
    """

    name = models.CharField(_("name"), max_length=MAX_NAME)
    content_type = models.CharField(_("media type"), max_length=100, default=ANY_TYPE)
    size = models.PositiveIntegerField(_("size in bytes"))
    content = models.BinaryField(_("content"))

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name
