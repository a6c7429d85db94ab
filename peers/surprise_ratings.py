"""Predicts held-out ratings by Surprise, for scripts/leave-one-out.ts.

surprise_ratings.py FOLDER DRAW MODEL     MODEL: SVD or SVDpp, with its defaults

Reads user.i32, item.i32, rating.f32 (training) and wanted-user.i32, wanted-item.i32 from FOLDER/DRAW, and writes MODEL.f32 there:
a rating for each that is wanted.
"""

import os
import sys

import numpy as np
import surprise
from comparison import surprise_data

folder, draw, name = sys.argv[1:]
read = lambda file, kind: np.fromfile(os.path.join(folder, draw, file), kind)
train = surprise_data(read("user.i32", np.int32), read("item.i32", np.int32), read("rating.f32", np.float32))
model = {"SVD": surprise.SVD, "SVDpp": lambda **set: surprise.SVDpp(cache_ratings=True, **set)}[name](random_state=int(draw))
model.fit(train)
wanted = zip(read("wanted-user.i32", np.int32), read("wanted-item.i32", np.int32))
predicted = np.array([model.predict(user, item).est for user, item in wanted], np.float32)
predicted.tofile(os.path.join(folder, draw, f"{name}.f32"))
