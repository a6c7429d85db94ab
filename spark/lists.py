"""Lists for everybody, and their metrics: blocks of users against all items, by a model that every node holds. Equal scores go by index."""

import numpy as np
from problems import JobError
from scores import load, scores_of
from tables import read_ratings

# Scores that a task holds at once, about.
SCORES = 2**25


def best_of(scores, k):
    """The k items of the highest scores, equal ones by index; -inf is never chosen."""
    if k <= 0:
        return np.zeros(0, dtype=np.int64)
    if k < len(scores):
        least = np.partition(scores, len(scores) - k)[len(scores) - k]
        among = np.flatnonzero(scores >= least)
    else:
        among = np.arange(len(scores))
    among = among[np.argsort(-scores[among], kind="stable")][:k]
    return among[scores[among] > -np.inf]


def whole_users(batches, most):
    """Arrays of the columns, of whole users and some users at a time; the rows of a user stand together."""
    rest = None
    for batch in batches:
        if batch.num_rows == 0:
            continue
        arrays = [column.to_numpy(zero_copy_only=False) for column in batch.columns]
        if rest is not None:
            arrays = [np.concatenate(pair) for pair in zip(rest, arrays)]
        last = np.searchsorted(arrays[0], arrays[0][-1])
        yield from some_users([array[:last] for array in arrays], most)
        rest = [array[last:] for array in arrays]
    if rest is not None:
        yield from some_users(rest, most)


def some_users(arrays, most):
    starts = np.flatnonzero(np.diff(arrays[0], prepend=-1))
    for first in range(0, len(starts), most):
        begin = starts[first]
        end = starts[first + most] if first + most < len(starts) else len(arrays[0])
        yield [array[begin:end] for array in arrays]


