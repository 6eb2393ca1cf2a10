"""hardy.report"""

from pathlib import Path

from hardy.api.audit import write_audit_report
from hardy.api.run_report import write_run_report
from hardy.audits import Audit
from hardy.challenges import Scorecard
from hardy.errors import InputError
from hardy.reports import judge, judge_scorecard, show_challenge, show_confusion, show_evaluation, write_page
from hardy.training.evaluation import Evaluation
from hardy.training.run import Run


def report(result: Audit | Evaluation | Scorecard | Run, path: str | Path) -> None:
    """Write any result as one page that opens offline.

    Args:
        result: what `hardy.audit`, `hardy.evaluate`, `hardy.challenge` or `hardy.train` returned.
        path: of the HTML file; it is replaced.

    Raises:
        InputError: there is no page for such a result.
        OutputError: the file cannot be written.
    """
    where = Path(path)
    if isinstance(result, Audit):
        write_audit_report(result, where)
    elif isinstance(result, Evaluation):
        sections = [show_evaluation(result), show_confusion(result)]
        write_page(where, f"Evaluation: {result.name}", judge(result), sections)
    elif isinstance(result, Scorecard):
        write_page(where, f"Challenge: {result.model}", judge_scorecard(result), [show_challenge(result)])
    elif isinstance(result, Run):
        write_run_report(result, result.path, None, where)
    else:
        raise InputError(f"there is no page for {type(result).__name__}; expected Audit, Evaluation, Scorecard or Run")
