"""What keeps a job from going on, as one of Matinee's errors."""

import re
from concurrent.futures import Future
from threading import Thread


class JobError(Exception):
    """What keeps the job from going on: a code of Matinee's table of errors, the problem and the way out."""

    def __init__(self, code, message, fix=None):
        super().__init__(message)
        self.code, self.fix = code, fix


def within(seconds, work):
    """What `work` returns or raises; TimeoutError where it takes longer, in a thread for which nobody waits then."""
    answer = Future()

    def run():
        try:
            answer.set_result(work())
        except Exception as error:
            answer.set_exception(error)

    Thread(target=run, daemon=True).start()
    return answer.result(seconds)


def reason_of(error):
    """The problem that Spark wraps in others: the last cause that it names."""
    lines = [line.strip() for line in str(error).splitlines()]
    causes = [line[len("Caused by: ") :] for line in lines if line.startswith("Caused by: ")]
    told = [line.removeprefix(": ") for line in lines if line and not line.startswith(("at ", "An error occurred while calling"))]
    return [*told[:1], *causes][-1] if told or causes else type(error).__name__


def problem_of(error):
    """An error of Spark's as one of Matinee's."""
    text, reason = str(error), reason_of(error)
    if "No space left on device" in text or "Disk quota exceeded" in text:
        return JobError("WRITE_FAILED", f"the job's disk is full: {reason}", "free space in the folder of --out, --spark-folder or spark.local.dir")
    if "Permission denied" in text or "Mkdirs failed" in text:
        return JobError("WRITE_FAILED", f"the job cannot write: {reason}", "give a folder that all nodes can write with --spark-folder DIR")
    if "FileNotFoundException" in text or "PATH_NOT_FOUND" in text or re.search(r"\b(file|path)\b.* does not exist", text, re.IGNORECASE):
        return JobError("CLUSTER_FAILED", f"a node does not see the ratings: {reason}", "give a folder that all nodes see with --spark-folder DIR")
    absent = re.search(r"No module named '(\w+)'", text)
    if absent:
        return JobError("PACKAGE_MISSING", f"the Python of a node has no {absent[1]}", f"pip install {absent[1]}, on all nodes")
    if "OutOfMemoryError" in text:
        return JobError("MEMORY", f"Spark ran out of memory: {reason}", "give more with --spark-conf spark.executor.memory=SIZE, or spark.driver.memory=SIZE with a local master")
    return JobError("CLUSTER_FAILED", reason)
