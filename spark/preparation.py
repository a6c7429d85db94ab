"""Preparation: what src/data/reading does with the rows of a table, for tables of Parquet, and of CSV with a line of names."""

import json
import re
from urllib.parse import unquote, urlsplit

from problems import JobError, reason_of, within

NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
WHOLE = r"^(0|-?[1-9]\d*)(\.0+)?$"
DATE = r"^\d{4}([-/])\d\d?\1\d\d?([T ] *\d\d?:\d\d(:\d\d(\.\d+)?)?( *(Z|UTC|[+-]\d\d(:?\d\d)?))?)?$"
LARGEST_WHOLE = 2**53 - 1
MOST_RATING = 3.4e38
MOST_SECONDS = 1e11
MOST_VALUES = 4096
INTEGERS = ("tinyint", "smallint", "int", "bigint")


def base_name(address):
    return address.rstrip("/").rsplit("/", 1)[-1]


def plain_name(name):
    """A name for comparisons: User-ID becomes userid, and item_id:token itemid."""
    for ending in (":token_seq", ":float_seq", ":token", ":float"):
        name = name.lower().removesuffix(ending)
    return "".join(sign for sign in name if sign.isalnum())


def names_at(spark, address, seconds):
    """The names of the files at an address. Hadoop itself would wait without end for a server that says nothing."""
    path = spark._jvm.org.apache.hadoop.fs.Path(address)

    def ask():
        files = path.getFileSystem(spark._jsc.hadoopConfiguration())
        return [status.getPath().getName() for status in files.listStatus(path)] if files.exists(path) else None

    try:
        names = within(seconds, ask)
    except TimeoutError:
        fix = "correct the address, start what serves it, or wait longer with --spark-wait SECONDS"
        raise JobError("DATA_NOT_FOUND", f"{address} does not answer within {seconds:g} s", fix)
    except Exception as error:
        raise unreachable(spark, address, str(error)) or error
    if names is None:
        raise JobError("DATA_NOT_FOUND", f"Spark sees no file or folder {address}", "give a path or an address that all nodes see")
    return names


def unreachable(spark, address, text):
    """Why an address cannot be read, where that is known."""
    scheme = urlsplit(address).scheme
    if "No FileSystem for scheme" in text or re.search(r"ClassNotFoundException: .*FileSystem", text):
        hadoop = spark._jvm.org.apache.hadoop.util.VersionInfo.getVersion()
        package = f", such as --spark-conf spark.jars.packages=org.apache.hadoop:hadoop-aws:{hadoop}" if scheme == "s3a" else ""
        return JobError("PACKAGE_MISSING", f"this Spark cannot read {scheme}:// addresses", f"add what reads them{package}")
    if re.search(r"(ConnectException|UnknownHostException|NoRouteToHostException|SocketTimeoutException|ConnectTimeoutException)", text):
        return JobError("DATA_NOT_FOUND", f"nothing answers at {address}: {reason_of(text)}", "correct the address, or start what serves it")
    return None


def open_table(spark, task, wait):
    """A table of Parquet, or of CSV whose values are texts, with a column `broken` for rows of other lengths."""
    from pyspark.sql.types import StringType, StructField, StructType

    address, file = task["input"], base_name(task["input"])
    names = names_at(spark, address, wait)
    if any(name.endswith(".parquet") for name in names):
        table = spark.read.parquet(address)
        return table, list(table.columns)
    csv = spark.read.options(header=True, sep=task["delimiter"], quote='"', escape='"', mode="PERMISSIVE")
    csv = csv.options(ignoreLeadingWhiteSpace=True, ignoreTrailingWhiteSpace=True, columnNameOfCorruptRecord="broken")
    columns = csv.csv(address).columns
    if not columns:
        raise JobError("DATA_EMPTY", f"{file} is empty")
    if "broken" in columns:
        raise JobError("DATA_COLUMN", f"{file} has a column broken, which is the name of a mark here", "give it another name")
    return csv.schema(StructType([StructField(name, StringType()) for name in [*columns, "broken"]])).csv(address), columns


