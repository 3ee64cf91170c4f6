"""Fewer indexes of recipients, since each makes an import slower.

On PostgreSQL addresses of recipients, and those of suppressions that are compared with them, are
ordered by their bytes, as they are on SQLite. So one index tells whether an address is taken, gives
the order and finds beginnings, for which there were three; that of the owner alone is covered, too.
The last word of a name is found by a function that is quicker.
"""

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

BEGINNINGS = {
    "recipient_email_begins": "mailing_recipient (owner_id, email varchar_pattern_ops)",
    "suppression_email_begins": "mailing_suppression (owner_id, email varchar_pattern_ops)",
}
OLD_LAST_WORD = "substr(full_name, length(rtrim(full_name, replace(full_name, ' ', ''))) + 1)"
LAST_WORD = "split_part(full_name, ' ', -1)"


def order_by_bytes(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in BEGINNINGS:
            schema_editor.execute(f"DROP INDEX {name}")
        _collate(schema_editor, "C")
        _index_last_word(schema_editor, LAST_WORD)


def order_by_language(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        _index_last_word(schema_editor, OLD_LAST_WORD)
        _collate(schema_editor, "default")
        for name, columns in BEGINNINGS.items():
            schema_editor.execute(f"CREATE INDEX {name} ON {columns}")


def _collate(schema_editor, collation):
    for table in ("mailing_recipient", "mailing_suppression"):
        schema_editor.execute(
            f'ALTER TABLE {table} ALTER COLUMN email TYPE varchar(254) COLLATE "{collation}"'
        )


def _index_last_word(schema_editor, expression):
    schema_editor.execute("DROP INDEX recipient_last_word_begins")
    schema_editor.execute(
        "CREATE INDEX recipient_last_word_begins ON mailing_recipient"
        f" (owner_id, upper(({expression})::text) text_pattern_ops)"
    )


class Migration(migrations.Migration):
    dependencies = [
        ("mailing", "0022_subscription_letters_wait_as_all_letters_do"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="recipient", name="recipient_email_unique"),
        migrations.RemoveIndex(model_name="recipient", name="recipient_by_email"),
        migrations.RemoveIndex(model_name="recipient", name="recipient_by_age"),
        migrations.RunPython(order_by_bytes, order_by_language),
        migrations.AlterField(
            model_name="recipient",
            name="owner",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.CASCADE,
                to=settings.AUTH_USER_MODEL,
                verbose_name="owner",
            ),
        ),
        migrations.AddIndex(
            model_name="recipient",
            index=models.Index(fields=["owner", "created_at", "id"], name="recipient_by_age"),
        ),
        migrations.AddConstraint(
            model_name="recipient",
            constraint=models.UniqueConstraint(
                fields=("owner", "email"),
                name="recipient_email_unique",
                violation_error_message="You have a recipient with this address already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="recipient",
            constraint=models.CheckConstraint(
                condition=models.Q(("email", django.db.models.functions.text.Lower("email"))),
                name="recipient_email_lower",
            ),
        ),
    ]
