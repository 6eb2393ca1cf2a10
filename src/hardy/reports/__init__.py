"""Any result → plots as PNG files and one offline HTML page, for people.

A page is a `Verdict` and a list of `Section`s, written by `write_page`. It loads nothing and runs nothing, and escapes
every name that came from users: templates escape by themselves, so that no section has to remember it.

To add a section: write `sections/<name>.py` with `show_<name>(result) -> Section`, its HTML in `templates/<name>.html`
(one flat folder; `parts.html` holds names, pictures and scrolling tables); export it here; add it to `sections` in
`tests/unit/reports/conftest.py`, so that the tests on hostile names and on size see it. Figures stand with n and
interval.

The plots for a run folder are in `hardy.reports.plots`, which is not imported here: it loads matplotlib.
"""

from hardy.reports.changes import Change, compare
from hardy.reports.page import Section, Verdict, write_page
from hardy.reports.sections.audit import show_audit
from hardy.reports.sections.challenge import show_challenge
from hardy.reports.sections.comparison import show_comparison
from hardy.reports.sections.confusion import show_confusion
from hardy.reports.sections.curves import show_curves
from hardy.reports.sections.evaluation import show_evaluation
from hardy.reports.sections.mistakes import show_mistakes
from hardy.reports.sections.settings import show_settings
from hardy.reports.verdicts import judge, judge_audit, judge_comparison, judge_scorecard

__all__ = [
    "Change",
    "Section",
    "Verdict",
    "compare",
    "judge",
    "judge_audit",
    "judge_comparison",
    "judge_scorecard",
    "show_audit",
    "show_challenge",
    "show_comparison",
    "show_confusion",
    "show_curves",
    "show_evaluation",
    "show_mistakes",
    "show_settings",
    "write_page",
]
