"""Tables in the body of a page."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTable, TypedTableBlock


class TableBlock(TypedTableBlock):
    """A table with named columns."""

    text = blocks.CharBlock(label=_("Text"), max_length=500, required=False)
    number = blocks.DecimalBlock(label=_("Number"), required=False)

    class Meta:
        icon = "table"
        label = _("Table")
        template = "blog/blocks/table.html"
        description = _("Columns with headings, of text or of numbers")

    def get_preview_value(self) -> TypedTable:
        """Show a table of two rows."""
        columns = [
            {"type": "text", "heading": "Answer of the server"},
            {"type": "number", "heading": "Code"},
        ]
        rows = [{"values": ["Taken", 250]}, {"values": ["Try again later", 451]}]
        table = {"columns": columns, "rows": rows, "caption": "What servers say"}
        return self.to_python(table)
