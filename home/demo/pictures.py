"""Pictures for the demo's articles, painted by code and the same every time."""

from collections.abc import Callable
from io import BytesIO
from math import cos, pi, sin

from PIL import Image, ImageDraw

SIZE = (1600, 900)
#: Painted larger and then shrunk, which smooths the edges.
SCALE = 2
WIDTH, HEIGHT = SIZE[0] * SCALE, SIZE[1] * SCALE

NIGHT, DEEP, BLUE, SKY = (13, 30, 56), (20, 80, 159), (52, 120, 205), (160, 200, 245)
PAPER, SAND, RED, ROSE = (247, 244, 238), (234, 224, 208), (207, 63, 44), (240, 150, 130)

Colour = tuple[int, int, int]
Box = tuple[float, float, float, float]


def paint(name: str) -> bytes:
    """Return the picture of an article as a JPEG."""
    picture = PAINTERS[name]().reduce(SCALE)
    content = BytesIO()
    picture.save(content, "JPEG", quality=88, optimize=True)
    return content.getvalue()


def _sky(top: Colour, bottom: Colour) -> Image.Image:
    """Return a sheet that goes from one colour to another."""
    mask = Image.linear_gradient("L").resize((WIDTH, HEIGHT))
    return Image.composite(_sheet(bottom), _sheet(top), mask)


def _sheet(colour: Colour) -> Image.Image:
    return Image.new("RGB", (WIDTH, HEIGHT), colour)


