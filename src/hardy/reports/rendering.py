"""Templates and values → escaped HTML. Every value is escaped unless it is `Markup` that we made ourselves."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from hardy.reports import wording

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,  # a misspelt name in a template is an error, not a blank
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.filters |= {
    "percent": wording.percent,
    "interval": wording.interval,
    "points": wording.points,
    "count": wording.count,
    "number": wording.number,
    "shorten": wording.shorten,
}


def render(template: str, **values: Any) -> Markup:
    """Fill in a template.

    Args:
        template: file name in `templates/`.
        **values: what it shows; all text is escaped.
    """
    return Markup(_ENVIRONMENT.get_template(template).render(**values))
