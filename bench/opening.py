"""Opens an attempt for a mailing and throws it away; prints the seconds and the memory it took."""

import resource
import sys
import time

import django


def main(mailing_id: int) -> str:
    from django.db import transaction
    from django.utils import timezone

    from mailing.models import Attempt, Mailing
    from mailing.sending import dispatch

    mailing = Mailing.objects.get(pk=mailing_id)
    with transaction.atomic():
        begun = time.perf_counter()
        dispatch.open_attempt(mailing, timezone.now(), Attempt.Trigger.COMMAND)
        seconds = time.perf_counter() - begun
        transaction.set_rollback(True)
    return f"{seconds:.3f} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}"


if __name__ == "__main__":
    django.setup()
    print(main(int(sys.argv[1])))
