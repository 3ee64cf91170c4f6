"""Importing recipients from files as people have them."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from accounts.models import User
from mailing.importing import acts, jobs
from mailing.importing.columns import guess_columns
from mailing.importing.from_command import chosen_roles
from mailing.importing.limits import UnreadableFile
from mailing.importing.reading import Position, blocks
from mailing.models import Import, Recipient, RecipientList
from mailing.tests.factories import RecipientFactory, RecipientListFactory, SuppressionFactory

FILES = Path(__file__).parent / "files"

Bring = Callable[..., Import]
Row = tuple[str, str, str, dict[str, str]]


@pytest.fixture
def bring(alice: User) -> Bring:
    """Return a function that imports text or bytes for Alice."""

    def run(content: str | bytes, dry_run: bool = False, **options: object) -> Import:
        data = content.encode() if isinstance(content, str) else content
        work = acts.begin(alice, BytesIO(data), **options)  # type: ignore[arg-type]
        jobs.work_through(work)
        if work.error:
            raise UnreadableFile(work.error)
        acts.check(work, chosen_roles(work, []), work.has_header)
        jobs.work_through(work)
        if not dry_run:
            acts.start(work)
            jobs.work_through(work)
        assert not work.error
        return work

    return run


def saved() -> list[Row]:
    fields = ("email", "full_name", "comment", "attributes")
    return list(Recipient.objects.order_by("email").values_list(*fields))


def wrong_lines(work: Import) -> list[int | None]:
    return [row.line for row in work.rows.order_by("pk")]


def reasons(work: Import) -> list[str]:
    return [row.reason for row in work.rows.order_by("pk")]


# --- Files as programs write them ---------------------------------------------------------------


def test_a_windows_1251_file_of_a_spreadsheet_program(bring: Bring) -> None:
    result = bring((FILES / "excel-russian.csv").read_bytes())
    assert saved() == [
        (
            "anna@example.org",
            "Анна Петровна Смирнова",
            "Просила\nписать реже",
            {"gorod": "Тверь"},
        ),
        ("borya@example.org", "Борис Борисов", "", {"gorod": "Псков"}),
    ]
    assert wrong_lines(result) == [5]
    assert result.rows.get().address == "никто"


def test_an_export_of_an_address_book(bring: Bring) -> None:
    assert bring((FILES / "google-contacts.csv").read_bytes()).added == 2
    assert saved()[0] == (
        "ann@example.org",
        "Ann Archer",
        "Met at the fair",
        {"labels": "* myContacts", "e_mail_1_label": "Home", "phone_1_value": "+44 20 7946 0000"},
    )
    assert saved()[1] == ("ben@example.org", "Ben J. Baker", "", {})


def test_a_utf_16_file_that_names_its_delimiter(bring: Bring) -> None:
    bring((FILES / "notepad-utf16.csv").read_bytes())
    assert saved() == [("anna@example.org", "Anna Müller", "", {"stadt": "Köln"})]


def test_a_bare_list_of_addresses(bring: Bring) -> None:
    result = bring((FILES / "plain-list.txt").read_bytes())
    assert [row[0] for row in saved()] == ["ann@example.org", "ben@example.org"]
    assert (result.total, wrong_lines(result)) == (3, [4])


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1251"]
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encodings_delimiters_and_line_ends(
    bring: Bring, encoding: str, delimiter: str, newline: str
) -> None:
    rows = [["Имя", "Почта", "Город"], ["Ян", "yan@example.org", "Рига"], ["Я", "нет", ""]]
    text = newline.join(delimiter.join(row) for row in rows)
    mark = "\ufeff" if encoding in {"utf-16-le", "utf-16-be"} else ""
    result = bring((mark + text).encode(encoding))
    assert saved() == [("yan@example.org", "Ян", "", {"gorod": "Рига"})]
    assert wrong_lines(result) == [3]


def test_letters_beyond_the_first_thousands_decide_on_the_encoding(bring: Bring) -> None:
    rows = "".join(f"reader{n}@example.org,Reader\n" for n in range(2500))
    bring(f"email,name\n{rows}yan@example.org,Ян\n".encode("cp1251"))
    assert saved()[-1][1] == "Ян"


def test_a_stream_that_cannot_be_rewound(alice: User) -> None:
    class Pipe(BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_args: int) -> int:
            raise OSError

    work = acts.begin(alice, Pipe(b"email\nann@example.org\n"))
    jobs.work_through(work)
    assert (work.status, work.roles) == ("mapping", ["email"])


# --- Headings -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "heading",
    [
        "email", "E-mail", "EMAIL ADDRESS", "e_mail", "Mail", "Почта", "Эл. почта", "e-mail адрес",
        "Электронная почта", "Адрес", "Address", "Your email?", "Subscriber Email",
    ],
)  # fmt: skip
def test_headings_of_the_address(heading: str) -> None:
    columns = guess_columns(["x", heading, "y"], [])
    assert columns is not None
    assert (columns.email, columns.has_header) == (1, True)


def test_the_plainest_heading_wins() -> None:
    columns = guess_columns(["Address", "Email opt-in", "Email"], [])
    assert columns is not None
    assert columns.email == 2
    assert columns.attributes == {0: "address", 1: "email_opt_in"}


def test_a_column_of_addresses_under_another_heading(bring: Bring) -> None:
    bring("Navn;Kontakt\nAnn;ann@example.org\n")
    assert saved() == [("ann@example.org", "", "", {"navn": "Ann"})]


@pytest.mark.parametrize(
    ("headings", "names"),
    [
        (["email", "Name"], (1,)),
        (["ФИО", "почта"], (0,)),
        (["Last name", "email", "First name"], (2, 0)),
        (["email", "имя"], (1,)),
        (["email", "Full name", "First name"], (1,)),
        (["email", "city"], ()),
    ],
)
def test_headings_of_the_name(headings: list[str], names: tuple[int, ...]) -> None:
    columns = guess_columns(headings, [])
    assert columns is not None
    assert columns.names == names


def test_other_headings_become_attributes_with_keys_that_messages_can_use() -> None:
    headings = ["email", "City", "Дата рождения", "city", "", "2nd", "attributes.x", "€", "y" * 80]
    columns = guess_columns(headings, [])
    assert columns is not None
    assert list(columns.attributes.values()) == [
        "city",
        "data_rozhdeniya",
        "city_2",
        "column_5",
        "nd",
        "x",
        "eur",
        "y" * 50,
    ]


def test_a_delimiter_inside_the_headings_misleads_nobody(bring: Bring) -> None:
    bring('email;"name, in full";city, country\nann@example.org;Archer, Ann;Riga, Latvia\n')
    assert saved()[0][3] == {"name_in_full": "Archer, Ann", "city_country": "Riga, Latvia"}


def test_the_column_that_holds_addresses_wins_over_one_that_only_sounds_like_it() -> None:
    first = ["E-mail kind", "Manager", "Reader's e-mail"]
    columns = guess_columns(first, ["work", "boss@example.org", "ann@example.org"])
    assert columns is not None
    assert columns.email == 2


def test_a_file_without_headings(bring: Bring) -> None:
    result = bring("Ann,ann@example.org,Riga\nBen,ben@example.org,\n")
    assert result.added == 2
    assert saved()[0] == ("ann@example.org", "Ann", "", {"column_3": "Riga"})


def test_a_first_row_with_a_mistyped_address_is_no_heading(bring: Bring) -> None:
    result = bring("ann@@example.org,Ann\nben@example.org,Ben\n")
    assert (result.added, wrong_lines(result)) == (1, [1])


# --- Wrong rows ---------------------------------------------------------------------------------


def test_wrong_rows_are_reported_by_physical_line_with_the_reason(bring: Bring) -> None:
    result = bring(
        "email,name,comment\n"
        'ann@example.org,Ann,"two\nlines"\n'
        "nobody,Nobody,\n"
        "\n"
        ",Empty,\n"
        ",,\n"
        "ANN@example.org,Again,\n"
        f"ben@example.org,{'n' * 151},\n"
        f"cat@example.org,Cat,{'c' * 5001}\n"
        "dan@example.org,Dan,too,many\n"
        "eve@example.org\n"
    )
    assert (result.total, result.added) == (8, 2)
    assert [(row.line, row.address) for row in result.rows.order_by("pk")] == [
        (4, "nobody"),
        (6, ""),
        (8, "ANN@example.org"),
        (9, "ben@example.org"),
        (10, "cat@example.org"),
        (11, "dan@example.org"),
    ]
    assert reasons(result)[0].startswith("“nobody” is not an e-mail address")
    assert reasons(result)[1:] == [
        "There is no e-mail address.",
        "The address is on line 2 already.",
        "The name is longer than 150 characters.",
        "The comment is longer than 5000 characters.",
        "The row has more cells than the first one. Put text with commas in quotes.",
    ]


def test_errors_of_a_spreadsheet_are_told_where_an_address_should_be_and_empty_elsewhere(
    bring: Bring, spreadsheet: Callable[..., bytes]
) -> None:
    rows = [
        ["email", "name", "#NAME?", "note"],
        ["ann@example.org", "#N/A", "#VALUE!", "#1 reader"],
        ["#REF!", "Ben", "", ""],
        ["#REF!"],
        ["", "#N/A", "#N/A"],
        ["cat@example.org", "Cat", "x", "", "#N/A"],
    ]
    result = bring(spreadsheet(One=rows))
    assert saved() == [
        ("ann@example.org", "", "#1 reader", {}),
        ("cat@example.org", "Cat", "", {"column_3": "x"}),
    ]
    reason = "Instead of an address the cell holds an error of the spreadsheet: #REF!."
    assert [(row.line, row.address, row.reason) for row in result.rows.order_by("pk")] == [
        (3, "", reason),
        (4, "", reason),
    ]
    assert result.total == 4
    assert [row.cells[:2] for row in result.rows.order_by("pk")] == [["#REF!", "Ben"], ["#REF!"]]


def test_long_attributes_are_wrong(bring: Bring) -> None:
    result = bring(f"email,city\nann@example.org,{'x' * 501}\nben@example.org,{'x' * 500}\n")
    assert result.added == 1
    assert result.rows.get().reason == "The value of “city” is longer than 500 characters."


@pytest.mark.parametrize(
    ("stray", "later"),
    [
        ('ben@example.org,"Ben', ""),
        ('ben@example.org,"Ben', 'cat@example.org,"Cat, of course"\n'),
        ('ben@example.org,"Ben', 'cat@example.org,"Cat ""Puss"" Cat"\n'),
        ('ben@example.org,"Ben', 'cat@example.org,Cat"\n'),
        ('"ben@example.org,Ben', 'dan@example.org,Dan\n"cat@example.org",Cat\n'),
    ],
)
def test_a_stray_quotation_mark_costs_its_own_row_alone(
    bring: Bring, stray: str, later: str
) -> None:
    rows = "".join(f"reader{n}@example.org,Reader\n" for n in range(5))
    result = bring(f"email,name\nann@example.org,Ann\n{stray}\n{rows}{later}{rows}")
    assert result.rows.order_by("pk")[0].line == 3
    assert reasons(result)[0] == "A quotation mark opens here and is never closed."
    assert Recipient.objects.filter(email__startswith="reader").count() == 5
    assert Recipient.objects.filter(full_name="Reader").count() == 5


def test_a_cell_with_line_ends_may_lie_across_two_blocks() -> None:
    rows = [f'r{n}@example.org,"first\nsecond, ""{n}"""' for n in range(300)]
    text = BytesIO("\n".join(rows).encode())
    position, found = Position(), []
    while True:
        block = next(blocks(text, ",", position, size=64), None)
        if block is None:
            break
        found += block.records
        position = block.end
    assert found == [
        (2 * n + 1, [f"r{n}@example.org", f'first\nsecond, "{n}"']) for n in range(300)
    ]


