import wagtail.fields
from django.db import migrations

import blog.subscription_block


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0006_page_trees_in_every_language"),
    ]

    operations = [
        migrations.AlterField(
            model_name="homepage",
            name="body",
            field=wagtail.fields.StreamField(
                [
                    ("heading", 0),
                    ("text", 1),
                    ("picture", 5),
                    ("gallery", 7),
                    ("quote", 10),
                    ("code", 13),
                    ("table", 16),
                    ("link", 20),
                    ("action", 25),
                    ("subscription", 30),
                    ("features", 36),
                    ("latest", 38),
                ],
                blank=True,
                block_lookup={
                    0: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {
                            "description": "Begins a section; the table of contents leads to it",
                            "icon": "title",
                            "label": "Heading",
                            "max_length": 150,
                            "preview_value": "Say what will come",
                            "template": "blog/blocks/heading.html",
                        },
                    ),
                    1: (
                        "wagtail.blocks.RichTextBlock",
                        (),
                        {
                            "description": "Paragraphs, lists and links",
                            "features": [
                                "h3",
                                "bold",
                                "italic",
                                "ol",
                                "ul",
                                "link",
                                "document-link",
                                "hr",
                                "code",
                            ],
                            "icon": "pilcrow",
                            "label": "Text",
                            "preview_value": "<p>A list of people who <b>said yes</b> is worth more than a long one.</p>",
                        },
                    ),
                    2: ("wagtail.images.blocks.ImageChooserBlock", (), {"label": "Picture"}),
                    3: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {
                            "help_text": "What the picture shows, for readers who cannot see it.",
                            "label": "Alternative text",
                            "max_length": 250,
                        },
                    ),
                    4: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {"label": "Caption", "max_length": 250, "required": False},
                    ),
                    5: (
                        "wagtail.blocks.StructBlock",
                        [[("image", 2), ("alt_text", 3), ("caption", 4)]],
                        {},
                    ),
                    6: (
                        "wagtail.blocks.ListBlock",
                        (5,),
                        {"label": "Pictures", "max_num": 12, "min_num": 2},
                    ),
                    7: ("wagtail.blocks.StructBlock", [[("pictures", 6)]], {}),
                    8: ("wagtail.blocks.TextBlock", (), {"label": "Quote"}),
                    9: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {
                            "help_text": "Who said or wrote it.",
                            "label": "Source",
                            "max_length": 150,
                            "required": False,
                        },
                    ),
                    10: ("wagtail.blocks.StructBlock", [[("text", 8), ("source", 9)]], {}),
                    11: ("wagtail.blocks.TextBlock", (), {"label": "Code"}),
                    12: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {
                            "help_text": "What it is, in words.",
                            "label": "Caption",
                            "max_length": 150,
                            "required": False,
                        },
                    ),
                    13: ("wagtail.blocks.StructBlock", [[("code", 11), ("caption", 12)]], {}),
                    14: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {"label": "Text", "max_length": 500, "required": False},
                    ),
                    15: ("wagtail.blocks.DecimalBlock", (), {"label": "Number", "required": False}),
                    16: (
                        "wagtail.contrib.typed_table_block.blocks.TypedTableBlock",
                        [[("text", 14), ("number", 15)]],
                        {},
                    ),
                    17: ("wagtail.blocks.URLBlock", (), {"label": "Address"}),
                    18: ("wagtail.blocks.CharBlock", (), {"label": "Title", "max_length": 150}),
                    19: (
                        "wagtail.blocks.TextBlock",
                        (),
                        {"label": "Text", "max_length": 300, "required": False},
                    ),
                    20: (
                        "wagtail.blocks.StructBlock",
                        [[("url", 17), ("title", 18), ("text", 19)]],
                        {},
                    ),
                    21: ("wagtail.blocks.CharBlock", (), {"label": "Title", "max_length": 120}),
                    22: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {"label": "Words on the button", "max_length": 40},
                    ),
                    23: (
                        "wagtail.blocks.PageChooserBlock",
                        (),
                        {"label": "Page", "required": False},
                    ),
                    24: (
                        "wagtail.blocks.URLBlock",
                        (),
                        {
                            "help_text": "Only when it is not a page of this site.",
                            "label": "Address",
                            "required": False,
                        },
                    ),
                    25: (
                        "wagtail.blocks.StructBlock",
                        [[("title", 21), ("text", 19), ("button", 22), ("page", 23), ("url", 24)]],
                        {},
                    ),
                    26: ("wagtail.blocks.CharBlock", (), {"label": "Heading", "max_length": 120}),
                    27: (
                        "wagtail.blocks.TextBlock",
                        (),
                        {"label": "Text", "max_length": 500, "required": False},
                    ),
                    28: (
                        "wagtail.blocks.ChoiceBlock",
                        [],
                        {
                            "choices": blog.subscription_block.choices,
                            "help_text": "Lists that are open and that an administrator has released for the site.",
                            "label": "List",
                        },
                    ),
                    29: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {
                            "help_text": "Leave empty for the standard one, in the visitor's language.",
                            "label": "Button",
                            "max_length": 40,
                            "required": False,
                        },
                    ),
                    30: (
                        "wagtail.blocks.StructBlock",
                        [[("heading", 26), ("text", 27), ("list", 28), ("button", 29)]],
                        {},
                    ),
                    31: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {"label": "Heading", "max_length": 120, "required": False},
                    ),
                    32: ("wagtail.blocks.CharBlock", (), {"label": "Title", "max_length": 80}),
                    33: ("wagtail.blocks.TextBlock", (), {"label": "Text", "max_length": 300}),
                    34: ("wagtail.blocks.StructBlock", [[("title", 32), ("text", 33)]], {}),
                    35: (
                        "wagtail.blocks.ListBlock",
                        (34,),
                        {"label": "Features", "max_num": 6, "min_num": 1},
                    ),
                    36: ("wagtail.blocks.StructBlock", [[("heading", 31), ("features", 35)]], {}),
                    37: (
                        "wagtail.blocks.IntegerBlock",
                        (),
                        {"default": 3, "label": "Number", "max_value": 9, "min_value": 1},
                    ),
                    38: ("wagtail.blocks.StructBlock", [[("heading", 31), ("number", 37)]], {}),
                },
                verbose_name="body",
            ),
        ),
        migrations.AlterField(
            model_name="standardpage",
            name="body",
            field=wagtail.fields.StreamField(
                [
                    ("heading", 0),
                    ("text", 1),
                    ("picture", 5),
                    ("gallery", 7),
                    ("quote", 10),
                    ("code", 13),
                    ("table", 16),
                    ("link", 20),
                    ("action", 25),
                    ("subscription", 30),
                ],
                block_lookup={
                    0: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {
                            "description": "Begins a section; the table of contents leads to it",
                            "icon": "title",
                            "label": "Heading",
                            "max_length": 150,
                            "preview_value": "Say what will come",
                            "template": "blog/blocks/heading.html",
                        },
                    ),
                    1: (
                        "wagtail.blocks.RichTextBlock",
                        (),
                        {
                            "description": "Paragraphs, lists and links",
                            "features": [
                                "h3",
                                "bold",
                                "italic",
                                "ol",
                                "ul",
                                "link",
                                "document-link",
                                "hr",
                                "code",
                            ],
                            "icon": "pilcrow",
                            "label": "Text",
                            "preview_value": "<p>A list of people who <b>said yes</b> is worth more than a long one.</p>",
                        },
                    ),
                    2: ("wagtail.images.blocks.ImageChooserBlock", (), {"label": "Picture"}),
                    3: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {
                            "help_text": "What the picture shows, for readers who cannot see it.",
                            "label": "Alternative text",
                            "max_length": 250,
                        },
                    ),
                    4: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {"label": "Caption", "max_length": 250, "required": False},
                    ),
                    5: (
                        "wagtail.blocks.StructBlock",
                        [[("image", 2), ("alt_text", 3), ("caption", 4)]],
                        {},
                    ),
                    6: (
                        "wagtail.blocks.ListBlock",
                        (5,),
                        {"label": "Pictures", "max_num": 12, "min_num": 2},
                    ),
                    7: ("wagtail.blocks.StructBlock", [[("pictures", 6)]], {}),
                    8: ("wagtail.blocks.TextBlock", (), {"label": "Quote"}),
                    9: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {
                            "help_text": "Who said or wrote it.",
                            "label": "Source",
                            "max_length": 150,
                            "required": False,
                        },
                    ),
                    10: ("wagtail.blocks.StructBlock", [[("text", 8), ("source", 9)]], {}),
                    11: ("wagtail.blocks.TextBlock", (), {"label": "Code"}),
                    12: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {
                            "help_text": "What it is, in words.",
                            "label": "Caption",
                            "max_length": 150,
                            "required": False,
                        },
                    ),
                    13: ("wagtail.blocks.StructBlock", [[("code", 11), ("caption", 12)]], {}),
                    14: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {"label": "Text", "max_length": 500, "required": False},
                    ),
                    15: ("wagtail.blocks.DecimalBlock", (), {"label": "Number", "required": False}),
                    16: (
                        "wagtail.contrib.typed_table_block.blocks.TypedTableBlock",
                        [[("text", 14), ("number", 15)]],
                        {},
                    ),
                    17: ("wagtail.blocks.URLBlock", (), {"label": "Address"}),
                    18: ("wagtail.blocks.CharBlock", (), {"label": "Title", "max_length": 150}),
                    19: (
                        "wagtail.blocks.TextBlock",
                        (),
                        {"label": "Text", "max_length": 300, "required": False},
                    ),
                    20: (
                        "wagtail.blocks.StructBlock",
                        [[("url", 17), ("title", 18), ("text", 19)]],
                        {},
                    ),
                    21: ("wagtail.blocks.CharBlock", (), {"label": "Title", "max_length": 120}),
                    22: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {"label": "Words on the button", "max_length": 40},
                    ),
                    23: (
                        "wagtail.blocks.PageChooserBlock",
                        (),
                        {"label": "Page", "required": False},
                    ),
                    24: (
                        "wagtail.blocks.URLBlock",
                        (),
                        {
                            "help_text": "Only when it is not a page of this site.",
                            "label": "Address",
                            "required": False,
                        },
                    ),
                    25: (
                        "wagtail.blocks.StructBlock",
                        [[("title", 21), ("text", 19), ("button", 22), ("page", 23), ("url", 24)]],
                        {},
                    ),
                    26: ("wagtail.blocks.CharBlock", (), {"label": "Heading", "max_length": 120}),
                    27: (
                        "wagtail.blocks.TextBlock",
                        (),
                        {"label": "Text", "max_length": 500, "required": False},
                    ),
                    28: (
                        "wagtail.blocks.ChoiceBlock",
                        [],
                        {
                            "choices": blog.subscription_block.choices,
                            "help_text": "Lists that are open and that an administrator has released for the site.",
                            "label": "List",
                        },
                    ),
                    29: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {
                            "help_text": "Leave empty for the standard one, in the visitor's language.",
                            "label": "Button",
                            "max_length": 40,
                            "required": False,
                        },
                    ),
                    30: (
                        "wagtail.blocks.StructBlock",
                        [[("heading", 26), ("text", 27), ("list", 28), ("button", 29)]],
                        {},
                    ),
                },
                verbose_name="body",
            ),
        ),
    ]
