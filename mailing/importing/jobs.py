"""The work on imports in the background: in turns, each taking up where the last one stopped."""

import logging
import time
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import OperationalError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_q.tasks import async_task

from mailing.importing import acts
from mailing.importing.limits import UnreadableFile
from mailing.importing.passing import Pass, Superseded
from mailing.importing.storage import remove_files, remove_strays
from mailing.importing.undoing import Undoing
from mailing.models import Import, ImportChange, ImportRow, ImportStep
from mailing.models.importing import LEASE

logger = logging.getLogger("mailing.importing")
Status = Import.Status
#: Seconds that a turn takes, so that letters do not wait for a large file.
TURN = 5.0
#: Seconds between two signs of life of whoever reads a file.
BEAT = 3.0
#: Seconds that reading a spreadsheet may take, which cannot be done in turns.
READING_TIMEOUT = 600


def wake(work: Import) -> None:
    """Queue a turn once the transaction is over; a lost one is made up for by the tick."""
    pk, options = work.pk, {"timeout": READING_TIMEOUT} if work.status == Status.READING else {}
    task = "mailing.tasks.take_in_recipients"
    transaction.on_commit(lambda: async_task(task, pk, **options), robust=True)


def take_turn(pk: int, seconds: float = TURN) -> Import | None:
    """Work at an import for up to `seconds`; return it when there is more to do at once."""
    token = Import.objects.claim(pk, timezone.now())
    if not token:
        return None
    work: Import = Import.objects.select_related("owner").get(pk=pk)
    with translation.override(work.owner.language or settings.LANGUAGE_CODE):
        try:
            is_over = _work(work, token, seconds)
        except Superseded:
            return None
        except UnreadableFile as error:
            acts.fail(work, str(error))
            return None
        except OperationalError:
            logger.warning("Import %s stopped and goes on later", pk, exc_info=True)
            return None
        except Exception:
            logger.exception("Import %s failed", pk)
            acts.fail(work, _("Something went wrong on our side. It was written down."))
            return None
    if is_over:
        _finish(work, token)
        return None
    Import.objects.release(pk, token, timezone.now())
    return work


def _work(work: Import, token: str, seconds: float) -> bool:
    """Go on with an import; return whether its present stage is over."""
    if work.status == Status.READING:
        acts.read(work, Heartbeat(work, token))
        return True
    if work.status == Status.UNDOING:
        return Undoing(work, token).run(seconds)
    return Pass(work, token).run(seconds)


class Heartbeat:
    """Keeps an import for whoever reads its file, which does not come in batches."""

    def __init__(self, work: Import, token: str) -> None:
        self.mine = Import.objects.filter(pk=work.pk, worker=token, status=Status.READING)
        self.last = time.monotonic()

    def __call__(self) -> None:
        """Renew the lease if it is time to. Raises Superseded when the import is lost."""
        if time.monotonic() - self.last > BEAT:
            self.last = time.monotonic()
            if not self.mine.update(leased_until=timezone.now() + LEASE):
                raise Superseded


def _finish(work: Import, token: str) -> None:
    """Bring an import to the state that follows its present one."""
    now = timezone.now()
    nexts: dict[str, dict[str, Any]] = {
        Status.CHECKING: {"status": Status.CHECKED},
        Status.RUNNING: {"status": Status.FINISHED, "finished_at": now},
        Status.UNDOING: {"status": Status.UNDONE},
    }
    if not (after := nexts.get(work.status)):
        return
    mine = Import.objects.filter(pk=work.pk, worker=token, status=work.status)
    if mine.update(worker="", leased_until=None, **after) and work.status == Status.RUNNING:
        remove_files(work)


def work_through(work: Import) -> None:
    """Work at an import here and now until its present stage is over."""
    while work.is_busy:
        take_turn(work.pk, float("inf"))
        work.refresh_from_db()


def tick() -> None:
    """Wake whatever nobody works at, and forget what has been kept long enough."""
    now = timezone.now()
    for work in list(Import.objects.ready(now).only("pk", "status")):
        wake(work)
    stale = now - timedelta(days=settings.IMPORT_UPLOAD_DAYS)
    for work in Import.objects.filter(status__in=Import.OPEN, updated_at__lt=stale):
        acts.discard(work)
    forget_old(now - timedelta(days=settings.IMPORT_UNDO_DAYS))
    remove_strays()


def forget_old(before: datetime) -> None:
    """Drop the wrong rows of old imports, and what they would need to be undone."""
    old = Import.objects.filter(
        status__in=[*Import.OVER, Status.UNDONE], finished_at__lt=before, forgotten_at=None
    )
    for work in list(old[:100]):
        with transaction.atomic():
            for model in (ImportRow, ImportStep, ImportChange):
                model._default_manager.filter(of_import=work).delete()
            work.move(work.status, forgotten_at=timezone.now())
