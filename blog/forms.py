"""The form that articles are written in."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q
from wagtail.admin.forms import WagtailAdminPageForm

from accounts import roles


class BlogPageForm(WagtailAdminPageForm):
    """Offers as author those who write the site, never the whole list of users."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "author" not in self.fields:
            return
        present = self.instance.author_id
        self.fields["author"].queryset = (
            get_user_model()
            .objects.filter(
                Q(groups__name=roles.CONTENT_MANAGERS) | Q(is_superuser=True) | Q(pk=present)
            )
            .distinct()
        )
        if not self.instance.pk and not present and self.for_user:
            self.initial["author"] = self.for_user.pk
