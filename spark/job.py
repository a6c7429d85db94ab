"""The job of Matinee on Apache Spark, submitted by `matinee train --engine spark` and its like: spark-submit job.py PORT SECONDS

It connects to a port of this machine, where tasks come from as lines of JSON, and does one after another until there are no more. A task names a
folder of Parquet to read, a folder that is made for the results, what is to be done, and with what. SECONDS is how long it waits for workers.

Each line of standard output that begins with "matinee " is an event as JSON: {"share": 0.5} while it works, {"done": true} after each task,
{"error": CODE, "message": …, "fix": …} where a task cannot be done, with "ends": true where no other can be either. The results of a task are there
whole or not at all: they are written into a folder beside their place, which is renamed when its manifest.json is complete.
"""

import importlib
import json
import os
import queue
import socket
import sys
import threading
import time
import traceback

from preparation import prepare
from problems import JobError, problem_of, within
from splits import split
from tables import read_ratings, write_table, write_vectors

FORMAT = 1


def tell(**event):
    print("matinee " + json.dumps(event), flush=True)


def refuse(error, **more):
    tell(error=error.code, message=str(error), **({"fix": error.fix} if error.fix else {}), **more)


def stop(error):
    """Ends the process at once: Spark, waiting for what does not come, would not return."""
    refuse(error, ends=True)
    os._exit(1)


def tasks_from(port):
    """The tasks that come through a connection, until it is closed. Who closes it before a task is done is gone, or wants no result."""
    line = socket.create_connection(("127.0.0.1", port))
    found, busy = queue.SimpleQueue(), threading.Event()

    def read():
        try:
            for text in line.makefile(encoding="utf-8"):
                found.put(json.loads(text))
        except OSError:
            pass
        if busy.is_set() or not found.empty():
            os._exit(1)
        found.put(None)

    def tasks():
        while (task := found.get()) is not None:
            busy.set()
            yield task
            busy.clear()

    threading.Thread(target=read, daemon=True).start()
    return tasks()


def executors(spark):
    """How many executors there are; the driver is none."""
    return spark.sparkContext._jsc.sc().getExecutorMemoryStatus().size() - 1


def wait_for_workers(spark, seconds):
    """A task of one number: without workers that give what is asked for, Spark would wait for ever, and say so in its log alone."""
    try:
        within(seconds, lambda: spark.sparkContext.parallelize([0], 1).count())
    except TimeoutError:
        memory = spark.sparkContext.getConf().get("spark.executor.memory", "1g")
        raise JobError(
            "CLUSTER_UNAVAILABLE",
            f"{spark.sparkContext.master}: no worker gave an executor of {memory} within {seconds:g} s",
            "start workers, ask for less with --spark-conf spark.executor.memory=SIZE, or wait longer with --spark-wait SECONDS",
        )


class Watch:
    """Tells how far Spark is while a stage of a task runs, and ends the job when no workers are left."""

    def __init__(self, spark, wait):
        self.spark, self.wait, self.local = spark, wait, spark.sparkContext.master.startswith("local")
        self.seconds, self.span = {}, None
        self.first = self.stages = self.latest = 0
        threading.Thread(target=self._look, daemon=True).start()

    def stage(self, name, start, end, stages=1):
        """The part of the work from one share to another, which Spark does in about so many stages of its own."""
        watch = self

        class Stage:
            def __enter__(self):
                watch.first, watch.stages, watch.span = watch.latest, stages, (start, end)
                self.began = time.time()
                tell(share=start, stage=name)

            def __exit__(self, *_):
                watch.span = None
                watch.seconds[name] = round(time.time() - self.began, 3)

        return Stage()

    def take_seconds(self):
        """The seconds of the stages of a task."""
        seconds, self.seconds = self.seconds, {}
        return seconds

    def _look(self):
        alone_since = None
        tracker = self.spark.sparkContext.statusTracker()
        while True:
            time.sleep(0.5)
            span = self.span
            try:
                running = tracker.getActiveStageIds() if span else []
                alone = running and not self.local and executors(self.spark) < 1
            except Exception:
                continue
            alone_since = (alone_since or time.time()) if alone else None
            if alone_since and time.time() - alone_since > self.wait:
                stop(JobError("CLUSTER_UNAVAILABLE", f"no worker has been left for {self.wait:g} s", "start workers, and train again"))
            self.latest = max([self.latest, *running])
            if span:
                start, end = span
                tell(share=round(start + (end - start) * min(0.99, (self.latest - self.first) / max(1, self.stages)), 4))


