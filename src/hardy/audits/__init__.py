"""Is the data good enough? One file per check; a check looks at a probed dataset and returns findings.

To add a check: write `audits/<name>.py` with a function that takes a Dataset and returns a list of Findings, whose
docstring says what it does, why that is bad, what to do, and where the figure comes from; add a line to `CHECKS`; test
in `tests/unit/audits/test_<name>.py` that it finds what was planted and is silent where nothing was.
"""

from collections.abc import Callable

from hardy.audits.audit import Audit
from hardy.audits.class_sizes import check_class_sizes
from hardy.audits.duplicates import check_duplicates
from hardy.audits.empty_classes import check_empty_classes
from hardy.audits.layers import check_layers
from hardy.audits.unreadable import check_unreadable
from hardy.dataset import Dataset
from hardy.dataset.probe import probe
from hardy.files import hash_bytes
from hardy.findings import Finding
from hardy.progress import SILENT, Progress

__all__ = ["CHECKS", "Audit", "run_checks"]

CHECKS: dict[str, Callable[[Dataset], list[Finding]]] = {
    "unreadable": check_unreadable,
    "duplicates": check_duplicates,
    "class-sizes": check_class_sizes,
    "empty-classes": check_empty_classes,
    "layers": check_layers,
}


def run_checks(data: Dataset, progress: Progress = SILENT) -> Audit:
    """Run every check.

    Args:
        data: any dataset; it is probed first.
        progress: told the stage "reading".

    Raises:
        InputError: nothing at all can be read.
    """
    probed = probe(data, progress=progress)
    findings = [finding for check in CHECKS.values() for finding in check(probed)]
    return Audit(
        location=data.location,
        images=len(probed),
        counts=probed.counts(),
        splits=probed.split_sizes(),
        refused=probed.refused,
        findings=tuple(findings),
        paths=_paths(probed, findings),
        fingerprint=hash_bytes(f"{probed.fingerprint}{probed.refused}".encode("utf-8", "backslashreplace")),
    )


def _paths(data: Dataset, findings: list[Finding]) -> dict[str, str]:
    named = {identity for finding in findings for identity in finding.sample_ids}
    paths = {identity: path for identity, path in zip(data.ids, data.paths(), strict=True) if identity in named}
    return paths | {entry.id: entry.uri for entry in data.refused if entry.id in named}
