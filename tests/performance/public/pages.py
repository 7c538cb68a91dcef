"""The public pages as a citizen asks for them: without a cookie, by region, year and unit."""

import csv
from io import BytesIO, StringIO
from zipfile import ZipFile

from django.test import Client
from django.urls import reverse

from performance.official.editions import FormName

PLACE = ("431102", 2023, "224001")
"""Lin's bureau in 2023."""
FILES = ("report.docx", "figures.csv", "figures.json", *(f"{form}.xlsx" for form in FormName))
"""All files but the PDF, which takes LibreOffice."""


def address(name, *more, place=PLACE):
    """The address of a page about a return."""
    return reverse(name, args=[*place, *more])


def ask(path, **headers):
    """What somebody gets who never signed in, and without a cookie in return."""
    citizen = Client()
    response = citizen.get(path, headers={name.replace("_", "-"): text for name, text in headers.items()})
    assert not response.cookies and not citizen.cookies
    return response


def text_of(path):
    """A page that is there, as text."""
    response = ask(path)
    assert response.status_code == 200, path
    return response.content.decode()


def everything(revision=1, place=PLACE):
    """Every address of a public version, but for the PDF."""
    return [
        address("public_report", place=place),
        address("public_version", revision, place=place),
        *(address("public_form", revision, form, place=place) for form in FormName),
        *(address("public_file", revision, file, place=place) for file in FILES),
    ]


def inside(content):
    """What a file says: all parts of an archive, one after another; other files as they are."""
    if not content.startswith(b"PK"):
        return content
    with ZipFile(BytesIO(content)) as archive:
        return b"\n".join(archive.read(name) for name in archive.namelist())


def csv_rows(response):
    """The lines of a CSV by their heads."""
    text = response.content.decode("utf-8-sig")
    assert response.content.startswith(b"\xef\xbb\xbf") and response["Content-Type"].startswith("text/csv")
    return list(csv.DictReader(StringIO(text, newline="")))
