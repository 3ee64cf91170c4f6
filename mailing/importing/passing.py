"""A pass over the file of an import, to check it or to take it in; it goes on where it stopped."""

import gc
import sys
import time
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import IO, NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation

from mailing.importing.reading import Block, Position, blocks
from mailing.importing.result import NAMES, Counts
from mailing.importing.roles import columns_of
from mailing.importing.rows import RowReader, WrongRow
from mailing.importing.saving import Store
from mailing.importing.staging import Prepared
from mailing.importing.storage import path_of
from mailing.models import Import, ImportRow
from mailing.models.importing import LEASE

#: Seconds for which the thread that reads may keep the other one waiting that has heard from the
#: database; Python's own 5 ms, at each of a batch's answers, would take as long as the copying.
SWITCH_INTERVAL = 0.001


class Batch(NamedTuple):
    """Rows of a file that are saved together, and where the next ones begin."""

    right: Prepared
    wrong: list[WrongRow]
    end: Position


class Superseded(Exception):
    """The import is no longer this worker's: it was cancelled, or taken over by another one."""


class Pass:
    """Goes through the rows of an import, a batch in each transaction."""

    def __init__(self, work: Import, token: str) -> None:
        self.work, self.token = work, token
        self.is_check = work.status == Import.Status.CHECKING
        self.store = Store(work, work.lists.all())
        self.language = translation.get_language() or settings.LANGUAGE_CODE

    def run(self, seconds: float = float("inf")) -> bool:
        """Go on for up to `seconds`; return whether the end was reached. May raise Superseded."""
        give_up_at = time.monotonic() + seconds
        columns = columns_of(self.work.roles, self.work.has_header)
        seen = path_of(self.work, "seen")
        with (
            path_of(self.work, "text").open("rb") as text,
            RowReader(columns, self.store.stage.quote, seen) as reader,
            closing(ahead(self._batches(text, reader))) as batches,
        ):
            for batch in batches:
                self._keep(batch)
                if time.monotonic() > give_up_at:
                    return self.work.position >= self.work.length
        return True

    def _batches(self, text: IO[bytes], reader: RowReader) -> Iterator[Batch]:
        begin = Position(*self.work.start)
        is_first = self.work.position <= begin.offset
        position = begin if is_first else Position(self.work.position, self.work.line)
        for block in blocks(text, self.work.delimiter, position):
            with translation.override(self.language):  # a thread has none of its own
                yield self._batch(block, reader, without_header=is_first)
            is_first = False

    def _batch(self, block: Block, reader: RowReader, without_header: bool) -> Batch:
        skipped = without_header and self.work.has_header
        people, wrong = reader.read(block.records[1:] if skipped else block.records)
        return Batch(self.store.stage.prepared(people), wrong, block.end)

    @transaction.atomic
    def _keep(self, batch: Batch) -> None:
        """Save a batch and how far that is, both or neither."""
        right, wrong, end = batch
        self._go_on(end)
        counts = Counts()
        if right.people:
            counts = self.store.check(right) if self.is_check else self.store.save(right)
        self._keep_wrong(wrong)
        counts += Counts(wrong=len(wrong), total=len(wrong))
        Import.objects.filter(pk=self.work.pk).update(
            **{name: F(name) + getattr(counts, name) for name in NAMES}
        )
        self.work.wrong += len(wrong)

    def _go_on(self, end: Position) -> None:
        mine = Import.objects.filter(pk=self.work.pk, worker=self.token, status=self.work.status)
        now = timezone.now()
        if not mine.update(position=end.offset, line=end.line, leased_until=now + LEASE):
            raise Superseded
        self.work.position, self.work.line = end.offset, end.line

    def _keep_wrong(self, wrong: list[WrongRow]) -> None:
        room = max(0, settings.IMPORT_MAX_WRONG_ROWS - self.work.wrong)
        ImportRow.objects.bulk_create(
            (ImportRow(of_import=self.work, **row._asdict()) for row in wrong[:room]),
            batch_size=500,
        )


def ahead(batches: Iterator[Batch]) -> Generator[Batch, None, None]:
    """Have the next batch made while the database is busy with this one."""
    take: Callable[[], Batch | None] = lambda: next(batches, None)  # noqa: E731
    with _undisturbed(), ThreadPoolExecutor(1, thread_name_prefix="import") as thread:
        coming = thread.submit(take)
        while (batch := coming.result()) is not None:
            coming = thread.submit(take)
            yield batch
        # leaving early waits for the batch under way, which nobody will miss


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Have the threads take turns often, and nobody look for cycles, of which rows have none.

    Looking for them among the cells of a batch takes a third of the time of reading it.
    """
    interval, collects = sys.getswitchinterval(), gc.isenabled()
    sys.setswitchinterval(SWITCH_INTERVAL)
    gc.disable()
    try:
        yield
    finally:
        sys.setswitchinterval(interval)
        if collects:
            gc.enable()
