"""Writes numpy.json: what NumPy itself answers, for the tests of Meditron.Data.Sampling and Meditron.Data.Indexed.

Run: python3 make_numpy_fixtures.py > numpy.json   (needs numpy; made with 1.24)
"""
import hashlib
import io
import json
import struct

import numpy as np


def digest(array):
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()


def raw(seed, count):
    return [int(value) for value in np.random.RandomState(seed).randint(0, 2**32, size=count, dtype=np.uint32)]


def shuffled(seed, count):
    state = np.random.RandomState(seed)
    first = np.arange(count, dtype=np.int32)
    state.shuffle(first)
    second = np.arange(count, dtype=np.uint32)
    state.shuffle(second)
    return first, second


def sample_index(sizes, first, end, samples, length, seed):
    """The rules of the sample index, with NumPy's own generator."""
    state = np.random.RandomState(seed)
    part = np.arange(first, end, dtype=np.int32)
    per_epoch = int(np.sum(sizes[part]))
    epochs = 1
    while (epochs * per_epoch - 1) // length < samples:
        epochs += 1
    total = (epochs * per_epoch - 1) // length
    apart = False
    before = 0
    if epochs > 1:
        before = ((epochs - 1) * per_epoch - 1) // length
        apart = samples - before < int(0.80 * ((per_epoch - 1) // length))

    def documents(passes):
        out = np.tile(part, passes)
        state.shuffle(out)
        return out

    doc_idx = np.concatenate((documents(epochs - 1), documents(1))) if apart else documents(epochs)
    stream_document = np.repeat(np.arange(len(doc_idx)), sizes[doc_idx])
    stream_offset = np.concatenate([np.arange(sizes[d]) for d in doc_idx])
    places = np.arange(total + 1) * length
    sample_idx = np.stack((stream_document[places], stream_offset[places]), axis=1).astype(np.int32)
    sample_idx[0] = (0, 0)  # the first sample is said to begin with the first sequence, even where that one is empty
    pieces = [np.arange(0, before, dtype=np.uint32), np.arange(before, total, dtype=np.uint32)] if apart else [np.arange(total, dtype=np.uint32)]
    for piece in pieces:
        state.shuffle(piece)
    return doc_idx.astype(np.int32), sample_idx, np.concatenate(pieces)


def split(text, size):
    weights = [float(part) for part in (text.split(",") if "," in text else text.split("/"))]
    weights = (weights + [0.0, 0.0, 0.0])[:3]
    total = sum(weights)
    ends = [0]
    for weight in weights:
        ends.append(ends[-1] + int(round(weight / total * float(size))))
    excess = ends[-1] - size
    return [end - excess for end in ends[1:]]


def blend(weights, count):
    shares = np.array([w / sum(weights) for w in weights], dtype=np.float64)
    shares /= np.sum(shares)
    used = np.zeros(len(weights), dtype=np.int64)
    sources = np.zeros(count, dtype=np.uint8)
    samples = np.zeros(count, dtype=np.int64)
    for i in range(count):
        chosen = int(np.argmax(shares * max(float(i), 1.0) - used))
        sources[i] = chosen
        samples[i] = used[chosen]
        used[chosen] += 1
    return sources, samples


def npy(array):
    out = io.BytesIO()
    np.save(out, array, allow_pickle=True)
    return out.getvalue().hex()


def mmap_index(sizes, documents, code, width):
    pointers = np.concatenate(([0], np.cumsum(np.array(sizes, dtype=np.int64) * width)[:-1])).astype(np.int64)
    return (b"MMIDIDX\0\0" + struct.pack("<QBQQ", 1, code, len(sizes), len(documents))
            + np.array(sizes, dtype=np.int32).tobytes() + pointers.tobytes() + np.array(documents, dtype=np.int64).tobytes())


def main():
    out = {"numpy": np.__version__, "raw": [], "shuffles": [], "indices": [], "splits": [], "blends": [], "sums": []}
    for seed in (0, 1, 1234, 2**32 - 1):
        out["raw"].append({"seed": seed, "values": raw(seed, 8), "sha256": digest(np.array(raw(seed, 2000), dtype=np.uint32))})
    for seed, count in ((0, 1), (0, 2), (1, 5), (1234, 10), (42, 1000), (7, 70000)):
        first, second = shuffled(seed, count)
        out["shuffles"].append({"seed": seed, "count": count, "head": first[:10].tolist(), "first": digest(first), "second": digest(second)})

    random = np.random.RandomState(99)
    for case in range(24):
        documents = int(random.randint(1, 40))
        sizes = random.randint(0 if case % 3 == 0 else 1, 50, size=documents).astype(np.int32)
        sizes[0] = 60
        first = int(random.randint(0, documents)) if case % 2 else 0
        sizes[first] = 60
        length = int(random.randint(1, 40))
        samples = int(random.randint(0, 400))
        seed = int(random.randint(0, 10000))
        doc_idx, sample_idx, shuffle_idx = sample_index(sizes, first, documents, samples, length, seed)
        out["indices"].append({
            "sizes": sizes.tolist(), "first": first, "end": documents, "samples": samples, "length": length, "seed": seed,
            "count": int(len(shuffle_idx)), "doc": digest(doc_idx), "sample": digest(sample_idx), "shuffle": digest(shuffle_idx)})

    for text in ("969, 30, 1", "969,30,1", "90/5/5", "100", "1,1,1", "0.5, 0.25, 0.25", "0,1,0"):
        for size in (10, 101, 1000, 16407, 999_999):
            out["splits"].append({"text": text, "size": size, "ends": split(text, size)})
    for weights in ([1.0], [0.3, 0.7], [1.0, 1.0, 1.0], [0.02, 0.114, 0.872, 0.009], [float(i % 5 + 1) for i in range(11)]):
        sources, samples = blend(weights, 2000)
        out["blends"].append({"weights": weights, "count": 2000, "sources": digest(sources), "samples": digest(samples), "head": sources[:12].tolist()})
    for count in (3, 8, 9, 17, 100, 200, 254):
        values = (1.0 / (np.arange(count) + 3.0)).tolist()
        out["sums"].append({"count": count, "bits": struct.pack("<d", float(np.sum(np.array(values)))).hex()})

    out["npy"] = {
        "int32": npy(np.arange(5, dtype=np.int32)),
        "pairs": npy(np.arange(6, dtype=np.int32).reshape(3, 2)),
        "uint32": npy(np.arange(4, dtype=np.uint32)),
        "long": npy(np.zeros(123456, dtype=np.int32)[:0]),
    }
    tokens = [[1, 2, 3], [65000], [7, 8, 9, 10]]
    out["mmap"] = {
        "tokens": tokens,
        "idx16": mmap_index([3, 1, 4], [0, 1, 2, 3], 8, 2).hex(),
        "bin16": b"".join(np.array(t, dtype=np.uint16).tobytes() for t in tokens).hex(),
        "idx32": mmap_index([3, 1, 4], [0, 2, 3], 4, 4).hex(),
        "bin32": b"".join(np.array(t, dtype=np.int32).tobytes() for t in tokens).hex(),
    }
    print(json.dumps(out, indent=1))


if __name__ == "__main__":
    main()
