"""QR codes as SVG, sharp at every print size and drawn without an imaging library.

The platform's own barcode widget needs a raster back end of reportlab (rlPyCairo) that
is not everywhere; the encoder of reportlab alone is.
"""

from base64 import b64encode

from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel

QUIET_ZONE = 4  # light modules around the code, ISO/IEC 18004


def qr_modules(text: str) -> list[list[bool]]:
    """Return the dark modules of the QR code of a text, row by row.

    A short label fits in version 1, which has 21 modules a side. The upper left
    finder begins with seven dark ones.

    >>> modules = qr_modules("FS-0000001")
    >>> len(modules), modules[0][:8]
    (21, [True, True, True, True, True, True, True, False])

    :raise ValueError: when there is no text
    """
    if not text:
        raise ValueError("a QR code needs a text")
    code = QRCode(None, QRErrorCorrectLevel.M)
    code.addData(text)
    code.make()
    size = code.getModuleCount()
    return [[bool(code.isDark(row, col)) for col in range(size)] for row in range(size)]


def qr_svg(text: str, size: str = "30mm") -> str:
    """Draw a text as SVG element.

    >>> qr_svg("FS-0000001", "2cm")[:66]
    '<svg xmlns="http://www.w3.org/2000/svg" width="2cm" height="2cm" v'

    :param str size: CSS length of a side
    """
    modules = qr_modules(text)
    side = len(modules) + 2 * QUIET_ZONE
    path = "".join(
        f"M{x + QUIET_ZONE},{y + QUIET_ZONE}h1v1h-1z"
        for y, row in enumerate(modules)
        for x, dark in enumerate(row)
        if dark
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}"'
        f' viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<path d="{path}" fill="#000"/></svg>'
    )


def qr_data_uri(text: str) -> str:
    """Return the QR code of a text as data URI, for an ``img`` of any size.

    >>> qr_data_uri("M26000001").startswith("data:image/svg+xml;base64,")
    True
    """
    svg = b64encode(qr_svg(text).encode()).decode()
    return f"data:image/svg+xml;base64,{svg}"
