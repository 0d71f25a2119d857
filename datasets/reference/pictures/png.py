"""Writes PNG files of 16 colours. The compression is written out here because zlib's output differs between its versions."""

import struct
import zlib

# Deflate's codes for lengths: (code, extra bits, first length), from RFC 1951.
LENGTHS = [(257 + i, 0, 3 + i) for i in range(8)]
for group in range(1, 6):
    LENGTHS += [(261 + 4 * group + i, group, (4 + i << group) + 3) for i in range(4)]
LENGTHS = LENGTHS[:28]
# Likewise for distances.
DISTANCES = [(i, 0, 1 + i) for i in range(4)]
for group in range(1, 14):
    DISTANCES += [(2 + 2 * group + i, group, (2 + i << group) + 1) for i in range(2)]


class Bits:
    def __init__(self):
        self.bytes, self.held, self.count = bytearray(), 0, 0

    def add(self, value, count):
        """``count`` bits, the lowest first."""
        self.held |= value << self.count
        self.count += count
        while self.count >= 8:
            self.bytes.append(self.held & 255)
            self.held >>= 8
            self.count -= 8

    def code(self, value, count):
        """A Huffman code: the highest bit first."""
        self.add(int(format(value, f"0{count}b")[::-1], 2), count)

    def symbol(self, symbol):
        """Deflate's fixed code of a literal, a length or the end."""
        if symbol < 144:
            self.code(48 + symbol, 8)
        elif symbol < 256:
            self.code(400 + symbol - 144, 9)
        elif symbol < 280:
            self.code(symbol - 256, 7)
        else:
            self.code(192 + symbol - 280, 8)


def match(data, at, distance):
    """How many bytes at ``at`` repeat those ``distance`` before."""
    if distance > at:
        return 0
    end = at
    while end < len(data) and end - at < 257 and data[end] == data[end - distance]:
        end += 1
    return end - at


def deflate(data, row):
    """Fixed Huffman codes; a repetition is looked for one byte back and one and two rows back, where drawings repeat."""
    bits, at = Bits(), 0
    bits.add(0b011, 3)
    while at < len(data):
        length, distance = max((match(data, at, back), -back) for back in (1, row, 2 * row))
        if length < 3:
            bits.symbol(data[at])
            at += 1
            continue
        code, extra, first = max((entry for entry in LENGTHS if entry[2] <= length), key=lambda entry: entry[2])
        bits.symbol(code)
        bits.add(length - first, extra)
        code, extra, first = max((entry for entry in DISTANCES if entry[2] <= -distance), key=lambda entry: entry[2])
        bits.code(code, 5)
        bits.add(-distance - first, extra)
        at += length
    bits.symbol(256)
    bits.add(0, -bits.count % 8)
    return bytes(bits.bytes)


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(canvas, palette):
    """The file's bytes: colour type 3, four bits a pixel, no row filter."""
    width, height, pixels = canvas.width, canvas.height, canvas.pixels
    rows = bytearray()
    for y in range(height):
        line = pixels[y * width:(y + 1) * width] + bytes(width % 2)
        rows.append(0)
        rows += bytes(a << 4 | b for a, b in zip(line[::2], line[1::2]))
    stream = b"\x78\x01" + deflate(rows, (width + 1) // 2 + 1) + struct.pack(">I", zlib.adler32(rows))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 4, 3, 0, 0, 0))
            + chunk(b"PLTE", b"".join(bytes(colour) for colour in palette.values()))
            + chunk(b"IDAT", stream) + chunk(b"IEND", b""))
