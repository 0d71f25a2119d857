"""A bitmap font of 5 by 7 pixels. Each letter is seven rows from the top, five bits a row, the highest bit on the left."""

from functools import lru_cache

HEIGHT, ADVANCE = 7, 6
GLYPHS = {
    "A": "0E 11 11 1F 11 11 11", "B": "1E 11 11 1E 11 11 1E", "C": "0E 11 10 10 10 11 0E", "D": "1E 11 11 11 11 11 1E",
    "E": "1F 10 10 1E 10 10 1F", "F": "1F 10 10 1E 10 10 10", "G": "0E 11 10 17 11 11 0F", "H": "11 11 11 1F 11 11 11",
    "I": "0E 04 04 04 04 04 0E", "J": "07 02 02 02 02 12 0C", "K": "11 12 14 18 14 12 11", "L": "10 10 10 10 10 10 1F",
    "M": "11 1B 15 15 11 11 11", "N": "11 19 15 13 11 11 11", "O": "0E 11 11 11 11 11 0E", "P": "1E 11 11 1E 10 10 10",
    "Q": "0E 11 11 11 15 12 0D", "R": "1E 11 11 1E 14 12 11", "S": "0F 10 10 0E 01 01 1E", "T": "1F 04 04 04 04 04 04",
    "U": "11 11 11 11 11 11 0E", "V": "11 11 11 11 11 0A 04", "W": "11 11 11 15 15 15 0A", "X": "11 11 0A 04 0A 11 11",
    "Y": "11 11 0A 04 04 04 04", "Z": "1F 01 02 04 08 10 1F", "0": "0E 11 13 15 19 11 0E", "1": "04 0C 04 04 04 04 0E",
    "2": "0E 11 01 02 04 08 1F", "3": "1F 02 04 02 01 11 0E", "4": "02 06 0A 12 1F 02 02", "5": "1F 10 1E 01 01 11 0E",
    "6": "06 08 10 1E 11 11 0E", "7": "1F 01 02 04 08 08 08", "8": "0E 11 11 0E 11 11 0E", "9": "0E 11 11 0F 01 02 0C",
    ":": "00 04 04 00 04 04 00", " ": "00 00 00 00 00 00 00",
}


@lru_cache(maxsize=None)
def glyph_runs(sign, scale=1):
    """Runs (y, from, to) of dark pixels."""
    runs = []
    for y, row in enumerate(int(bits, 16) for bits in GLYPHS[sign].split()):
        x = 0
        while x < 5:
            start = x
            while x < 5 and row >> (4 - x) & 1:
                x += 1
            if x > start:
                runs += [(y * scale + dy, start * scale, x * scale) for dy in range(scale)]
            x += 1
    return runs


def width(text, scale=1):
    """Pixels from the first letter's left edge to the last one's right edge."""
    return (len(text) * ADVANCE - 1) * scale