def find_columns(columns, task):
    """The names of the columns by role: those that are given, or those with usual names."""
    file, plain, given = base_name(task["input"]), [plain_name(name) for name in columns], {}

    def lacking(what, fix="name the columns, --user-column NAME and so on, or number them from 1"):
        return JobError("DATA_COLUMN", f"{file} has no {what}; its columns are {', '.join(columns)}", fix)

    for role, wanted in task["columns"].items():
        if wanted == "none" and role == "time":
            continue
        number = int(wanted) if str(wanted).isdecimal() else 0
        if wanted in columns:
            given[role] = wanted
        elif 0 < number <= len(columns):
            given[role] = columns[number - 1]
        else:
            raise lacking(f"column {json.dumps(wanted)} for the {role}")

    def usual(role):
        found = [columns[plain.index(name)] for name in task["names"][role] if name in plain]
        return found[0] if found and found[0] not in given.values() else None

    found = {role: given.get(role) or usual(role) for role in ("user", "item", "rating")}
    if task["columns"].get("time") != "none":
        found["time"] = given.get("time") or usual("time")
    for role in ("user", "item"):
        if not found[role]:
            raise lacking(f"{role} column")
    amount = usual("amount") if not found["rating"] else found["rating"] if plain_name(found["rating"]) in task["names"]["amount"] else None
    if amount and task["feedback"] == "ratings":
        found["rating"] = amount
    elif amount or (usual("event") and not found["rating"]):
        raise JobError(
            "DATA_LAYOUT",
            f"{file} holds events, which are not prepared on Spark",
            "leave out --spark-prepare; or say --feedback ratings where they are ratings",
        )
    if not found["rating"]:
        raise lacking("rating column")
    return {role: name for role, name in found.items() if name}


def understood(table, columns, task):
    """The rows of a table: user, item, rating, time, what is wrong, and where each stands."""
    from pyspark.sql import functions as F

    types, file = dict(table.dtypes), base_name(task["input"])

    def text(name):
        column = F.col(f"`{name}`")
        if types[name] == "string":
            return F.when(column != "", column)
        return column.cast("string")

    def refuse(role, what):
        return JobError("DATA_COLUMN", f"{file}: column {columns[role]} is of type {types[columns[role]]}, and {what}")

    def number(role):
        name = columns[role]
        if types[name] != "string":
            if not (types[name] in INTEGERS or types[name] in ("float", "double") or types[name].startswith("decimal")):
                raise refuse(role, "numbers belong there")
            return F.col(f"`{name}`").cast("double") + F.lit(0.0)
        value = text(name)
        if task["delimiter"] != ",":
            value = F.regexp_replace(value, r"^([+-]?\d*),(\d+)$", "$1.$2")
        return F.when(value.rlike(NUMBER), value.try_cast("double") + F.lit(0.0))

    def seconds():
        name = columns["time"]
        column = F.col(f"`{name}`")
        if types[name].startswith("timestamp"):
            return F.unix_micros(column.cast("timestamp")) / 1e6
        if types[name] == "date":
            return F.unix_date(column) * 86400.0
        if types[name] != "string":
            return number("time")
        date = F.regexp_replace(F.when(column.rlike(DATE), F.upper(column)), "/", "-")
        return F.coalesce(number("time"), F.unix_micros(F.regexp_replace(date, "T", " ").try_cast("timestamp")) / 1e6)

    for role in ("user", "item"):
        if types[columns[role]] not in ("string", *INTEGERS):
            raise refuse(role, "ids are whole numbers or texts")
    rating, value = number("rating"), text(columns["rating"])
    left_out = F.lit(False)
    if task["unrated"] is not None:
        left_out = value.isNull() if task["unrated"] == "" else F.coalesce(rating == task["unrated"], F.lit(False))
    if task["minRating"] is not None:
        left_out = left_out | F.coalesce(rating < task["minRating"], F.lit(False))
    least, most = task["scale"] or (-MOST_RATING, MOST_RATING)
    unreadable = rating.isNull() | F.isnan(rating) | ~rating.between(least, most)
    time = seconds() if "time" in columns else F.lit(0.0)
    problem = F.when(left_out, "left out").when(text(columns["user"]).isNull(), "user").when(text(columns["item"]).isNull(), "item")
    problem = problem.when(unreadable, "rating").when(time.isNull() | F.isnan(time), "time")
    if "broken" in types:
        problem = F.when(F.col("broken").isNotNull(), "broken").otherwise(problem)
    raw = F.array(*[text(columns[role]) if role in columns else F.lit(None).cast("string") for role in ("user", "item", "rating", "time")])
    return table.select(
        text(columns["user"]).alias("user"),
        text(columns["item"]).alias("item"),
        rating.cast("float").alias("rating"),
        time.alias("time"),
        problem.alias("problem"),
        raw.alias("raw"),
        F.struct(
            F.col("_metadata.file_path").alias("file_path"),
            F.col("_metadata.file_block_start").alias("block"),
            F.monotonically_increasing_id().alias("n"),
        ).alias("place"),
    )


