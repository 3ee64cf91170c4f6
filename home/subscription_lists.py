"""Lists that visitors of the site may subscribe to, for the block that shows their forms."""

from typing import Any
from uuid import uuid4

from django.db import models
from django.utils.translation import gettext as _

from accounts.models import User
from blog.subscription_block import SAMPLE
from home.page_cache.signal_handlers import begin_generation
from mailing.forms.subscription import SubscribeForm
from mailing.models import SubscriptionForm


class SiteLists:
    """The lists of administrators, and those that an administrator has released."""

    model = SubscriptionForm

    def choices(self) -> list[tuple[int, str]]:
        """Return open ones by their public names: nothing else of a list is for editors."""
        offered = SubscriptionForm.objects.for_site().accepting()
        return list(offered.values_list("pk", "public_name"))

    def context_of(self, key: int) -> dict[str, Any]:
        """Return what the form is drawn with; nothing when visitors are not to see it."""
        row = _sample() if key == SAMPLE else _shown(key)
        if row is None:
            return {}
        # ids that no other form on the page has
        form = SubscribeForm(mark=row.mark, auto_id=f"subscribe_{uuid4().hex[:8]}_%s")
        return {"form_row": row, "form": form}


def _shown(key: int) -> SubscriptionForm | None:
    return SubscriptionForm.objects.for_site().accepting().filter(pk=key).first()


def _sample() -> SubscriptionForm:
    return SubscriptionForm(
        token="sample",  # noqa: S106 - leads nowhere
        public_name=_("Letters about books"),
        wording=_("I want to get letters about new books, until I unsubscribe."),
    )


def notice(instance: models.Model, **kwargs: object) -> None:
    """Forget kept pages when a form was changed, or whoever it belongs to."""
    if isinstance(instance, SubscriptionForm):
        begin_generation()
    elif isinstance(instance, User):
        notice_owner(instance, **kwargs)


def notice_owner(user: User, update_fields: Any = None, **kwargs: object) -> None:
    """Forget kept pages when somebody with open lists was changed; a login changes nothing."""
    decides = update_fields is None or {"is_active", "is_superuser"} & set(update_fields)
    if decides and SubscriptionForm.objects.of_owner(user.pk).exists():
        begin_generation()
