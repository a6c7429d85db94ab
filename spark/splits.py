"""Splits of prepared ratings: those that say of each rating, by the data alone, whether it is held out (src/split/splitters.ts)."""

import math

from problems import JobError
from tables import read_ratings

SECONDS_OF_DAY = 86_400


def split(spark, task, watch, out):
    """Ratings to train on and, in a table of its own, those held out."""
    from pyspark.sql import functions as F

    settings = task["settings"]
    with watch.stage("read", 0.0, 0.2, stages=2):
        timed = settings["kind"] != "hash"
        if timed and "time" not in spark.read.parquet(task["input"]).columns:
            raise JobError("SPLIT_INVALID", f"{settings['name']} needs times, and there are none", "name their column with --time-column, or choose another split")
        ratings, seen = read_ratings(spark, task, ["time"] if timed else [])
    with watch.stage("split", 0.2, 1.0, stages=8):
        roles = ratings.withColumn("held", is_held_out(ratings, seen.rows, settings, task["seed"]))
        parts = {"ratings": "NOT held", "test": "held"}
        rows = {}
        for name, condition in parts.items():
            roles.filter(condition).drop("held", "time").write.parquet(f"{out}/{name}")
            rows[name] = spark.read.parquet(f"{out}/{name}").count()
            if not rows[name]:
                what = "training" if name == "ratings" else "test"
                raise JobError("SPLIT_INVALID", f"{settings['name']} leaves no {what} ratings", "choose other shares, or data with more ratings")
        train = spark.read.parquet(f"{out}/ratings")
        train.groupBy("item", "rating").count().write.parquet(f"{out}/values")
        rows["values"] = spark.read.parquet(f"{out}/values").count()
        total = train.agg(F.sum(F.xxhash64("user", "item", "rating").cast("decimal(38,0)")).alias("checksum")).first()
    return {"rows": rows, "ratings": rows["ratings"], "checksum": str(total.checksum)}


def is_held_out(ratings, rows, settings, seed):
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    kind, value = settings["kind"], settings["value"]
    if kind == "hash":
        keys = [F.col("user").cast("bigint"), F.col("item").cast("bigint"), F.lit(seed).cast("bigint")]
        return F.pmod(F.xxhash64(*keys), F.lit(settings["parts"])) >= value
    if kind == "time":
        return F.col("time") > nth_time(ratings, max(0, math.ceil(value * rows) - 1))
    # The moments of a user from the last on, whole: the last, and those that stay within the share; never all of them.
    own = Window.partitionBy("user")
    count = F.count("*").over(own)
    moment = F.count("*").over(Window.partitionBy("user", "time"))
    until = F.count("*").over(own.orderBy(F.desc("time")).rangeBetween(Window.unboundedPreceding, Window.currentRow))
    most = F.lit(0) if kind == "loo" else F.floor((1 - value) * count + 1e-9)
    return ((until == moment) | (until <= most)) & (until < count)


def nth_time(ratings, n):
    """The time at place n from 0 of all in order: found by days first, and then within the day."""
    from pyspark.sql import functions as F

    day = F.floor(F.col("time") / SECONDS_OF_DAY)
    for row in ratings.groupBy(day.alias("day")).count().orderBy("day").collect():
        if n < row["count"]:
            break
        n -= row["count"]
    for time in ratings.filter(day == row.day).groupBy("time").count().orderBy("time").collect():
        if n < time["count"]:
            return time.time
        n -= time["count"]
