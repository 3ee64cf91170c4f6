import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import mailing.models.subscription_form


class Migration(migrations.Migration):
    dependencies = [
        ("mailing", "0013_find_letters_by_address_and_reason"),
    ]

    operations = [
        migrations.CreateModel(
            name="SubscriptionForm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "token",
                    models.CharField(
                        default=mailing.models.subscription_form.new_token,
                        max_length=24,
                        unique=True,
                        verbose_name="token",
                    ),
                ),
                (
                    "is_open",
                    models.BooleanField(
                        default=False, verbose_name="people may subscribe to this list themselves"
                    ),
                ),
                (
                    "public_name",
                    models.CharField(
                        max_length=100,
                        validators=[mailing.models.subscription_form.validate_public_name],
                        verbose_name="public name",
                    ),
                ),
                (
                    "wording",
                    models.TextField(max_length=1000, verbose_name="wording of the consent"),
                ),
                (
                    "thanks",
                    models.TextField(
                        blank=True, max_length=1000, verbose_name="thanks after confirming"
                    ),
                ),
                (
                    "go_on_url",
                    models.CharField(
                        blank=True,
                        max_length=500,
                        validators=[
                            django.core.validators.URLValidator(
                                message="Write the whole address of a page: https://example.org/welcome.",
                                schemes=["http", "https"],
                            )
                        ],
                        verbose_name="page to go on to",
                    ),
                ),
                (
                    "is_released",
                    models.BooleanField(
                        default=False,
                        help_text="They will see its public name. Forms of administrators need no release.",
                        verbose_name="content managers may put it on pages",
                    ),
                ),
                (
                    "recipient_list",
                    models.OneToOneField(
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="form",
                        to="mailing.recipientlist",
                        verbose_name="list",
                    ),
                ),
            ],
            options={
                "verbose_name": "subscription form",
                "verbose_name_plural": "subscription forms",
                "ordering": ["public_name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "list_name",
                    models.CharField(max_length=100, verbose_name="list, as it was called"),
                ),
                ("source", models.CharField(max_length=200, verbose_name="source of the consent")),
                ("wording", models.TextField(verbose_name="wording of the consent")),
                ("asked_at", models.DateTimeField(verbose_name="asked")),
                (
                    "asked_ip",
                    models.GenericIPAddressField(
                        null=True, verbose_name="address it was asked from"
                    ),
                ),
                ("given_at", models.DateTimeField(verbose_name="confirmed")),
                (
                    "given_ip",
                    models.GenericIPAddressField(
                        null=True, verbose_name="address it was confirmed from"
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="consents",
                        to="mailing.recipient",
                        verbose_name="recipient",
                    ),
                ),
                (
                    "form",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="mailing.subscriptionform",
                        verbose_name="form",
                    ),
                ),
            ],
            options={
                "verbose_name": "consent",
                "verbose_name_plural": "consents",
                "ordering": ["-given_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="SubscriptionRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "email",
                    models.CharField(db_index=True, max_length=254, verbose_name="e-mail address"),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("ru", "Russian")],
                        max_length=10,
                        verbose_name="language",
                    ),
                ),
                (
                    "place",
                    models.CharField(
                        blank=True, max_length=150, verbose_name="page the form stood on"
                    ),
                ),
                ("wording", models.TextField(verbose_name="wording of the consent")),
                ("asked_at", models.DateTimeField(verbose_name="asked")),
                (
                    "asked_ip",
                    models.GenericIPAddressField(
                        null=True, verbose_name="address it was asked from"
                    ),
                ),
                (
                    "network",
                    models.CharField(max_length=50, verbose_name="network it was asked from"),
                ),
                ("lapses_at", models.DateTimeField(db_index=True, verbose_name="lapses")),
                ("letters", models.PositiveSmallIntegerField(default=0, verbose_name="letters")),
                ("letter_due_at", models.DateTimeField(null=True, verbose_name="letter due")),
                ("tries", models.PositiveSmallIntegerField(default=0, verbose_name="tries")),
                (
                    "is_known",
                    models.BooleanField(default=False, verbose_name="was on the list already"),
                ),
                ("confirmed_at", models.DateTimeField(null=True, verbose_name="confirmed")),
                (
                    "form",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="requests",
                        to="mailing.subscriptionform",
                        verbose_name="form",
                    ),
                ),
            ],
            options={
                "verbose_name": "subscription request",
                "verbose_name_plural": "subscription requests",
                "indexes": [
                    models.Index(fields=["network", "asked_at"], name="subscription_by_network"),
                    models.Index(
                        condition=models.Q(("letter_due_at__isnull", False)),
                        fields=["letter_due_at"],
                        name="subscription_letter_due",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("form", "email"), name="subscription_asked_once"
                    )
                ],
            },
        ),
    ]
