"""What goes with one of the demo's messages: a file, what it said before, a picture to put in."""

from io import BytesIO

from home.demo.pictures import paint
from mailing.models import Message, MessageVersion, Picture

PROGRAMME = """\
Lantern Books, Thursday week

19:30  Doors, and soup
20:00  The author reads from "The Last Keeper"
20:30  Questions, for as long as there is soup
"""
#: The article whose picture it is: an open door.
PAINTED = "make-leaving-easy"
FIRST_SUBJECT = "An evening about lighthouses"


def add_parts(message: Message) -> None:
    """Give `message` an attachment and an earlier version, and its owner a picture.

    The picture stays out of the text: it would hold the port that the site has today.
    """
    last = message.subject
    for subject in (FIRST_SUBJECT, last):
        message.subject = subject
        MessageVersion.objects.record(message)
    message.attach("programme.txt", "application/octet-stream", PROGRAMME.encode())
    Picture.add(message.owner, BytesIO(paint(PAINTED)), "Light falls out of a door")
