"""Names of the demo's recipients, from a small table."""

from typing import TypeVar

First = TypeVar("First")
Last = TypeVar("Last")

FIRST = (
    "Agnes",
    "Ben",
    "Clara",
    "Daniel",
    "Edith",
    "Frank",
    "Grace",
    "Henry",
    "Ida",
    "Jonas",
    "Kate",
    "Liam",
    "Maud",
    "Noah",
    "Olive",
)
LAST = (
    "Ashby",
    "Barlow",
    "Carter",
    "Dunne",
    "Ellis",
    "Fairley",
    "Greene",
    "Holt",
    "Ingram",
    "Judd",
)
#: Written in Russian, and as part of an address. Women's surnames take an “а”.
FIRST_MALE = (
    ("Артём", "artyom"),
    ("Борис", "boris"),
    ("Виктор", "viktor"),
    ("Глеб", "gleb"),
    ("Денис", "denis"),
)
FIRST_FEMALE = (
    ("Анна", "anna"),
    ("Варвара", "varvara"),
    ("Галина", "galina"),
    ("Дарья", "darya"),
    ("Елена", "elena"),
)
LAST_RUSSIAN = (
    ("Орлов", "orlov"),
    ("Соколов", "sokolov"),
    ("Лебедев", "lebedev"),
    ("Воробьёв", "vorobyov"),
    ("Голубев", "golubev"),
)
DOMAINS = ("example.com", "example.org", "example.net")


def english_names() -> list[tuple[str, str]]:
    """Return 150 names, each with its address."""
    return [
        _with_address(f"{first} {last}", f"{first}.{last}".lower(), number)
        for number, (first, last) in enumerate(_spread(FIRST, LAST))
    ]


def russian_names() -> list[tuple[str, str]]:
    """Return 50 names, each with its address."""
    women = _spread(FIRST_FEMALE, tuple((f"{name}а", f"{latin}a") for name, latin in LAST_RUSSIAN))
    men = _spread(FIRST_MALE, LAST_RUSSIAN)
    pairs = [pair for both in zip(women, men, strict=True) for pair in both]
    return [
        _with_address(f"{first[0]} {last[0]}", f"{first[1]}.{last[1]}", number)
        for number, (first, last) in enumerate(pairs)
    ]


def _spread(firsts: tuple[First, ...], lasts: tuple[Last, ...]) -> list[tuple[First, Last]]:
    """Return every pair once, neighbours unlike each other."""
    return [
        (first, lasts[(number + turn) % len(lasts)])
        for turn in range(len(lasts))
        for number, first in enumerate(firsts)
    ]


def _with_address(name: str, local: str, number: int) -> tuple[str, str]:
    return name, f"{local}@{DOMAINS[number % len(DOMAINS)]}"
