"""From a figure's specification to SVG, PNG and HTML bytes; the same specification gives the same bytes."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any, Final

from skillbench.core.errors import InputError
from skillbench.report.layout import fitted

VEGA_LITE: Final = "5.20"
"""Fixed, so that a newer Vega-Lite does not redraw old figures."""

FORMATS: Final = ("svg", "png", "html")

_ID = re.compile(r'\bid="([^"]+)"')
_USE = re.compile(r'(\bid="|url\(#|href="#)([^")]+)(["\)])')
_NAMED = re.compile(r'<(?P<tag>path|rect|text) aria-label="(?P<name>[^"<>]*)"(?P<rest>[^<>]*)/>')
"""A mark with a name for screen readers: as its title the name is shown to a mouse as well."""

_COUNT = re.compile(r"\d+$")

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>{title}</title>
<style>body {{ margin: 0; display: grid; place-items: center; min-height: 100vh }}
svg {{ max-width: 100%; height: auto }}</style>
<main>
{svg}
</main>
</html>
"""


def svg(spec: dict[str, Any]) -> str:
    """The figure as SVG text.

    Raises:
        InputError: the extra ``report`` is not installed.
    """
    drawn: str = _converter().vegalite_to_svg(spec, vl_version=VEGA_LITE)
    return _NAMED.sub(r"<\g<tag>\g<rest>><title>\g<name></title></\g<tag>>", fitted(_renumbered(drawn)))


def title_of(spec: dict[str, Any]) -> str:
    """The title in one line."""
    return " ".join(spec["title"]["text"])


def _renumbered(picture: str) -> str:
    """Ids numbered from 0 in each figure; the converter counts on over all figures a process has drawn."""
    order = {name: f"{_COUNT.sub('', name)}{at}" for at, name in enumerate(dict.fromkeys(_ID.findall(picture)))}
    return _USE.sub(lambda match: f"{match[1]}{order.get(match[2], match[2])}{match[3]}", picture)


def png(picture: str) -> bytes:
    """An SVG as PNG, at twice its size."""
    drawn: bytes = _converter().svg_to_png(picture, scale=2)
    return drawn


def standalone(picture: str, title: str) -> str:
    """A page that holds nothing but the figure and requests nothing."""
    return _PAGE.format(title=html.escape(title), svg=picture)


def write_figure(spec: dict[str, Any], stem: Path, formats: tuple[str, ...] = FORMATS) -> list[Path]:
    """Write ``stem.svg``, ``stem.png`` and ``stem.html``, or some of them.

    Raises:
        InputError: an unknown format, or the extra ``report`` is not installed.
    """
    unknown = sorted(set(formats) - set(FORMATS))
    if unknown:
        raise InputError(f"a figure cannot be written as .{unknown[0]}; choose {', '.join(FORMATS)}")
    picture = svg(spec)
    stem.parent.mkdir(parents=True, exist_ok=True)
    paths = []
    for name in formats:
        path = stem.with_name(f"{stem.name}.{name}")
        if name == "png":
            path.write_bytes(png(picture))
        else:
            text = picture if name == "svg" else standalone(picture, title_of(spec))
            path.write_text(text, encoding="utf-8")
        paths.append(path)
    return paths


def _converter() -> Any:
    try:
        import vl_convert  # noqa: PLC0415  an extra: tables must work without it
    except ImportError as missing:
        raise InputError(
            "figures need vl-convert, which is missing; pip install 'skillbench-steps[report]'"
        ) from missing
    return vl_convert