def bad_row(rows, columns, task):
    """The error for the first row that cannot be read: its file, its number there, and the first value that is wrong."""
    row = rows.filter("problem <> 'left out'").orderBy("place").first()
    file, block, number = row.place
    earlier = rows.filter(rows.place.file_path == file)
    earlier = earlier.filter((rows.place.block < block) | ((rows.place.block == block) & (rows.place.n < number)))
    where = f"{unquote(base_name(file))} row {earlier.count() + 1}"
    if row.problem == "broken":
        return JobError("DATA_ROW", f"{where} has more or fewer values than there are columns", "correct it, or skip such rows with --lenient")
    value = dict(zip(("user", "item", "rating", "time"), row.raw))[row.problem]
    scale, fix, what = task["scale"], None, "is missing"
    if value is not None and row.problem == "time":
        what, fix = "is not a time", "write seconds since 1970, or 2005-04-02 23:53; or do without the times: --time-column none"
    elif value is not None:
        what = "is not a number" if row.rating is None else f"is outside {scale[0]:g}–{scale[1]:g}" if scale else "is too large"
        fix = "correct it, skip such rows with --lenient, or name another scale with --scale" if scale and row.rating is not None else None
    shown = "" if value is None else f" {json.dumps(value, ensure_ascii=False)}"
    return JobError("DATA_ROW", f"{where}: {columns[row.problem]}{shown} {what}", fix)


def is_whole(name):
    """Whether a text is a whole number that a double holds exactly, as ids of numbers are."""
    from pyspark.sql import functions as F

    value = F.regexp_extract(name, r"^(-?\d+)", 1).try_cast("bigint")
    return F.coalesce(F.col(name).rlike(WHOLE) & value.between(-LARGEST_WHOLE, LARGEST_WHOLE), F.lit(False))


def check_rows(rows, columns, task):
    """Counts of the rows, whether ids are whole numbers, and how often times are divided by 1000 to be seconds."""
    from pyspark.sql import functions as F

    found = rows.groupBy("problem").agg(
        F.count("*").alias("rows"),
        F.min(is_whole("user")).alias("user"),
        F.min(is_whole("item")).alias("item"),
        F.min("time").alias("first"),
        F.max("time").alias("last"),
    )
    by_problem = {row.problem: row for row in found.collect()}
    good = by_problem.pop(None, None)
    left_out = by_problem.pop("left out", None)
    seen = {"rows": 0, "leftOut": left_out.rows if left_out else 0, "skipped": sum(row.rows for row in by_problem.values())}
    seen["rows"] = seen["leftOut"] + seen["skipped"] + (good.rows if good else 0)
    if by_problem and not task["lenient"]:
        raise bad_row(rows, columns, task)
    if not good:
        readable = "rating that is not left out" if seen["leftOut"] else "readable rating"
        why = f"holds no {readable}, in its {seen['rows']} rows" if seen["rows"] else "holds no ratings"
        raise JobError("DATA_EMPTY", f"{base_name(task['input'])} {why}")
    unit, first, last = 0, good.first, good.last
    while first > MOST_SECONDS:
        unit, first, last = unit + 1, first / 1000, last / 1000
    if last > MOST_SECONDS:
        raise JobError(
            "DATA_ROW",
            f"{base_name(task['input'])}: the times {good.first:g} and {good.last:g} cannot both be in seconds",
            "write all times in seconds, or all in milliseconds, since 1970",
        )
    return {**seen, "good": good.rows, "kinds": {role: "number" if good[role] else "text" for role in ("user", "item")}, "unit": unit}


def numbered(spark, ids, name, kind):
    """Rows of an id and what stands beside it, numbered from 0: numbers by value, texts by code unit, as JavaScript orders them."""
    from pyspark.sql import functions as F
    from pyspark.sql.types import IntegerType, StructField, StructType

    ordered = ids.orderBy(name if kind == "number" else F.encode(name, "UTF-16BE"))
    schema = StructType([*ordered.schema.fields, StructField("number", IntegerType())])
    return spark.createDataFrame(ordered.rdd.zipWithIndex().map(lambda pair: (*pair[0], pair[1])), schema)


