"""How models score all items for a user by the ratings that the user has: the formulas of src/models, in numpy, for spark/lists.py.

Users are folded in in double precision; scores are in single precision.
"""

import numpy as np

# Rows of a dense matrix that are gathered at a time.
ROWS = 256


def load(task):
    """The arrays and numbers of a model, from files beside the task; the driver runs where they were written."""
    model = dict(task["model"])
    for name, kind in model.pop("arrays").items():
        model[name] = np.fromfile(f"{model['folder']}/{name}.bin", dtype=kind)
    return LOADED[model["kind"]](model)


def scores_of(model, profiles):
    """float32 [profiles × items], of the items and values that are evidence of each; -inf: no score."""
    return SCORES[model["kind"]](model, profiles)


def of_vectors(model, profiles):
    """als and mf."""
    fold_in = fold_in_als if model["kind"] == "als" else fold_in_mf
    folded = [fold_in(model, items, values.astype(np.float64)) for items, values in profiles]
    vectors = np.array([x for x, _, _ in folded], dtype=np.float32)
    scores = vectors @ model["items"].T
    if model["kind"] == "mf":
        scores += model["itemBias"]
        scores += np.array([[model["centred"] * model["mean"] + bias] for _, bias, _ in folded], dtype=np.float32)
        in_doubt(model, scores)
    scores[:, ~model["scored"]] = -np.inf
    scores[[not known for _, _, known in folded]] = -np.inf
    return scores


def fold_in_als(model, items, values):
    """A user's vector and bias by their ratings, and whether these say anything."""
    f, count = model["factors"], len(items)
    if count == 0:
        return np.zeros(f), 0.0, False
    y, confidence = model["items"][items].astype(np.float64), model["base"] + model["alpha"] * values
    mass = count if model["scaledBy"] == "ratings" else model["cells"] + np.sum(confidence - 1)
    a = model["gram"] + (y.T * (confidence - 1)) @ y
    a[np.diag_indices(f)] += model["regularisation"] * max(1, mass) ** model["scaling"]
    x = np.linalg.solve(a, y.T @ confidence)
    return x, 0.0, bool(x.any())


def fold_in_mf(model, items, values):
    f, one, count = model["factors"], model["biased"], len(items)
    if count == 0:
        return np.zeros(f), 0.0, model["centred"] == 1
    own = model["itemBias"][items].astype(np.float64)
    before = 0.0 if model["userDamping"] is None else np.sum(values - model["mean"] - own) / (model["userDamping"] + count)
    left = values - model["centred"] * model["mean"] - own - before
    y = model["items"][items].astype(np.float64)
    if one:
        y = np.hstack([y, np.ones((count, 1))])
    a = y.T @ y
    a[np.diag_indices(len(a))] += model["regularisation"] * (count + model["damping"]) ** model["scaling"]
    x = np.linalg.solve(a, y.T @ left)
    bias = before + (x[f] if one else 0.0)
    return x[:f], bias, model["centred"] == 1 or bool(x.any()) or bias != 0


def in_doubt(model, scores):
    """Brings predictions to the scale of the data, and takes off what caution does."""
    if (model["unit"], model["zero"]) != (1, 0):
        scores *= np.float32(model["unit"])
        scores += np.float32(model["zero"])
    np.subtract(scores, model["doubts"], out=scores, casting="same_kind")


def of_counts(model, profiles):
    """popular."""
    return np.tile(model["fallback"], (len(profiles), 1))


def of_means(model, profiles):
    """bias."""
    scores = np.empty((len(profiles), len(model["itemBias"])), dtype=np.float32)
    for row, (items, values) in zip(scores, profiles):
        left = values.astype(np.float64) - model["mean"] - model["itemBias"][items]
        of_user = left.sum() / (model["userDamping"] + len(items)) if len(items) else 0.0
        row[:] = (model["mean"] + of_user) + model["itemBias"]
    in_doubt(model, scores)
    return scores


def of_neighbours(model, profiles):
    """item-knn: sums over the ratings of a user in their order, in double precision, as the engine takes them."""
    starts, size = model["starts"], len(model["fallback"])
    scores = np.full((len(profiles), size), -np.inf, dtype=np.float32)
    for row, (items, values) in zip(scores, profiles):
        entries = [slice(starts[item], starts[item + 1]) for item in items]
        if not entries:
            continue
        targets = np.concatenate([model["targets"][own] for own in entries])
        weights = np.concatenate([model["weights"][own] * np.float64(value) for own, value in zip(entries, values)])
        found = np.bincount(targets, minlength=size) > 0
        row[found] = np.bincount(targets, weights=weights, minlength=size)[found]
    return scores


def of_weights(model, profiles):
    """ease, over items."""
    size = len(model["rated"])
    scores = np.full((len(profiles), size), -np.inf, dtype=np.float32)
    rated = model["rated"] == 1
    for row, (items, values) in zip(scores, profiles):
        x = np.ones(len(items), np.float32) if model["values"] == "binary" else (values - model["origin"]).astype(np.float32)
        if not (rated[items] & (x != 0)).any():
            continue
        sums = np.zeros(size)
        for first in range(0, len(items), ROWS):
            own = slice(first, first + ROWS)
            sums += x[own] @ model["weights"][items[own]]
        row[rated] = (sums * model["discount"])[rated]
    return scores


def vectors_loaded(model):
    model["items"] = model["items"].reshape(-1, model["factors"])
    if model["kind"] == "als":
        vectors = model["items"].astype(np.float64)
        model["gram"] = vectors.T @ vectors
        model["scored"] = (model["items"] != 0).any(axis=1)
    else:
        known = (model["items"] != 0).any(axis=1) | (model["itemBias"] != 0)
        model["scored"] = known if model["centred"] == 0 else np.ones(len(known), dtype=bool)
    return model


def neighbours_loaded(model):
    """The lists turned round: for each item those in whose lists it stands, ascending."""
    lists, neighbours, similarities = model.pop("offsets"), model.pop("neighbours"), model.pop("similarities")
    order = np.argsort(neighbours, kind="stable")
    model["targets"] = np.repeat(np.arange(len(lists) - 1, dtype=np.int32), np.diff(lists))[order]
    model["weights"] = similarities[order]
    model["starts"] = np.append(0, np.cumsum(np.bincount(neighbours, minlength=len(lists) - 1)))
    return model


def weights_loaded(model):
    model["weights"] = model["weights"].reshape(len(model["rated"]), -1)
    return model


def as_it_is(model):
    return model


LOADED = {
    "als": vectors_loaded,
    "mf": vectors_loaded,
    "popular": as_it_is,
    "bias": as_it_is,
    "item-knn": neighbours_loaded,
    "ease": weights_loaded,
}
SCORES = {
    "als": of_vectors,
    "mf": of_vectors,
    "popular": of_counts,
    "bias": of_means,
    "item-knn": of_neighbours,
    "ease": of_weights,
}
