# SPDX-License-Identifier: AGPL-3.0-or-later
"""Draw a QR code as SVG.

Core's barcode widget makes a PNG and needs a native library for that
(reportlab.graphics.renderPM), which is not on every machine; SVG is plain text and
prints sharper.
"""

from base64 import b64encode

from reportlab.graphics import renderSVG
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing


def qr_data_uri(text: str, size: int = 140) -> str:
    """Return a QR code of ``text`` as data URI.

    :param str text: what a scanner reads
    :param int size: width and height in points

    >>> qr_data_uri("M26000001").startswith("data:image/svg+xml;base64,")
    True
    """
    widget = QrCodeWidget(text, barLevel="M", barWidth=size, barHeight=size)
    drawing = Drawing(size, size)
    drawing.add(widget)
    svg = renderSVG.drawToString(drawing)
    return "data:image/svg+xml;base64," + b64encode(svg.encode()).decode()