def _glaze(
    picture: Image.Image, colour: Colour, strength: int, draw: Callable[[ImageDraw.ImageDraw], None]
) -> None:
    """Lay a transparent colour (strength 0 to 255) over what `draw` draws."""
    mask = Image.new("L", (WIDTH, HEIGHT), 0)
    draw(ImageDraw.Draw(mask))
    picture.paste(colour, mask=mask.point(lambda shade: shade * strength // 255))


def _circle(x: float, y: float, radius: float) -> Box:
    """Return the box of a circle; all three as parts of the height, x from the middle."""
    centre_x, centre_y = WIDTH / 2 + x * HEIGHT, y * HEIGHT
    r = radius * HEIGHT
    return centre_x - r, centre_y - r, centre_x + r, centre_y + r


def circles() -> Image.Image:
    """Overlapping circles: where two agree."""
    picture = _sky(PAPER, SAND)
    for x, y, radius, colour in (
        (-0.28, 0.5, 0.36, BLUE),
        (0.28, 0.5, 0.36, RED),
        (0, 0.5, 0.16, PAPER),
        (-0.72, 0.24, 0.09, SKY),
        (0.74, 0.78, 0.12, ROSE),
        (0.66, 0.2, 0.05, DEEP),
    ):
        box = _circle(x, y, radius)
        _glaze(picture, colour, 205, lambda draw, box=box: draw.ellipse(box, fill=255))  # type: ignore[misc]
    return picture


def waves() -> Image.Image:
    """Waves that run towards a small sun."""
    picture = _sky(SKY, PAPER)
    ImageDraw.Draw(picture).ellipse(_circle(0.5, 0.3, 0.11), fill=RED)
    for row, colour in enumerate((SKY, BLUE, BLUE, DEEP, DEEP, NIGHT)):
        points = [(float(x), _wave(x, row)) for x in range(0, WIDTH + 16, 16)]
        outline = [*points, (WIDTH, HEIGHT), (0, HEIGHT)]
        _glaze(picture, colour, 150, lambda draw, outline=outline: draw.polygon(outline, fill=255))  # type: ignore[misc]
    return picture


def _wave(x: int, row: int) -> float:
    turns = 2 * pi * x / WIDTH
    swell = sin(turns * (1.2 + row * 0.14) + row * 1.1) * (0.07 - row * 0.006)
    return HEIGHT * (0.4 + row * 0.1 + swell + 0.015 * sin(3 * turns + row))


def bars() -> Image.Image:
    """Lines of different lengths, one of which stands out."""
    picture = _sky(DEEP, NIGHT)
    draw = ImageDraw.Draw(picture)
    for row, length in enumerate((0.52, 0.74, 0.38, 0.86, 0.6, 0.3, 0.68)):
        top = HEIGHT * (0.13 + row * 0.11)
        colour = RED if row == 3 else (PAPER if row % 3 == 0 else (BLUE if row % 2 else SKY))
        box = (WIDTH * 0.07, top, WIDTH * (0.07 + length), top + HEIGHT * 0.062)
        draw.rounded_rectangle(box, radius=HEIGHT * 0.031, fill=colour)
    return picture


def dots() -> Image.Image:
    """A field of dots: most full, some hollow, a few red."""
    picture = _sky(PAPER, SAND)
    draw = ImageDraw.Draw(picture)
    for number in range(16 * 9):
        column, row = number % 16, number // 16
        box = _circle(
            (column - 7.5) * 0.107,
            0.072 + row * 0.107,
            0.024 + 0.014 * sin(column * 0.5 + row * 0.7),
        )
        if number * 7 % 23 == 5:
            draw.ellipse(box, outline=BLUE, width=7 * SCALE)
        else:
            draw.ellipse(box, fill=RED if number * 5 % 37 == 3 else (DEEP if row % 2 else BLUE))
    return picture


def rings() -> Image.Image:
    """Rings around a centre, with marks for the hours and a red hand."""
    picture = _sky(NIGHT, DEEP)
    for radius, colour in ((0.78, DEEP), (0.6, BLUE), (0.43, SKY), (0.36, PAPER)):
        box = _circle(0, 0.5, radius)
        _glaze(picture, colour, 120, lambda draw, box=box: draw.ellipse(box, fill=255))  # type: ignore[misc]
    draw = ImageDraw.Draw(picture)
    for hour in range(12):
        turn = hour * pi / 6
        draw.ellipse(_circle(sin(turn) * 0.31, 0.5 - cos(turn) * 0.31, 0.012), fill=NIGHT)
    for turn, length, colour, width in ((0.9, 0.2, NIGHT, 20), (5.2, 0.28, RED, 14)):
        end = (WIDTH / 2 + sin(turn) * length * HEIGHT, HEIGHT * (0.5 - cos(turn) * length))
        draw.line(((WIDTH / 2, HEIGHT / 2), end), fill=colour, width=width * SCALE)
    draw.ellipse(_circle(0, 0.5, 0.03), fill=NIGHT)
    return picture


def doorway() -> Image.Image:
    """An open door, with light that falls through it on the floor."""
    picture = _sky(NIGHT, DEEP)
    draw = ImageDraw.Draw(picture)
    floor, left, right = HEIGHT * 0.72, WIDTH * 0.43, WIDTH * 0.57
    draw.rectangle((0, floor, WIDTH, HEIGHT), fill=NIGHT)
    light = [(left, floor), (right, floor), (WIDTH * 0.86, HEIGHT), (WIDTH * 0.3, HEIGHT)]
    _glaze(picture, SAND, 170, lambda draw: draw.polygon(light, fill=255))
    draw.rectangle((left, HEIGHT * 0.16, right, floor), fill=PAPER)
    draw.ellipse(_circle(0.04, 0.34, 0.07), fill=ROSE)
    leaf = [
        (left, HEIGHT * 0.16),
        (WIDTH * 0.33, HEIGHT * 0.1),
        (WIDTH * 0.33, HEIGHT * 0.82),
        (left, floor),
    ]
    draw.polygon(leaf, fill=RED)
    draw.ellipse(_circle(-0.16, 0.45, 0.012), fill=PAPER)
    return picture


def envelope() -> Image.Image:
    """An open envelope with a sheet of paper that rises out of it."""
    picture = _sky(SKY, PAPER)
    draw = ImageDraw.Draw(picture)
    left, right, top, bottom = WIDTH * 0.3, WIDTH * 0.7, HEIGHT * 0.46, HEIGHT * 0.86
    middle = WIDTH / 2
    draw.polygon([(left, top), (middle, HEIGHT * 0.2), (right, top)], fill=DEEP)
    draw.rectangle((WIDTH * 0.34, HEIGHT * 0.14, WIDTH * 0.66, bottom), fill=PAPER)
    for row, length in enumerate((0.12, 0.24, 0.21, 0.23)):
        line = HEIGHT * (0.21 + row * 0.06)
        box = (WIDTH * 0.37, line, WIDTH * (0.37 + length), line + HEIGHT * 0.018)
        draw.rounded_rectangle(box, radius=HEIGHT * 0.009, fill=BLUE if row else RED)
    front = [(left, top), (middle, HEIGHT * 0.7), (right, top), (right, bottom), (left, bottom)]
    draw.polygon(front, fill=BLUE)
    for corner in (left, right):
        draw.line(((corner, bottom), (middle, HEIGHT * 0.64)), fill=DEEP, width=6 * SCALE)
    return picture


def columns() -> Image.Image:
    """Columns of a chart under a night sky, one of them lit."""
    picture = _sky(NIGHT, DEEP)
    draw = ImageDraw.Draw(picture)
    for star in range(40):
        box = _circle((star * 37 % 160 - 80) / 90, (star * 53 % 45) / 100, 0.003)
        draw.ellipse(box, fill=SKY)
    for column, height in enumerate((0.2, 0.34, 0.28, 0.46, 0.4, 0.66, 0.52, 0.58)):
        left = WIDTH * (0.1 + column * 0.103)
        box = (left, HEIGHT * (0.92 - height), left + WIDTH * 0.07, HEIGHT)
        draw.rectangle(box, fill=RED if column == 5 else (BLUE if column % 2 else SKY))
    draw.rectangle((0, HEIGHT * 0.92, WIDTH, HEIGHT), fill=NIGHT)
    return picture


#: Which painting goes with which article.
PAINTERS: dict[str, Callable[[], Image.Image]] = {
    "ask-before-you-write": circles,
    "why-letters-land-in-spam": waves,
    "subject-lines-that-keep-their-word": bars,
    "keep-your-list-clean": dots,
    "when-to-send": rings,
    "make-leaving-easy": doorway,
    "the-first-letter": envelope,
    "what-the-numbers-say": columns,
}