def factors(spark, task, watch, out):
    """Alternating least squares, implicit (https://doi.org/10.1109/ICDM.2008.22) or explicit, with λ times the number of a row's ratings."""
    from pyspark.ml.recommendation import ALS

    settings = task["settings"]
    with watch.stage("read", 0.0, 0.1):
        ratings, seen = read_ratings(spark, task)
        if settings["implicit"]:
            ratings = ratings.filter("rating > 0")
        damped = settings.get("damped")
        if damped:
            ratings, biases = leave_biases(ratings, damped)
    spark.sparkContext.setCheckpointDir(task["work"])
    als = ALS(
        rank=settings["factors"],
        maxIter=settings["iterations"],
        regParam=settings["regularisation"],
        implicitPrefs=settings["implicit"],
        alpha=settings["alpha"],
        nonnegative=False,
        userCol="user",
        itemCol="item",
        ratingCol="rating",
        coldStartStrategy="drop",
        checkpointInterval=10,
        numUserBlocks=settings["blocks"],
        numItemBlocks=settings["blocks"],
        seed=task["seed"],
    )
    with watch.stage("fit", 0.1, 0.9, stages=(6 if settings["implicit"] else 4) * settings["iterations"] + 6):
        model = als.fit(ratings)
    with watch.stage("write", 0.9, 1.0):
        rows = {"items": write_vectors(model.itemFactors, out, "items")}
        if settings["users"]:
            rows["users"] = write_vectors(model.userFactors, out, "users")
        if damped:
            rows["biases"] = write_vectors(biases.selectExpr("item AS id", "array(bias) AS features"), out, "biases")
    return {"rows": rows, "ratings": seen.rows, "checksum": str(seen.checksum)}


def leave_biases(ratings, damped):
    """What damped biases leave of ratings, and those of items in single precision, as a model keeps them (src/models/bias.ts)."""
    from pyspark.sql import functions as F

    rating, mean = F.col("rating"), F.lit(damped["mean"])
    of_items = F.sum(rating - mean) / (damped["itemDamping"] + F.count("*"))
    biases = ratings.groupBy("item").agg(of_items.cast("float").alias("bias"))
    known = ratings.join(F.broadcast(biases), "item")
    of_users = F.sum(rating - mean - F.col("bias")) / (damped["userDamping"] + F.count("*"))
    users = known.groupBy("user").agg(of_users.alias("of_user"))
    left = (rating - mean - F.col("bias") - F.col("of_user")).cast("float")
    return known.join(users, "user").select("user", "item", left.alias("rating")), biases


def sums(spark, task, watch, out):
    """The number and the sum of each item's ratings."""
    with watch.stage("read", 0.0, 0.3):
        ratings, seen = read_ratings(spark, task)
    with watch.stage("fit", 0.3, 1.0, stages=3):
        rows = {"sums": write_sums(ratings, out)}
    return {"rows": rows, "ratings": seen.rows, "checksum": str(seen.checksum)}


def write_sums(ratings, out):
    """Rows of item, count and sum, in double precision, items ascending."""
    from pyspark.sql import functions as F

    amounts = F.count("*").cast("int").alias("count"), F.sum(F.col("rating").cast("double")).alias("sum")
    return write_table(ratings.groupBy("item").agg(*amounts).orderBy("item"), out, "sums")


def neighbours(spark, task, watch, out):
    """The k items nearest to each item by cosine over all users: rows of item, neighbour and similarity, nearest first, equal ones by index."""
    settings, schema = task["settings"], "item int, neighbour int, similarity double"
    items, blocks, k, shrinkage = (settings[name] for name in ("items", "blocks", "k", "shrinkage"))

    def find(ratings, pairs):
        near = paired(ratings, blocks, lambda *two: pairs.nearest_of_pair(*two, k, shrinkage), schema, pairs)
        # The lists of a run of items come together in a partition, and runs ascend with the partitions.
        runs = near.selectExpr("*", f"cast(item * bigint({blocks}) div {items} as int) run").repartitionById(blocks, "run")
        return runs.mapInArrow(lambda batches: pairs.nearest_of_lists(batches, k), schema)

    return with_pairs(spark, task, watch, out, "neighbours", find)


