"""Indexes for searching by the beginnings of words; SQLite reads all of an owner's rows instead.

They need an operator class of PostgreSQL, since by most collations texts with the same beginning do
not stand next to each other.
"""

from django.db import migrations

LAST_WORD = (
    "upper((substr(full_name, length(rtrim(full_name, replace(full_name, ' ', ''))) + 1))::text)"
)
INDEXES = {
    "recipient_email_begins": "mailing_recipient (owner_id, email varchar_pattern_ops)",
    "recipient_name_begins": (
        "mailing_recipient (owner_id, upper(full_name::text) text_pattern_ops)"
    ),
    "recipient_last_word_begins": f"mailing_recipient (owner_id, {LAST_WORD} text_pattern_ops)",
    "suppression_email_begins": "mailing_suppression (owner_id, email varchar_pattern_ops)",
}


def make_indexes(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name, columns in INDEXES.items():
            schema_editor.execute(f"CREATE INDEX {name} ON {columns}")


def drop_indexes(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in INDEXES:
            schema_editor.execute(f"DROP INDEX {name}")


class Migration(migrations.Migration):
    dependencies = [("mailing", "0015_segments")]

    operations = [migrations.RunPython(make_indexes, drop_indexes)]
