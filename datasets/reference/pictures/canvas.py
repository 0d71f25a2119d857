"""Pictures of at most 16 colours, drawn with whole numbers only, so that every machine draws the same pixels."""

from functools import lru_cache
from math import isqrt

from pictures.font import glyph_runs

# The first nine after black are the colours that questions speak of.
PALETTE = {
    "white": (255, 255, 255), "black": (0, 0, 0), "red": (220, 30, 30), "blue": (30, 70, 220), "green": (20, 150, 60),
    "yellow": (245, 215, 20), "brown": (125, 75, 35), "purple": (130, 40, 160), "orange": (245, 130, 20),
    "pink": (250, 150, 190), "grey": (150, 150, 150), "pale grey": (232, 232, 232), "cream": (250, 242, 220),
    "pale blue": (222, 236, 250),
}
INDEX = {name: index for index, name in enumerate(PALETTE)}
COLOURS = ["black", "red", "blue", "green", "yellow", "brown", "purple", "orange", "pink"]
DARK = ["black", "red", "blue", "green", "brown", "purple"]
GROUNDS = ["white", "cream", "pale blue"]
SHAPES = ["circle", "square", "triangle", "star", "cross", "ring"]
# Corners of a star, in hundredths of its radius.
STAR = [(0, -100), (24, -32), (95, -31), (38, 12), (59, 81), (0, 40), (-59, 81), (-38, 12), (-95, -31), (-24, -32)]


def polygon_runs(corners):
    """Runs (y, from, to) of the pixels whose middle lies inside; corners in whole pixels."""
    runs = []
    for y in range(min(y for _, y in corners), max(y for _, y in corners)):
        crossings = []
        for (x0, y0), (x1, y1) in zip(corners, corners[1:] + corners[:1]):
            if (y0 <= y) != (y1 <= y):
                # Where the edge crosses the row's middle line, y + 1/2.
                crossings.append((2 * x0 * (y1 - y0) + (2 * y + 1 - 2 * y0) * (x1 - x0)) // (2 * (y1 - y0)))
        crossings.sort()
        runs += [(y, a, b) for a, b in zip(crossings[::2], crossings[1::2]) if a < b]
    return runs


@lru_cache(maxsize=None)
def shape_runs(shape, radius):
    """Runs (y, from, to) of a shape around (0, 0); ``to`` is one past the last pixel."""
    r = radius
    rows = range(-r, r + 1)
    half = {y: isqrt(r * r + r - y * y) for y in rows}
    if shape == "circle":
        return [(y, -half[y], half[y] + 1) for y in rows]
    if shape == "ring":
        inner = r * 3 // 5
        hole = {y: isqrt(inner * inner + inner - y * y) if abs(y) <= inner else -1 for y in rows}
        return [run for y in rows for run in
                ([(y, -half[y], half[y] + 1)] if hole[y] < 0 else
                 [(y, -half[y], -hole[y]), (y, hole[y] + 1, half[y] + 1)])]
    if shape == "square":
        s = r * 7 // 8
        return [(y, -s, s + 1) for y in range(-s, s + 1)]
    if shape == "triangle":
        return [(y, -((y + r) // 2), (y + r) // 2 + 1) for y in rows]
    if shape == "cross":
        arm = max(1, r // 3)
        return [(y, -r, r + 1) if abs(y) <= arm else (y, -arm, arm + 1) for y in rows]
    return polygon_runs([(x * r // 100, y * r // 100) for x, y in STAR])


class Canvas:
    """``pixels`` holds an index into PALETTE for each pixel, row by row."""

    def __init__(self, width, height, ground="white"):
        self.width, self.height = width, height
        self.pixels = bytearray([INDEX[ground]]) * (width * height)

    def runs(self, runs, x, y, colour):
        """Fills runs moved by (x, y); what lies outside is cut off."""
        width, height, ink = self.width, self.height, bytes([INDEX[colour]])
        for dy, start, end in runs:
            row, a, b = y + dy, max(0, x + start), min(width, x + end)
            if 0 <= row < height and a < b:
                self.pixels[row * width + a:row * width + b] = ink * (b - a)

    def rectangle(self, x, y, width, height, colour):
        self.runs([(dy, 0, width) for dy in range(height)], x, y, colour)

    def frame(self, x, y, width, height, colour):
        self.rectangle(x, y, width, 1, colour)
        self.rectangle(x, y + height - 1, width, 1, colour)
        self.rectangle(x, y, 1, height, colour)
        self.rectangle(x + width - 1, y, 1, height, colour)

    def shape(self, shape, x, y, radius, colour):
        self.runs(shape_runs(shape, radius), x, y, colour)

    def polygon(self, corners, colour):
        self.runs(polygon_runs(corners), 0, 0, colour)

    def line(self, x0, y0, x1, y1, colour, thickness=2):
        """From left to right; no column is left out, so the line has no gaps."""
        steps, before = max(1, x1 - x0), y0
        for step in range(x1 - x0 + 1):
            y = y0 + (2 * step * (y1 - y0) + steps) // (2 * steps)
            top, bottom = min(before, y), max(before, y)
            self.rectangle(x0 + step, top, 1, bottom - top + thickness, colour)
            before = y

    def text(self, x, y, text, colour="black", scale=1):
        """Capitals, digits and a few signs: 5 by 7 pixels each with a pixel between, times ``scale``."""
        for sign in text.upper():
            self.runs(glyph_runs(sign, scale), x, y, colour)
            x += 6 * scale
