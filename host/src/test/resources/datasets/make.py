"""Makes small data sets as others write them. See README.md."""
import io, json, os, pickle, struct
import numpy as np
from PIL import Image

r = np.random.default_rng(5)
here = os.path.dirname(os.path.abspath(__file__))


class AsPython2(pickle._Pickler):
    """Writes bytes as the texts of Python 2, in which CIFAR was pickled."""
    dispatch = dict(pickle._Pickler.dispatch)

    def save_bytes(self, obj):
        if self.proto == 0:
            self.write(b"S" + repr(obj)[1:].encode() + b"\n")
        else:
            self.write(b"U" + bytes([len(obj)]) if len(obj) < 256 else b"T" + struct.pack("<i", len(obj)))
            self.write(obj)
        self.memoize(obj)
    dispatch[bytes] = save_bytes


def write(name, obj, python2=True, protocol=2):
    path = os.path.join(here, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as out:
        if python2:
            AsPython2(out, protocol).dump(obj)
        else:
            pickle.dump(obj, out, protocol)


def pictures(n):
    data = np.zeros((n, 3072), np.uint8)
    data[:, 0::1024] = np.arange(n)[:, None] * 10 + np.arange(3)  # the first pixel of each channel
    return data



write("cifar10/data_batch_1", {b"batch_label": b"training batch 1 of 5", b"labels": [3, 1], b"data": pictures(2), b"filenames": [b"a.png", b"b.png"]})
write("cifar10/test_batch", {b"labels": [9], b"data": pictures(1)})
write("cifar10/batches.meta", {b"num_cases_per_batch": 2, b"label_names": [b"airplane", b"automobile", b"bird", b"cat", b"deer", b"dog", b"frog", b"horse", b"ship", b"truck"], b"num_vis": 3072})
for protocol in range(6):
    write(f"protocol{protocol}/data_batch_1", {"labels": [3, 1], "data": pictures(2)}, False, protocol)
write("python2-protocol0/data_batch_1", {b"labels": [3, 1], b"data": pictures(2)}, True, 0)
write("cifar100/train", {b"fine_labels": [99, 4], b"coarse_labels": [1, 2], b"data": pictures(2)})
write("cifar100/meta", {b"fine_label_names": [b"fine %d" % i for i in range(100)], b"coarse_label_names": []})


class Evil:
    def __reduce__(self):
        return os.system, ("touch /tmp/plumbline-pickle-was-executed",)


write("evil/data_batch_1", {"labels": [1], "data": Evil()}, False)

try:
    import pyarrow as pa, pyarrow.parquet as pq
except ImportError:
    raise SystemExit("no pyarrow: the Parquet files stay as they are")


def png(value, w=4, h=3):
    out = io.BytesIO()
    Image.fromarray(np.full((h, w, 3), value, np.uint8)).save(out, "png")
    return out.getvalue()


def table(values, names=("cat", "dog", "emu")):
    features = {"image": {"_type": "Image"}, "label": {"names": list(names), "_type": "ClassLabel"}}
    schema = pa.schema(
        [("image", pa.struct([("bytes", pa.binary()), ("path", pa.string())])), ("label", pa.int64())],
        metadata={"huggingface": json.dumps({"info": {"features": features}})})
    return pa.table({"image": [{"bytes": png(v), "path": f"{v}.png"} for v in values],
                     "label": [v % 3 for v in values]}, schema=schema)


os.makedirs(os.path.join(here, "parquet/data"), exist_ok=True)
for name, values, options in (
        ("parquet/data/train-00000-of-00002.parquet", range(0, 5), {"compression": "snappy", "row_group_size": 2}),
        ("parquet/data/train-00001-of-00002.parquet", range(5, 8), {"compression": "zstd"}),
        ("parquet/data/test-00000-of-00001.parquet", range(20, 22), {"compression": "gzip"}),
        ("parquet/none.parquet", range(3), {"compression": "none", "use_dictionary": False, "data_page_version": "2.0"})):
    pq.write_table(table(values), os.path.join(here, name), **options)
plain = pa.table({"img": pa.array([png(7), png(8)], pa.binary()), "fine_label": pa.array(["b", "a"])})
pq.write_table(plain, os.path.join(here, "parquet/plain.parquet"))
pq.write_table(pa.table({"x": [1, 2]}), os.path.join(here, "parquet/numbers.parquet"))


# What other writers leave: rows without a picture or a label, lists of labels, an own compression, no rows at all.
os.makedirs(os.path.join(here, "odd"), exist_ok=True)
pictures3 = [png(v) for v in range(3)]
for name, columns, options in (
        ("no-picture", {"image": pa.array([pictures3[0], None, pictures3[2]]), "label": [0, 1, 2]}, {}),
        ("no-label", {"image": pictures3, "label": pa.array([0, None, 2])}, {}),
        ("lists", {"image": pictures3, "labels": [[1], [2, 0], [0]]}, {}),
        ("brotli", {"image": pictures3, "label": [0, 1, 2]}, {"compression": "brotli"}),
        ("no-rows", {"image": pa.array([], pa.binary()), "label": pa.array([], pa.int64())}, {})):
    pq.write_table(pa.table(columns), os.path.join(here, "odd", name + ".parquet"), **options)