def products(spark, task, watch, out):
    """X^T X: rows of item, block, and in double precision, as bytes, the products with the items block, block + blocks, block + 2 blocks …"""
    blocks = task["settings"]["blocks"]

    def find(ratings, pairs):
        return paired(ratings, blocks, pairs.products_of_pair, "item int, block int, products binary", pairs)

    return with_pairs(spark, task, watch, out, "products", find)


def with_pairs(spark, task, watch, out, name, find):
    """The sums of items, and a table of what is found of pairs of items."""
    pairs = with_packages("pairs", "pandas", "pyarrow", "scipy")
    with watch.stage("read", 0.0, 0.1):
        ratings, seen = read_ratings(spark, task)
    if not hasattr(ratings, "repartitionById"):
        raise JobError("PACKAGE_MISSING", f"Spark {spark.version} cannot place rows by number", "take Spark 4.1 or later")
    with watch.stage("sums", 0.1, 0.2, stages=3):
        rows = {"sums": write_sums(ratings, out)}
    with watch.stage("fit", 0.2, 1.0, stages=3):
        rows[name] = write_table(find(ratings, pairs), out, name)
    return {"rows": rows, "ratings": seen.rows, "checksum": str(seen.checksum)}


def with_packages(name, *needed):
    """A module of this folder that needs packages."""
    try:
        for package in needed:
            importlib.import_module(package)
        return importlib.import_module(name)
    except ImportError as error:
        raise JobError("PACKAGE_MISSING", f"Spark's Python has no {error.name}", f"pip install {' '.join(needed)}, here and on all nodes")


def lists(*args):
    """Lists for everybody."""
    return with_packages("lists", "pandas", "pyarrow").lists(*args)


def judge(*args):
    """Metrics of lists by the ratings that were held out."""
    return with_packages("lists", "pandas", "pyarrow").judge(*args)


def paired(ratings, blocks, find, schema, pairs):
    """What is found of each two blocks of items, and of each block with itself, by a task for each."""
    parts = ratings.select(*pairs.TYPES).mapInArrow(lambda batches: pairs.dealt(batches, blocks), "pair int, user binary, item binary, rating binary")
    found = parts.repartitionById(blocks * (blocks + 1) // 2, "pair")
    return found.mapInArrow(lambda batches: pairs.of_pair(batches, blocks, find), schema)


TASKS = {task.__name__: task for task in (factors, sums, neighbours, products, prepare, split, lists, judge)}


def path_of(address):
    """The path of a file: address."""
    return address.removeprefix("file://")


def run(spark, task, watch):
    """Does a task: its results are there whole or not at all."""
    out = task["output"] + ".unfinished"
    made = TASKS[task["task"]](spark, task, watch, out)
    manifest = {
        "format": FORMAT,
        "task": task["task"],
        "spark": spark.version,
        "settings": task["settings"],
        "seed": task["seed"],
        **made,
        "seconds": watch.take_seconds(),
    }
    with open(path_of(out) + "/manifest.json", "w") as file:
        json.dump(manifest, file)
        file.flush()
        os.fsync(file.fileno())
    os.rename(path_of(out), path_of(task["output"]))


def serve(tasks, wait):
    try:
        import numpy  # noqa: F401, which pyspark.ml needs
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise JobError("PACKAGE_MISSING", f"Spark's Python has no {error.name}", f"pip install {error.name}, for the Python that MATINEE_PYTHON names")
    began = time.time()
    spark = SparkSession.builder.appName("matinee").getOrCreate()
    tell(share=0.0, spark=spark.version)
    wait_for_workers(spark, wait)
    watch = Watch(spark, wait)
    watch.seconds["start"] = round(time.time() - began, 3)
    for task in tasks:
        try:
            run(spark, task, watch)
        except JobError as error:
            watch.take_seconds()
            refuse(error)
        else:
            tell(share=1.0, done=True)
        for kept in spark.sparkContext._jsc.getPersistentRDDs().values():
            kept.unpersist()
    spark.stop()


def main():
    try:
        serve(tasks_from(int(sys.argv[1])), float(sys.argv[2]))
    except JobError as error:
        stop(error)
    except Exception as error:  # whatever Spark throws; what it still does for a task is at an end with the process
        traceback.print_exc()
        stop(problem_of(error))


if __name__ == "__main__":
    main()