def prepare(spark, task, watch, out):
    """From a table as it is to ratings by index: repeats made one, filters, ids in order. See docs/scale.md."""
    from pyspark.sql import functions as F

    spark.conf.set("spark.sql.session.timeZone", "UTC")
    spark.conf.set("spark.sql.csv.parser.columnPruning.enabled", False)  # which would take rows of other lengths for whole ones
    work, settings = task["work"], task["settings"]

    def kept(frame, name, folder=out):
        frame.write.parquet(f"{folder}/{name}")
        return spark.read.parquet(f"{folder}/{name}")

    with watch.stage("read", 0.0, 0.4, stages=6):
        table, names = open_table(spark, task, watch.wait)
        columns = find_columns(names, task)
        rows = understood(table, columns, task)
        seen = check_rows(rows, columns, task)
        good = rows.filter("problem IS NULL")
        for role in ("user", "item"):
            if seen["kinds"][role] == "number":
                good = good.withColumn(role, F.regexp_extract(role, r"^(-?\d+)", 1).cast("bigint"))
        latest = F.max_by(F.struct("rating", "time"), F.struct("time", "place")).alias("latest")
        distinct = good.groupBy("user", "item").agg(latest).select("user", "item", "latest.rating", "latest.time")
        for _ in range(seen["unit"]):
            distinct = distinct.withColumn("time", F.col("time") / 1000)
        distinct = kept(distinct, "distinct", work)
    with watch.stage("count", 0.4, 0.7, stages=8):
        of_items = kept(numbered(spark, distinct.groupBy("item").count(), "item", seen["kinds"]["item"]), "items")
        values = [row.rating for row in distinct.select("rating").distinct().orderBy("rating").limit(MOST_VALUES + 1).collect()]
        if len(values) > MOST_VALUES:
            raise JobError("DATA_LAYOUT", f"{base_name(task['input'])} holds ratings of more than {MOST_VALUES} different values", "round them")
        wanted = of_items
        if settings["topItems"] is not None:
            wanted = wanted.orderBy(F.desc("count"), "number").limit(settings["topItems"])
        wanted = wanted.filter(F.col("count") >= settings["minItemRatings"])
        chosen = distinct.join(F.broadcast(wanted.select("item", "number")), "item")
        if settings["minUserRatings"] > 1:
            users = distinct.groupBy("user").count().filter(F.col("count") >= settings["minUserRatings"])
            chosen = chosen.join(users.select("user"), "user")
        of_users = kept(numbered(spark, chosen.groupBy("user").count(), "user", seen["kinds"]["user"]), "users")
        if of_users.isEmpty():
            raise JobError("DATA_FILTERED", f"the filters leave no rating of {base_name(task['input'])}")
    with watch.stage("write", 0.7, 1.0, stages=8):
        index = of_users.select("user", F.col("number").alias("index"))
        by_index = chosen.join(index, "user").select(F.col("index").alias("user"), F.col("number").alias("item"), "rating", "time")
        ratings = kept(by_index if "time" in columns else by_index.drop("time"), "ratings")
        by_value = kept(ratings.groupBy("item", "rating").count(), "values")
        people, films, enough = of_users.count(), settings["together"]["films"], settings["together"]["users"]
        top = ratings.groupBy("item").count().orderBy(F.desc("count"), "item").limit(films)
        sample = ratings.filter(F.col("user") % -(-people // enough) == 0).join(F.broadcast(top.select("item")), "item")
        sample = kept(sample.select("user", "item"), "sample")
        total = ratings.agg(F.count("*").alias("rows"), F.sum(F.xxhash64(*ratings.columns).cast("decimal(38,0)")).alias("checksum")).first()
    counts = {"rows": seen["rows"], "skipped": seen["skipped"], "leftOut": seen["leftOut"]}
    distinct_rows = distinct.count()
    report = {**counts, "repeats": seen["good"] - distinct_rows, "filtered": distinct_rows - total.rows}
    rows_written = {"users": people, "items": of_items.count(), "values": by_value.count(), "sample": sample.count()}
    made = {"rows": rows_written, "ratings": total.rows, "checksum": str(total.checksum)}
    return {**made, "report": report, "columns": columns, "kinds": seen["kinds"], "values": values}
