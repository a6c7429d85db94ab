/** Where spark-submit is: in SPARK_HOME, on the path, or in the package pyspark of Python. */
import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { MatineeError } from "../errors.ts";

export interface SparkProgram {
  /** The path of spark-submit. */
  readonly submit: string;
  /** The Python that runs the job. */
  readonly python: string;
}

const folderOfPyspark = "import os, pyspark; print(os.path.dirname(pyspark.__file__))";

/** @throws PACKAGE_MISSING where there is no Spark */
export async function findSpark(env: NodeJS.ProcessEnv = process.env): Promise<SparkProgram> {
  const python = env.MATINEE_PYTHON ?? "python3";
  const program = process.platform === "win32" ? "spark-submit.cmd" : "spark-submit";
  if (env.SPARK_HOME) {
    const submit = join(env.SPARK_HOME, "bin", program);
    if (await isProgram(submit)) return { submit, python };
    throw new MatineeError("PACKAGE_MISSING", `there is no ${submit}, where SPARK_HOME says that Spark is`, {
      fix: "correct SPARK_HOME, or unset it",
    });
  }
  for (const folder of (env.PATH ?? "").split(delimiter)) {
    const submit = join(folder, program);
    if (folder !== "" && (await isProgram(submit))) return { submit, python };
  }
  const found = await promisify(execFile)(python, ["-c", folderOfPyspark], { env }).catch(() => undefined);
  const submit = found && join(found.stdout.trim(), "bin", program);
  if (submit !== undefined && (await isProgram(submit))) return { submit, python };
  throw new MatineeError("PACKAGE_MISSING", `Apache Spark is not found: not by SPARK_HOME, the path or ${python}`, {
    fix: "pip install pyspark numpy, and name that Python with MATINEE_PYTHON; or set SPARK_HOME",
  });
}

async function isProgram(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
