"""The ratios of a return, each with the figures put in and the way to them."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from budgets.money import rate_text
from budgets.ratios import RatioResult, ratios_of
from budgets.views.addresses import schedule_url
from budgets.views.workspace import Workspace, open_workspace
from orgs.requests import Request


@dataclass(frozen=True, slots=True)
class PrintedInput:
    """A figure put into a ratio: its name, its figure with its unit, and where it is entered."""

    title: str
    text: str
    is_blank: bool
    url: str


@dataclass(frozen=True, slots=True)
class PrintedRatio:
    """A ratio as a page shows it."""

    name: str
    code: str
    rate: str
    formula: str
    obstacle: str
    inputs: list[PrintedInput]


@require_safe
def ratios(request: Request, submission_id: int) -> HttpResponse:
    """Show every ratio with its formula, its figures and, where it cannot be computed, what is missing."""
    workspace = open_workspace(request, submission_id)
    printed = printed_ratios(workspace)
    context = {
        "workspace": workspace,
        "ratios": printed,
        "computed": sum(not ratio.obstacle for ratio in printed),
    }
    return render(request, "budgets/ratios.html", context)


def printed_ratios(workspace: Workspace) -> list[PrintedRatio]:
    """Return the ratios of a return in the reader's unit, in the order of the indicator system."""
    return [_printed(workspace, result) for result in ratios_of(workspace.rows)]


def _printed(workspace: Workspace, result: RatioResult) -> PrintedRatio:
    return PrintedRatio(
        name=result.ratio.name,
        code=result.ratio.code,
        rate=rate_text(result.rate),
        formula=result.ratio.formula,
        obstacle=result.obstacle,
        inputs=[
            PrintedInput(
                each.title,
                each.text(value, workspace.unit),
                value is None,
                f"{schedule_url(workspace.submission, each.schedule)}{each.anchor}",
            )
            for each, value in result.figures.items()
        ],
    )