def lists_of(model, k, batches):
    """For each user: the index, the items of the list, their scores, how many are the model's, and the columns of the user's rows."""
    size = len(model["fallback"])
    for users, items, values, held in whole_users(batches, max(1, SCORES // size)):
        ends = np.append(np.flatnonzero(np.diff(users)) + 1, len(users))
        starts = np.append(0, ends[:-1])
        rows = [slice(start, end) for start, end in zip(starts, ends)]
        evidence = (held == 0) & ~np.isnan(values)
        profiles = [(items[own][evidence[own]], values[own][evidence[own]]) for own in rows]
        for own, scores in zip(rows, scores_of(model, profiles)):
            profile = items[own][held[own] == 0]
            scores[profile] = -np.inf
            chosen = best_of(scores, k)
            listed, known = chosen, scores[chosen]
            if len(chosen) < min(k, size - len(profile)):
                others = model["fallback"].copy()
                others[profile] = -np.inf
                others[chosen] = -np.inf
                more = best_of(others, k - len(chosen))
                listed, known = np.append(chosen, more), np.append(known, others[more])
            yield users[own.start], listed, known, len(chosen), items[own], held[own]


def listing(spark, task, watch, profiles, schema, rows_of):
    """What is made of the lists, by tasks that have whole users."""
    broadcast = spark.sparkContext.broadcast(load(task))
    k, made = task["settings"]["k"], rows_of

    def work(batches):
        yield from made(lists_of(broadcast.value, k, batches))

    together = profiles.repartition("user").sortWithinPartitions("user", "item")
    return together.mapInArrow(work, schema)


ROWS = 100_000


def list_rows(lists):
    """Rows of user, rank from 1, item, score, and whether the model chose it."""
    import pyarrow as pa

    columns = [[], [], [], [], []]

    def batch():
        types = (pa.int32(), pa.int32(), pa.int32(), pa.float32(), pa.bool_())
        names = ["user", "rank", "item", "score", "own"]
        return pa.RecordBatch.from_arrays([pa.array(np.concatenate(parts), kind) for parts, kind in zip(columns, types)], names)

    count = 0
    for user, items, scores, chosen, _, _ in lists:
        ranks = np.arange(1, len(items) + 1)
        for parts, part in zip(columns, (np.full(len(items), user), ranks, items, scores, ranks <= chosen)):
            parts.append(part)
        count += len(items)
        if count >= ROWS:
            yield batch()
            columns, count = [[], [], [], [], []], 0
    if columns[0]:
        yield batch()


def lists(spark, task, watch, out):
    """A table of lists: user and item by id, rank, score, source."""
    from pyspark.sql import functions as F

    settings = task["settings"]
    with watch.stage("read", 0.0, 0.1):
        ratings, seen = read_ratings(spark, task)
        profiles = ratings.select("user", "item", "rating", F.lit(0).cast("tinyint").alias("held"))
    with watch.stage("list", 0.1, 0.9, stages=4):
        schema = "user int, rank int, item int, score float, own boolean"
        listing(spark, task, watch, profiles, schema, list_rows).write.parquet(f"{task['work']}/lists")
    with watch.stage("write", 0.9, 1.0, stages=3):
        made = spark.read.parquet(f"{task['work']}/lists")
        users = spark.read.parquet(settings["users"]).select(F.col("number").alias("user"), F.col("user").alias("userId"))
        items = spark.read.parquet(settings["items"])
        source = F.when(F.col("own"), settings["source"]).otherwise(settings["fallback"])
        named = made.join(users, "user").join(F.broadcast(items), "item").orderBy("user", "rank")
        named = named.select(F.col("userId").alias("user"), "rank", F.col("id").alias("item"), "score", source.alias("source"))
        named.write.parquet(f"{out}/lists")
        total = made.agg(F.count("*").alias("rows"), F.count_if("own").alias("own"), F.countDistinct("user").alias("users")).first()
    return {"rows": {"lists": total.rows}, "ratings": seen.rows, "own": total.own, "users": total.users}


def judged(ks):
    """Sums of metrics over users: rows of name, sum and number of users."""
    discounts = 1 / np.log2(np.arange(2, max(ks) + 2))

    def work(lists):
        import pyarrow as pa

        sums, people, with_relevant = {}, 0, 0
        for _, listed, _, _, items, held in lists:
            people += 1
            relevant = items[held == 2]
            if len(relevant) == 0:
                continue
            with_relevant += 1
            hits = np.isin(listed, relevant)
            for k in ks:
                own = hits[:k]
                found = own.sum()
                of_user = {
                    "precision": found / k,
                    "recall": found / len(relevant),
                    "hit-rate": float(found > 0),
                    "ndcg": discounts[: len(own)][own].sum() / discounts[: min(k, len(relevant))].sum(),
                }
                for name, value in of_user.items():
                    sums[f"{name}@{k}"] = sums.get(f"{name}@{k}", 0.0) + value
        sums |= {"people": float(people), "relevant": float(with_relevant)}
        yield pa.RecordBatch.from_arrays([pa.array(list(sums)), pa.array(list(sums.values()), pa.float64())], ["name", "value"])

    return work


def judge(spark, task, watch, out):
    """Metrics of the lists of everybody with ratings held out: means over those with a relevant one."""
    from pyspark.sql import functions as F

    settings = task["settings"]
    with watch.stage("read", 0.0, 0.1):
        ratings, seen = read_ratings(spark, task)
        test = spark.read.parquet(settings["test"])
        relevant = F.when(F.col("rating") >= settings["relevant"], 2).otherwise(1)
        held = test.select("user", "item", F.lit(None).cast("float").alias("rating"), relevant.cast("tinyint").alias("held"))
        profiles = ratings.join(test.select("user").distinct(), "user", "left_semi")
        profiles = profiles.select("user", "item", "rating", F.lit(0).cast("tinyint").alias("held")).unionByName(held)
    with watch.stage("list", 0.1, 1.0, stages=6):
        sums = listing(spark, task, watch, profiles, "name string, value double", judged(settings["ks"]))
        found = {row.name: row.value for row in sums.groupBy("name").agg(F.sum("value").alias("value")).orderBy("name").collect()}
    people, judged_people = int(found.pop("people", 0)), int(found.pop("relevant", 0))
    if not judged_people:
        raise JobError("METRIC_EMPTY", f"no held-out rating reaches {settings['relevant']:g}", "choose a lower threshold for relevant films (--relevant)")
    spark.createDataFrame([(0,)], "done int").write.parquet(f"{out}/done")  # the folder of the manifest
    means = {name: value / judged_people for name, value in found.items()}
    return {"rows": {}, "ratings": seen.rows, "people": people, "judged": judged_people, "metrics": means}
