"""Tables to take away, as CSV or as a workbook."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from django.http import StreamingHttpResponse
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header

from mailing.exporting import Sheet, csv_pieces, xlsx_pieces

#: Formats that are offered, with their media types.
CSV, XLSX = "csv", "xlsx"
MEDIA_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
PIECES_AT_ONCE = 200


def table_download(
    file_format: str, name: str, headings: Sequence[object], rows: Iterable[Sequence[object]]
) -> StreamingHttpResponse:
    """Answer with one table as a file in `file_format`, named `name` without the ending.

    `rows` are read while the file is sent.
    """
    if file_format == XLSX:
        return _answer(XLSX, name, xlsx_pieces([Sheet(name, headings, rows)]))
    return _answer(CSV, name, _joined(csv_pieces(headings, rows)))


def workbook_download(name: str, sheets: Iterable[Sheet]) -> StreamingHttpResponse:
    """Answer with several tables as a workbook, named `name` without the ending."""
    return _answer(XLSX, name, xlsx_pieces(sheets))


def _joined(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield as many pieces at once as are worth a packet."""
    while some := b"".join(islice(pieces, PIECES_AT_ONCE)):
        yield some


def _answer(file_format: str, name: str, pieces: Iterable[bytes]) -> StreamingHttpResponse:
    response = StreamingHttpResponse(pieces, content_type=MEDIA_TYPES[file_format])
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.{file_format}")
    patch_cache_control(response, private=True, no_store=True)
    return response
