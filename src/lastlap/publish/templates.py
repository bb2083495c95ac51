"""Pages for people: templates filled, escaped, with one look, no script and nothing from elsewhere."""

from functools import lru_cache
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup


@lru_cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("lastlap.publish", "pages"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )


def filled(template: str, **values: object) -> str:
    """The page that a template gives with *values*, which are escaped."""
    return _templates().get_template(template).render(**values)


@lru_cache
def style() -> Markup:
    """The style of all pages."""
    text = resources.files("lastlap.publish").joinpath("pages", "site.css").read_text(encoding="utf-8")
    return Markup(text)  # noqa: S704 - our own file, without a `<`
