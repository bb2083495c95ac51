"""QR codes, for a screen and for the terminal."""

import io

import segno


def qr_svg(text: str) -> str:
    """A QR code of *text* as an SVG that scales, without inline styles."""
    out = io.BytesIO()
    code = segno.make(text, error="m", micro=False)
    code.save(out, kind="svg", xmldecl=False, svgns=True, omitsize=True, light="#fff", border=2)
    return out.getvalue().decode()


def qr_terminal(text: str) -> str:
    """A QR code of *text* that a phone can read off a terminal."""
    out = io.StringIO()
    segno.make(text, error="l", micro=False).terminal(out, compact=True, border=2)
    return out.getvalue()