def test_an_address_that_was_wrong_may_come_right_later_in_the_file(bring: Bring) -> None:
    result = bring(f"email,name\nann@example.org,{'n' * 151}\nann@example.org,Ann\n")
    assert (result.added, wrong_lines(result)) == (1, [2])


def test_cells_are_cleaned(bring: Bring) -> None:
    bring('email,name,phone\n"\u200b Ann@EXAMPLE.org ","  Ann\x07\n  Archer","\'+47 22"\n')
    assert saved() == [("ann@example.org", "Ann Archer", "", {"phone": "+47 22"})]


# --- Files that cannot be imported --------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"\n \n,,\n", "The file is empty."),
        (b"\xef\xbb\xbf", "The file is empty."),
        (b"name,city\nAnn,Riga\n", "There is no column with e-mail addresses."),
        (b"name\n", "There is no column with e-mail addresses."),
        (b"PK\x03\x04\x14\x00\x06\x00", "This spreadsheet cannot be read."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "This is a spreadsheet of an old kind"),
        (b"email\nx" + b"x" * 1_100_000, "Line 2 is longer than 1000000 characters."),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "This is not a text file."),
        (b"email\nann@example.org\n\x00", "This is not a text file."),
        (b"email\n\x98\xff", "This is not a text file."),
        (b"\xff\xfee\x00m\x00a", "This is not a text file."),
        (("email," + ",".join(f"c{n}" for n in range(51))).encode(), "Keep to 50."),
    ],
)
def test_files_that_cannot_be_used_are_refused_in_a_sentence(
    bring: Bring, content: bytes, sentence: str
) -> None:
    with pytest.raises(UnreadableFile, match=sentence):
        bring(content, new_list="Readers")
    assert not RecipientList.objects.exists()


