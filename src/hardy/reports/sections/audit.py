"""Is the data good enough? What to do first, then the counts, then every finding."""

from collections.abc import Mapping

from hardy.audits.audit import Audit
from hardy.findings import SEVERITIES, Finding
from hardy.reports.figures import draw_share
from hardy.reports.page import Section
from hardy.reports.rendering import render
from hardy.reports.wording import number

MOST_PATHS = 5
MOST_REFUSED = 50
MANY_CLASSES = 50
"""From more classes on the counts are folded away."""


def _describe_finding(finding: Finding, paths: Mapping[str, str]) -> dict[str, object]:
    found = [paths[identity] for identity in finding.sample_ids if identity in paths][:MOST_PATHS]
    facts = []
    if finding.value is not None:
        facts.append(f"measured {number(finding.value)}")
    if finding.interval is not None:
        facts.append(f"95% interval {number(finding.interval[0])} to {number(finding.interval[1])}")
    if finding.threshold is not None:
        facts.append(f"threshold {number(finding.threshold)}")
    return {
        "severity": finding.severity,
        "code": finding.code,
        "message": finding.message,
        "fix": finding.fix,
        "facts": ", ".join(facts),
        "samples": len(finding.sample_ids),
        "paths": found,
        "more": len(finding.sample_ids) - len(found),
    }


def show_audit(audit: Audit, paths: Mapping[str, str] | None = None) -> Section:
    """What to do first, pictures per class and side, every finding with its figures, and what was refused.

    Args:
        audit: of a pile of pictures.
        paths: where each sample lies, by id; with it the findings name their first samples.
    """
    most = max(audit.counts.values(), default=0)
    ranked = sorted(audit.findings, key=lambda f: (-SEVERITIES.index(f.severity), -f.weight))
    html = render(
        "audit.html",
        location=audit.location,
        images=audit.images,
        actions=audit.actions,
        classes=[(name, size, draw_share(size / most if most else 0.0)) for name, size in audit.counts.items()],
        folded=len(audit.counts) > MANY_CLASSES,
        sides=[(side, size, size / audit.images if audit.images else 0.0) for side, size in audit.splits.items()],
        findings=[_describe_finding(finding, paths or {}) for finding in ranked],
        refused=audit.refused[:MOST_REFUSED],
        refused_total=len(audit.refused),
    )
    return Section("What the audit found", html, "audit")
