"""Makes the small picture files beside this file, and what PIL reads from them: kinds of files that the shared fixtures leave out.

Run with pillow and numpy, and libjpeg-turbo's cjpeg for the samplings that pillow does not write: python make.py. Everything is seeded.
"""
import hashlib
import io
import json
import pathlib
import struct
import subprocess
import zlib

import numpy as np
from PIL import Image, ImageOps

HERE = pathlib.Path(__file__).parent
WIDTH, HEIGHT = 23, 17
RANDOM = np.random.default_rng(6)


def picture(seed=0):
    """Smooth colours with a hard edge and some noise."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    noise = np.random.default_rng(seed).integers(0, 40, (HEIGHT, WIDTH, 3))
    colours = np.stack([x * 9 + seed * 20, y * 13, 255 - x * 5 - y * 5], -1) + noise
    colours[(x + seed) // 7 % 2 == 1] += 60
    return Image.fromarray(np.clip(colours, 0, 255).astype(np.uint8))


def save(image, name, **settings):
    image.save(HERE / name, **settings)


def jpeg(**settings):
    data = io.BytesIO()
    picture().save(data, "jpeg", quality=80, **settings)
    return bytearray(data.getvalue())


def without_segment(data, marker):
    at = data.find(marker)
    del data[at:at + 2 + data[at + 2] * 256 + data[at + 3]]
    return data


def with_ids(data, ids):
    """The components under other numbers, by which libjpeg guesses colours."""
    frame, scan = data.find(b"\xff\xc0"), data.find(b"\xff\xda")
    for i in range(3):
        data[frame + 10 + 3 * i] = data[scan + 5 + 2 * i] = ids[i]
    return data


def jpegs():
    for sampling, name in ((0, "444"), (1, "422"), (2, "420")):
        (HERE / f"sampled-{name}.jpg").write_bytes(jpeg(subsampling=sampling))
    ppm = io.BytesIO()
    picture().save(ppm, "ppm")
    for sampling, name in (("1x2", "440"), ("4x1", "411"), ("1x1,2x1,1x2", "mixed")):
        run = subprocess.run(["cjpeg", "-quality", "80", "-sample", sampling], input=ppm.getvalue(), capture_output=True, check=True)
        (HERE / f"sampled-{name}.jpg").write_bytes(run.stdout)
    run = subprocess.run(["cjpeg", "-arithmetic"], input=ppm.getvalue(), capture_output=True, check=True)
    (HERE / "arithmetic.jpg").write_bytes(run.stdout)
    (HERE / "progressive.jpg").write_bytes(jpeg(progressive=True))
    (HERE / "restarts.jpg").write_bytes(jpeg(restart_marker_blocks=1))
    save(picture().convert("L"), "grey.jpg")
    save(picture(), "plain-rgb.jpg", keep_rgb=True)
    data = io.BytesIO()
    picture().convert("CMYK").save(data, "jpeg")
    inks = bytearray(data.getvalue())
    (HERE / "cmyk.jpg").write_bytes(inks)
    adobe = inks.find(b"Adobe") + 11
    inks[adobe] = 2
    (HERE / "ycck.jpg").write_bytes(inks)
    (HERE / "cmyk-unmarked.jpg").write_bytes(without_segment(inks, b"\xff\xee"))
    bare = without_segment(jpeg(), b"\xff\xe0")
    (HERE / "unmarked.jpg").write_bytes(bare)
    (HERE / "unmarked-rgb.jpg").write_bytes(with_ids(bytearray(bare), b"RGB"))
    (HERE / "unmarked-zero.jpg").write_bytes(with_ids(bytearray(bare), b"\0\1\2"))
    (HERE / "trailing.jpg").write_bytes(jpeg() + b"trailing")
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        (HERE / f"orientation-{orientation}.jpg").write_bytes(jpeg(exif=exif))
    (HERE / "orientation-xmp.jpg").write_bytes(jpeg(xmp=b'<x tiff:Orientation="6"/>'))


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(name, depth, colour, channels, *extra):
    rows = RANDOM.integers(0, 256, (HEIGHT, (WIDTH * depth * channels + 7) // 8), dtype=np.uint8)
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, depth, colour, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + row.tobytes() for row in rows))
    (HERE / name).write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(extra) + chunk(b"IDAT", data) + chunk(b"IEND", b""))


def pngs():
    for depth in (1, 2, 4):
        png(f"grey-{depth}.png", depth, 0, 1)
        png(f"palette-{depth}.png", depth, 3, 1, chunk(b"PLTE", RANDOM.integers(0, 256, 3 << depth, dtype=np.uint8).tobytes()))
    png("grey-16.png", 16, 0, 1)
    png("rgb-16.png", 16, 2, 3)
    png("grey-alpha-16.png", 16, 4, 2)
    png("rgba-16.png", 16, 6, 4)
    png("gamma.png", 8, 2, 3, chunk(b"gAMA", struct.pack(">I", 45455)))
    save(picture(), "one-colour-transparent.png", transparency=picture().getpixel((0, 0)))
    save(picture().convert("L"), "one-grey-transparent.png", transparency=picture().convert("L").getpixel((0, 0)))
    exif = Image.Exif()
    exif[0x0112] = 8
    save(picture(), "orientation.png", exif=exif)


def bmp(name, bits, compression, data, between=b"", height=HEIGHT):
    header = struct.pack("<IiiHHIIiiII", 40, WIDTH, height, 1, bits, compression, len(data), 0, 0, 0, 0)
    offset = 14 + len(header) + len(between)
    (HERE / name).write_bytes(b"BM" + struct.pack("<IHHI", offset + len(data), 0, 0, offset) + header + between + data)


def rows(bits):
    return RANDOM.integers(0, 256, HEIGHT * ((WIDTH * bits + 31) // 32 * 4), dtype=np.uint8).tobytes()


def bmps():
    palette = RANDOM.integers(0, 256, 1024, dtype=np.uint8).tobytes()
    bmp("one-bit.bmp", 1, 0, rows(1), palette[:8])
    bmp("four-bits.bmp", 4, 0, rows(4), palette[:64])
    bmp("555.bmp", 16, 0, rows(16))
    bmp("565.bmp", 16, 3, rows(16), struct.pack("<III", 0xF800, 0x7E0, 0x1F))
    bmp("24-from-top.bmp", 24, 0, rows(24), height=-HEIGHT)
    bmp("32.bmp", 32, 0, rows(32))
    runs = b"".join(bytes([WIDTH - 6, y * 7, 0, 6]) + bytes(range(y, y + 6)) + b"\0\0" for y in range(HEIGHT)) + b"\0\1"
    bmp("run-lengths.bmp", 8, 1, runs, palette)
    save(picture().convert("P", palette=Image.Palette.ADAPTIVE, colors=40), "palette.bmp")


def gif_moved(data, screen, corner):
    data = bytearray(data)
    data[6:10] = struct.pack("<HH", *screen)
    at = 13 + (3 << ((data[10] & 7) + 1) if data[10] & 128 else 0)
    while data[at] != 0x2C:
        at += 2
        while data[at]:
            at += 1 + data[at]
        at += 1
    data[at + 1:at + 5] = struct.pack("<HH", *corner)
    return data


def gifs():
    colours = picture().convert("P", palette=Image.Palette.ADAPTIVE, colors=12)
    save(colours, "palette.gif")
    save(colours, "transparent.gif", transparency=3)
    save(colours, "interlaced.gif", interlace=True)
    save(picture().convert("L"), "grey.gif")
    save(picture(1), "animated.gif", save_all=True, append_images=[picture(2)])
    (HERE / "part-of-screen.gif").write_bytes(gif_moved((HERE / "palette.gif").read_bytes(), (40, 30), (7, 5)))
    (HERE / "part-transparent.gif").write_bytes(gif_moved((HERE / "transparent.gif").read_bytes(), (40, 30), (7, 5)))
    (HERE / "beyond-screen.gif").write_bytes(gif_moved((HERE / "palette.gif").read_bytes(), (9, 9), (4, 2)))


def webps():
    alpha = picture().convert("RGBA")
    alpha.putalpha(picture(3).convert("L"))
    save(picture(), "lossy.webp", quality=60)
    save(picture(), "lossless.webp", lossless=True)
    save(alpha, "alpha.webp", quality=60)
    save(alpha, "alpha-lossless.webp", lossless=True, exact=True)
    save(picture(1), "animated.webp", save_all=True, append_images=[picture(2)], quality=60)
    save(alpha, "animated-alpha.webp", save_all=True, append_images=[picture(2).convert("RGBA")], quality=60)
    exif = Image.Exif()
    exif[0x0112] = 6
    save(picture(), "orientation.webp", exif=exif, quality=60)


if __name__ == "__main__":
    for make in (jpegs, pngs, bmps, gifs, webps):
        make()
    expected = {}
    for path in sorted(HERE.iterdir()):
        if path.suffix in (".jpg", ".png", ".bmp", ".gif", ".webp"):
            image = ImageOps.exif_transpose(Image.open(path)).convert("RGB")
            expected[path.name] = {"width": image.width, "height": image.height, "sha256": hashlib.sha256(np.asarray(image).tobytes()).hexdigest()}
    (HERE / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