# --- What is saved ------------------------------------------------------------------------------


def test_recipients_of_the_owner_get_the_values_that_the_file_has(
    bring: Bring, alice: User
) -> None:
    ann = RecipientFactory.create(
        owner=alice,
        email="ann@example.org",
        full_name="Ann",
        comment="kept",
        attributes={"city": "Oslo", "age": 7},
    )
    result = bring("email,name,comment,city,team\nann@example.org,Ann Archer,,Riga,\n")
    assert (result.added, result.updated, result.unchanged) == (0, 1, 0)
    changed = ann.updated_at
    ann.refresh_from_db()
    assert (ann.full_name, ann.comment) == ("Ann Archer", "kept")
    assert ann.attributes == {"city": "Riga", "age": 7}
    assert ann.updated_at > changed


def test_a_second_import_changes_nothing(bring: Bring, alice: User) -> None:
    readers = RecipientListFactory.create(owner=alice)
    content = "email,name,city\nann@example.org,Ann,Riga\nben@example.org,,\n"
    bring(content, lists=[readers])
    before = list(Recipient.objects.order_by("pk").values())
    result = bring(content, lists=[readers])
    assert (result.added, result.updated, result.unchanged) == (0, 0, 2)
    assert list(Recipient.objects.order_by("pk").values()) == before
    assert readers.recipients.count() == 2


