"""hardy.audit"""

from pathlib import Path

from hardy.api.open import open as open_any
from hardy.audits import Audit, run_checks
from hardy.dataset import Dataset
from hardy.errors import OutputError
from hardy.files import free_name, read_json, write_json
from hardy.progress import SILENT, Progress
from hardy.reports import judge_audit, show_audit, write_page
from hardy.sources import OpenOptions


def audit(
    source: str | Path | Dataset,
    out: str | Path | None = None,
    options: OpenOptions = OpenOptions(),
    progress: Progress = SILENT,
) -> Audit:
    """Say whether a pile of pictures is good enough to learn from.

    Args:
        source: see `hardy.open`.
        out: a folder for `report.html` and `audit.json`; nothing is written without one.
        options: how to read the source, see `hardy.OpenOptions`.
        progress: told how far it is.

    Returns:
        Counts and findings; `.actions` are the three that matter most.

    Raises:
        InputError: nothing is there, or none of it can be read.
        OutputError: `out` exists and is not an audit of the same data.
    """
    data = open_any(source, options)
    found = run_checks(data, progress)
    if out is not None:
        folder = Path(out)
        there = read_json(folder / "audit.json") if (folder / "audit.json").is_file() else {}
        same = isinstance(there, dict) and there.get("fingerprint") == found.fingerprint
        if folder.exists() and not same and (not folder.is_dir() or any(folder.iterdir())):
            raise OutputError(
                f"{folder} exists and is not an audit of these pictures; "
                f"choose another, such as --out {free_name(folder)}"
            )
        write_json(folder / "audit.json", found.to_dict())
        write_audit_report(found, folder / "report.html")
    return found


def write_audit_report(audit: Audit, path: Path) -> None:
    """The page of an audit."""
    write_page(path, f"Audit of {audit.location}", judge_audit(audit), [show_audit(audit, audit.paths)])
