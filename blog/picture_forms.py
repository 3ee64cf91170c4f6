"""The form of a picture."""

from typing import Any

from wagtail.images.forms import BaseImageForm


class DescribedImageForm(BaseImageForm):
    """The form of a picture, which asks what it shows for those who do not see it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["description"].required = True
