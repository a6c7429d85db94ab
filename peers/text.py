"""Films embedded a second, tokens and all: python peers/text.py MODEL ML-100K [THREADS]. peers/text.ts does the same in Node.

As sentence-transformers does it: sorted by length, padded batches of 32, mean over the mask, of length 1; by onnxruntime and
tokenizers (pip install onnxruntime tokenizers). Prints a line of JSON for each of three passes."""

import json
import os
import sys
import time

import numpy as np
import onnxruntime
import tokenizers

model, data, threads = sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 1
genres = [line.split("|")[0] for line in open(f"{data}/u.genre", encoding="latin-1") if "|" in line]
texts = []
for line in open(f"{data}/u.item", encoding="latin-1"):
    fields = line.rstrip("\n").split("|")
    texts.append(", ".join([fields[1], *sorted(name for name, flag in zip(genres, fields[5:]) if flag == "1")]))
os.environ["TOKENIZERS_PARALLELISM"] = "false"
tokenizer = tokenizers.Tokenizer.from_file(f"{model}/tokenizer.json")
tokenizer.enable_truncation(256)
tokenizer.enable_padding()
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = threads
options.inter_op_num_threads = 1
session = onnxruntime.InferenceSession(f"{model}/onnx/model.onnx", options, providers=["CPUExecutionProvider"])


def embed(texts):
    order = sorted(range(len(texts)), key=lambda n: -len(texts[n]))
    vectors = np.empty((len(texts), 384), np.float32)
    for start in range(0, len(texts), 32):
        part = order[start : start + 32]
        encoded = tokenizer.encode_batch([texts[n] for n in part])
        ids = np.array([e.ids for e in encoded], np.int64)
        mask = np.array([e.attention_mask for e in encoded], np.int64)
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        hidden = session.run(["last_hidden_state"], feed)[0]
        mean = (hidden * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True)
        vectors[part] = mean / np.linalg.norm(mean, axis=1, keepdims=True)
    return vectors


embed(texts[:50])
for _ in range(3):
    start, before = time.perf_counter(), time.process_time()
    embed(texts)
    seconds, processor = time.perf_counter() - start, time.process_time() - before
    line = {"runtime": "python", "threads": threads, "films": len(texts), "seconds": seconds, "processor": processor}
    print(json.dumps(line), flush=True)
