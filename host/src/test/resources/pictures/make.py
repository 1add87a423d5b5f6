"""Makes the pictures in this folder, and what Pillow decodes them to. See README.md."""
import base64, io, struct, zlib
import numpy as np
from PIL import Image

W, H = 19, 14
r = np.random.default_rng(13)
y, x = np.mgrid[0:H, 0:W]
smooth = np.stack([x * 255 // (W - 1), y * 255 // (H - 1), (x + y) * 255 // (W + H - 2)], -1)
rgb = np.clip(smooth + r.integers(-20, 20, smooth.shape), 0, 255).astype(np.uint8)
colour, grey = Image.fromarray(rgb), Image.fromarray(rgb[:, :, 1])
alpha = Image.fromarray(np.dstack([rgb, np.where(x > 9, 255, 90).astype(np.uint8)]))
opaque = Image.fromarray(np.dstack([rgb, np.full((H, W), 255, np.uint8)]))
wide = (rgb.astype(np.uint16) * 257) ^ r.integers(0, 256, rgb.shape).astype(np.uint16)
files = {}


def save(name, image, **options):
    out = io.BytesIO()
    image.save(out, **options)
    files[name] = out.getvalue()


def png(name, bits, colour_type, lines, chunks=()):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    head = struct.pack(">IIBBBBB", W, H, bits, colour_type, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + line for line in lines))
    files[name] = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + b"".join(
        chunk(k, d) for k, d in chunks) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def markers(jpeg, ids=None, jfif=True, adobe=None):
    """A JPEG with other component ids, without its JFIF marker, with an Adobe marker."""
    out, at = bytearray(b"\xff\xd8"), 2
    if jfif:
        out += b"\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"
    if adobe is not None:
        out += b"\xff\xee\0\x0eAdobe\0d\0\0\0\0" + bytes([adobe])
    while True:
        kind, length = jpeg[at + 1], struct.unpack(">H", jpeg[at + 2:at + 4])[0]
        part = bytearray(jpeg[at:at + 2 + length])
        if ids and kind in (0xC0, 0xC2):
            for i, c in enumerate(ids):
                part[10 + 3 * i] = c
        if ids and kind == 0xDA:
            for i in range(part[4]):
                part[5 + 2 * i] = ids[part[5 + 2 * i] - 1]
        if kind not in (0xE0, 0xEE):
            out += part
        at += 2 + length
        if kind == 0xDA:
            return bytes(out) + jpeg[at:]


for name, sampling in (("444", 0), ("422", 1), ("420", 2)):
    save(f"ycc-{name}.jpg", colour, format="jpeg", quality=90, subsampling=sampling)
save("progressive.jpg", colour, format="jpeg", quality=80, progressive=True)
save("grey.jpg", grey, format="jpeg", quality=90)
save("cmyk.jpg", colour.convert("CMYK"), format="jpeg", quality=95)
plain = files["ycc-444.jpg"]
files["ycc-ids-012.jpg"] = markers(plain, ids=(0, 1, 2), jfif=False)
files["ycc-ids-012-420.jpg"] = markers(files["ycc-420.jpg"], ids=(0, 1, 2), jfif=False)
files["ycc-no-marker.jpg"] = markers(plain, jfif=False)
files["rgb-ids.jpg"] = markers(plain, ids=(82, 71, 66), jfif=False)
files["rgb-ids-jfif.jpg"] = markers(plain, ids=(82, 71, 66))
files["rgb-adobe-0.jpg"] = markers(plain, jfif=False, adobe=0)
files["ycc-adobe-1.jpg"] = markers(plain, jfif=False, adobe=1)
files["jfif-adobe-0.jpg"] = markers(plain, adobe=0)
files["jfif-adobe-1.jpg"] = markers(plain, adobe=1)
files["cmyk-adobe-0.jpg"] = markers(files["cmyk.jpg"], jfif=False, adobe=0)
files["cmyk-no-marker.jpg"] = markers(files["cmyk.jpg"], jfif=False)
files["ycck-adobe-2.jpg"] = markers(files["cmyk.jpg"], jfif=False, adobe=2)

save("rgb.png", colour, format="png")
save("grey.png", grey, format="png")
save("black-and-white.png", grey.convert("1"), format="png")
save("palette.png", colour.quantize(11), format="png")
save("palette-256.png", colour.quantize(256), format="png")
save("opaque.png", opaque, format="png")
save("grey-16.png", Image.fromarray((wide[:, :, 0] >> 7).astype(np.uint16)), format="png")
png("grey-2.png", 2, 0, [bytes(r.integers(0, 256, (W * 2 + 7) // 8, np.uint8)) for _ in range(H)])
png("grey-4.png", 4, 0, [bytes(r.integers(0, 256, (W * 4 + 7) // 8, np.uint8)) for _ in range(H)])
png("rgb-16.png", 16, 2, [wide[i].astype(">u2").tobytes() for i in range(H)])
png("opaque-16.png", 16, 6, [np.dstack([wide, np.full((H, W), 65535)])[i].astype(">u2").tobytes() for i in range(H)])
png("gamma.png", 8, 2, [rgb[i].tobytes() for i in range(H)], [(b"gAMA", struct.pack(">I", 100000)), (b"iCCP", b"x\0\0" + zlib.compress(b"no profile"))])
save("transparent.png", alpha, format="png")
save("transparent-palette.png", colour.quantize(7), format="png", transparency=2)
save("transparent-grey.png", alpha.convert("LA"), format="png")
save("transparent-colour.png", colour, format="png", transparency=tuple(int(v) for v in rgb[3, 4]))
# Adam7
def adam7(pixels):
    out = b""
    for x0, y0, dx, dy in ((0,0,8,8),(4,0,8,8),(0,4,4,8),(2,0,4,4),(0,2,2,4),(1,0,2,2),(0,1,1,2)):
        part = pixels[y0::dy, x0::dx]
        if part.size:
            out += b"".join(b"\0" + line.tobytes() for line in part)
    return out
png("interlaced.png", 8, 2, [rgb[i].tobytes() for i in range(H)])
p = bytearray(files["interlaced.png"][:33]); p[28] = 1
p[29:33] = struct.pack(">I", zlib.crc32(bytes(p[12:29])))
body = zlib.compress(adam7(rgb))
files["interlaced.png"] = bytes(p) + struct.pack(">I", len(body)) + b"IDAT" + body + struct.pack(">I", zlib.crc32(b"IDAT" + body)) + b"\0\0\0\0IEND\xaeB`\x82"

save("rgb.bmp", colour, format="bmp")
save("grey.bmp", grey, format="bmp")
save("palette.bmp", colour.quantize(200), format="bmp")
save("black-and-white.bmp", grey.convert("1"), format="bmp")
save("opaque.bmp", opaque, format="bmp")
lines = b"".join((((rgb[i, :, 0] >> 3).astype("<u2") << 10) | ((rgb[i, :, 1] >> 3).astype("<u2") << 5) | (rgb[i, :, 2] >> 3)).astype("<u2").tobytes() + b"\0\0" * (W % 2) for i in range(H))
files["15-bit-top-down.bmp"] = b"BM" + struct.pack("<IHHI", 54 + len(lines), 0, 0, 54) + struct.pack("<IiiHHIIiiII", 40, W, -H, 1, 16, 0, len(lines), 0, 0, 0, 0) + lines

save("rgb.webp", colour, format="webp", lossless=True)
save("opaque.webp", opaque, format="webp", lossless=True)
save("transparent.webp", alpha, format="webp", lossless=True, exact=True)
big = Image.fromarray(np.clip(np.dstack([128 + 100 * np.sin(np.mgrid[0:61, 0:83][1] / 9), 128 + 90 * np.cos(np.mgrid[0:61, 0:83][0] / 7), np.mgrid[0:61, 0:83].sum(0) * 1.5]), 0, 255).astype(np.uint8))
save("lossy.webp", big, format="webp", quality=80)
save("lossy-coarse.webp", big, format="webp", quality=20)

save("rgb.tif", colour, format="tiff")
save("rgb-lzw.tif", colour, format="tiff", compression="tiff_lzw")
save("rgb-deflate.tif", colour, format="tiff", compression="tiff_adobe_deflate")
save("grey.tif", grey, format="tiff")
save("grey-16.tif", Image.fromarray((wide[:, :, 0] >> 7).astype(np.uint16)), format="tiff")
save("palette.tif", colour.quantize(30), format="tiff")
save("black-and-white.tif", grey.convert("1"), format="tiff")
save("fax.tif", grey.convert("1"), format="tiff", compression="group4")
save("cmyk.tif", colour.convert("CMYK"), format="tiff")
save("opaque.tif", opaque, format="tiff")
save("two-pages.tif", colour, format="tiff", save_all=True, append_images=[grey.convert("RGB")])

save("palette.gif", colour.quantize(30), format="gif")
save("grey.gif", grey, format="gif")
save("two-frames.gif", colour.quantize(16), format="gif", save_all=True, append_images=[colour.rotate(180).quantize(16)])
def gif(transparent):
    out = b"GIF89a" + struct.pack("<HHBBB", 7, 5, 0xF1, 2, 0) + bytes([10, 20, 30, 200, 0, 0, 0, 200, 0, 0, 0, 200])
    if transparent is not None:
        out += b"\x21\xf9\x04" + bytes([1, 0, 0, transparent]) + b"\0"
    out += b"\x2c" + struct.pack("<HHHHB", 1, 2, 3, 2, 0)
    bits = [c >> i & 1 for k in (1, 2, 3, 3, 2, 1) for c in (4, k) for i in range(3)] + [1, 0, 1]
    data = np.packbits(bits, bitorder="little").tobytes()
    return out + b"\x02" + bytes([len(data)]) + data + b"\0;"
files["frame-inside-screen.gif"] = gif(None)
files["transparent.gif"] = gif(2)

with open("expected.txt", "w") as expected:
    for name in sorted(files):
        with open(name, "wb") as out:
            out.write(files[name])
        image = Image.open(io.BytesIO(files[name]))
        mode = "L" if image.mode in ("1", "L", "LA", "I;16") else "RGB"
        transparent = "alpha" if "A" in image.mode or "transparency" in image.info else "opaque"
        pixels = np.asarray(image.convert(mode))
        if transparent == "alpha":
            a = np.asarray(image.convert("RGBA"))[:, :, 3]
            transparent = "opaque" if (a == 255).all() else "alpha"
        print(name, mode, image.width, image.height, transparent, base64.b64encode(pixels.tobytes()).decode(), file=expected)
