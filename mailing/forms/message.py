"""Writing a message."""

from django import forms

from mailing.forms.owned import OwnedModelForm
from mailing.models import Message


class MessageForm(OwnedModelForm):
    """What a message says."""

    class Meta:
        model = Message
        fields = ["name", "subject", "preheader", "body_html", "body_text"]
        widgets = {
            "body_html": forms.Textarea(attrs={"rows": 16, "spellcheck": "true"}),
            "body_text": forms.Textarea(attrs={"rows": 8}),
        }