def test_new_and_known_recipients_go_on_every_list(bring: Bring, alice: User) -> None:
    lists = RecipientListFactory.create_batch(2, owner=alice)
    RecipientFactory.create(owner=alice, email="ann@example.org", lists=lists[:1])
    bring("email\nann@example.org\nben@example.org\n", lists=lists)
    assert [chosen.recipients.count() for chosen in lists] == [2, 2]


def test_recipients_of_others_are_nobodys_business(bring: Bring, alice: User, bob: User) -> None:
    RecipientFactory.create(owner=bob, email="ann@example.org", full_name="Bob's Ann")
    bobs = RecipientListFactory.create(owner=bob)
    assert bring("email,name\nann@example.org,Ann\n").added == 1
    assert Recipient.objects.owned_by(bob).get().full_name == "Bob's Ann"
    with pytest.raises(ValueError, match="another owner"):
        bring("email\nann@example.org\n", lists=[bobs])


def test_nobody_who_has_opted_out_is_written_to_again(bring: Bring, alice: User) -> None:
    readers = RecipientListFactory.create(owner=alice)
    RecipientFactory.create(owner=alice, email="left@example.org").unsubscribe()
    RecipientFactory.create(owner=alice, email="broken@example.org", state="bounced")
    SuppressionFactory.create(owner=alice, email="deleted@example.org", reason="unsubscribed")
    SuppressionFactory.create(owner=None, email="angry@example.org", reason="complained")
    SuppressionFactory.create(owner=alice, email="manual@example.org", reason="manual")
    names = ["left", "broken", "deleted", "angry", "manual", "fine"]
    rows = "".join(f"{name}@example.org,New\n" for name in names)
    result = bring(f"email,name\n{rows}", lists=[readers])
    assert (result.total, result.suppressed, result.wrong) == (6, 5, 0)
    states = {row.email.split("@")[0]: row.state for row in readers.recipients.all()}
    assert states == {
        "left": "unsubscribed",
        "broken": "bounced",
        "deleted": "unsubscribed",
        "angry": "complained",
        "manual": "active",
        "fine": "active",
    }
    reachable = Recipient.objects.active().not_suppressed()
    assert [row.email for row in reachable] == ["fine@example.org"]


