"""Reports: what was sent in a period, by day, by mailing and by answer."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views import View

from accounts.access import DashboardMixin
from accounts.models import User
from mailing.exporting import Sheet
from mailing.forms.report import PERIODS, ReportForm
from mailing.models import Figure
from mailing.models.delivery import State
from mailing.reports.building import answers, by_mailing, of_mailing, report_for
from mailing.reports.chart import bars_of, chart_of
from mailing.reports.meanings import meaning_of
from mailing.reports.period import Period
from mailing.reports.report import Answer, Letters, Report
from mailing.views.conditional import answer_once
from mailing.views.downloads import table_download, workbook_download

ROWS_AT_ONCE = 500


def explained(some: Sequence[Answer]) -> list[dict[str, Any]]:
    """Return answers with what they mean, in the reader's language."""
    return [
        {
            "answer": each,
            "state": State(each.state).label,
            "meaning": meaning_of(each.state, each.reason, each.smtp_code, each.status_code),
        }
        for each in some
    ]


class ReportMixin(DashboardMixin):
    """Knows what the report is about: an owner sees only what is theirs."""

    def get_form(self) -> ReportForm:
        return ReportForm(self.request.GET or {}, oversees=self.oversees)

    @property
    def oversees(self) -> bool:
        return self.user.has_perm("mailing.oversee_mailing")

    def get_owner(self, form: ReportForm) -> User | None:
        """Return whose letters are reported on; those of everybody when nobody is named."""
        owner: User | None = form.cleaned_data.get("owner") if self.oversees else self.user
        return owner


class ReportView(ReportMixin, View):
    """The report as a page."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        form = self.get_form()
        context = {"form": form, "periods": PERIODS, "pressed": form.pressed}
        context["oversees"] = self.oversees
        if not form.is_valid():
            return render(request, "mailing/report.html", context)
        owner = self.get_owner(form)
        report = report_for(self.user, owner, form.cleaned_data["days"])

        def page() -> HttpResponse:
            shown = {"form": form.filled_in()} | report_context(report, owner)
            return render(request, "mailing/report.html", context | shown)

        return answer_once(request, report.built_at.isoformat(), report.built_at, page)


def report_context(report: Report, owner: User | None) -> dict[str, Any]:
    """Return what the template draws."""
    return {
        "report": report,
        "owner": owner,
        "letters": report.letters,
        "chart": chart_of(report.days),
        "bars": bars_of(report.mailings),
        "answers": explained(report.answers),
        "zone": timezone.get_current_timezone_name(),
    }


class ReportDownloadView(ReportMixin, View):
    """The report to take away: a table as CSV, or all of them as a workbook."""

    def get(self, request: HttpRequest, table: str) -> HttpResponseBase:
        form = self.get_form()
        if not form.is_valid():
            raise Http404
        tables = Tables(self.user, self.get_owner(form), form.cleaned_data["days"], self.oversees)
        name = tables.name()
        if table == "all":
            return workbook_download(name, tables.sheets())
        if table not in tables.by_name:
            raise Http404
        title, headings, rows = tables.by_name[table]()
        return table_download("csv", f"{name} {title}", headings, rows)


class Tables:
    """The tables of a report, with every row there is."""

    def __init__(self, user: User, owner: User | None, period: Period, with_owners: bool) -> None:
        self.user, self.owner, self.period, self.with_owners = user, owner, period, with_owners
        self.figures = Figure.objects.of(owner).between(period.begin, period.end)
        self.by_name = {"days": self.days, "mailings": self.mailings, "answers": self.answers}

    def name(self) -> str:
        return f"{_('Report')} {self.period.first:%Y-%m-%d} {self.period.last:%Y-%m-%d}"

    def sheets(self) -> Iterator[Sheet]:
        return (make() for make in self.by_name.values())

    def days(self) -> Sheet:
        report = report_for(self.user, self.owner, self.period)
        rows = ((day.day, *_numbers(day)) for day in report.days)
        return Sheet(_("Days"), [_("Day"), *_number_headings()], rows)

    def mailings(self) -> Sheet:
        headings = [_("Mailing"), *([_("Owner")] if self.with_owners else [])]
        rows = (
            (
                each.name if each.pk else _("Deleted mailings"),
                *([each.owner] if self.with_owners else []),
                *_numbers(each),
            )
            for each in map(of_mailing, by_mailing(self.figures).iterator(ROWS_AT_ONCE))
        )
        return Sheet(_("Mailings"), [*headings, *_number_headings()], rows)

    def answers(self) -> Sheet:
        headings = [
            *(_("State"), pgettext("letters", "Letters"), _("Answer code"), _("Status code")),
            *(_("Meaning"), _("What to do")),
        ]
        rows = (
            (
                *(each["state"], each["answer"].letters, each["answer"].smtp_code or None),
                *(each["answer"].status_code, *each["meaning"]),
            )
            for each in explained(answers(self.figures))
        )
        return Sheet(_("Answers"), headings, rows)


def _number_headings() -> list[str]:
    names = (State.SENT, State.FAILED, State.UNCERTAIN, State.SKIPPED)
    return [*(str(state.label).capitalize() for state in names), _("Success, %")]


def _numbers(letters: Letters) -> tuple[float | None, ...]:
    share = letters.success
    return (
        letters.sent,
        letters.failed,
        letters.uncertain,
        letters.skipped,
        None if share is None else round(share, 2),
    )
