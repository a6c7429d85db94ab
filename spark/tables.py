"""The tables that jobs read and write."""

from problems import JobError

LARGEST_INT = 2**31 - 1


def read_ratings(spark, task, more=()):
    """Rows of user, item (whole numbers below 2 ** 31) and rating: the columns and the number of rows that the task names."""
    from pyspark.sql import functions as F

    ratings = spark.read.parquet(task["input"])
    missing = [name for name in ("user", "item", "rating") if name not in ratings.columns]
    if missing:
        raise JobError("DATA_COLUMN", f"{task['input']}: there is no column {missing[0]}, but {', '.join(ratings.columns)}")
    seen = ratings.agg(
        F.count("*").alias("rows"),
        F.max(F.greatest("user", "item")).alias("largest"),
        F.min(F.least("user", "item")).alias("least"),
        F.sum(F.xxhash64("user", "item", "rating").cast("decimal(38,0)")).alias("checksum"),
    ).first()
    if not seen.rows:
        raise JobError("DATA_EMPTY", f"{task['input']} holds no ratings")
    if seen.rows != task["rows"]:
        raise JobError("CLUSTER_FAILED", f"{task['input']} has {seen.rows} ratings, and {task['rows']} were written", "give a folder that all nodes see")
    if seen.least < 0 or seen.largest > LARGEST_INT:
        raise JobError("DATA_ROW", f"{task['input']}: {seen.largest} is no index of 32 bits")
    if "values" in task:  # prepared ratings: items by their index, and what is learnt in the place of each value
        index = spark.read.parquet(task["index"]).withColumnRenamed("number", "item")
        values = spark.read.parquet(task["values"]).withColumnRenamed("stored", "rating")
        ratings = ratings.join(F.broadcast(index), "item").join(F.broadcast(values), "rating")
        ratings = ratings.withColumns({"item": F.col("index"), "stored": F.col("rating"), "rating": F.col("value")})
    return ratings.select(F.col("user").cast("int"), F.col("item").cast("int"), F.col("rating").cast("float"), *more), seen


def write_vectors(vectors, out, name):
    """Rows of id and features, in one order whatever the cluster is."""
    vectors.orderBy("id").write.parquet(f"{out}/{name}")
    return vectors.count()


def write_table(table, out, name):
    table.write.parquet(f"{out}/{name}")
    return table.sparkSession.read.parquet(f"{out}/{name}").count()