def test_suppressions_of_others_do_not_count(bring: Bring, bob: User) -> None:
    SuppressionFactory.create(owner=bob, email="ann@example.org", reason="unsubscribed")
    assert bring("email\nann@example.org\n").suppressed == 0
    assert Recipient.objects.get().state == "active"


def test_the_source_of_the_consent_is_recorded_once(bring: Bring) -> None:
    bring("email\nann@example.org\n", file_name="fair 2024.csv")
    bring("email,name\nann@example.org,Ann\n", file_name="other.csv")
    assert Recipient.objects.get().consent_source == "import fair 2024.csv"
    bring("email\nben@example.org\n", file_name="x" * 300)
    assert len(Recipient.objects.get(email="ben@example.org").consent_source) == 200


def test_a_dry_run_counts_and_saves_nothing(bring: Bring, alice: User) -> None:
    RecipientFactory.create(owner=alice, email="ann@example.org", full_name="Ann")
    readers = RecipientListFactory.create(owner=alice)
    before = list(Recipient.objects.values())
    content = "email,name\nann@example.org,Anna\nben@example.org,Ben\nnobody,\n"
    result = bring(content, lists=[readers], dry_run=True)
    assert (result.added, result.updated, result.wrong) == (1, 1, 1)
    assert list(Recipient.objects.values()) == before
    assert readers.recipients.count() == 0


def test_rows_are_saved_many_at_a_time(
    bring: Bring, alice: User, django_assert_max_num_queries: Callable[..., object]
) -> None:
    readers = RecipientListFactory.create(owner=alice)
    rows = "".join(f"reader{n}@example.org,Reader {n}\n" for n in range(900))
    with django_assert_max_num_queries(90):  # type: ignore[attr-defined]
        bring(f"email,name\n{rows}", lists=[readers])
    with django_assert_max_num_queries(90):  # type: ignore[attr-defined]
        bring(f"email,name\n{rows.replace('Reader', 'Friend')}", lists=[readers])
