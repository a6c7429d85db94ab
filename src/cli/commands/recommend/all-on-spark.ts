/** matinee recommend --all --engine spark: lists for everybody, made and written by Spark. */
import { existsSync } from "node:fs";
import { readArtifact } from "../../../artifact/file.ts";
import { MatineeError } from "../../../errors.ts";
import { stepper } from "../../../models/fit.ts";
import { count } from "../../../numbers.ts";
import { usualListColumns } from "../../../recommend/write-lists.ts";
import { dataSource } from "../../options/data.ts";
import { openCluster, prepareOnSpark, type SparkFlags } from "../../options/spark.ts";
import { printJson, printLines } from "../../terminal/output.ts";
import type { AllFlags } from "./recommend-all.ts";

export async function recommendOnSpark(flags: AllFlags & SparkFlags): Promise<void> {
  const { out, artifact, k } = flags;
  checkFlags(flags);
  const trained = await readArtifact(artifact!);
  const { checkListsOnSpark } = await import("../../../spark/lists.ts");
  checkListsOnSpark(trained);
  await using cluster = (await openCluster(flags))!;
  const made = await prepareOnSpark(cluster, dataSource(flags), flags, (ratings, watch) => {
    const step = stepper("recommending", watch("Recommending to everybody"));
    return cluster.lists(trained, ratings, { k: Math.min(k, trained.info.items.size), out: out! }, step);
  });
  const { rows, own, users } = made;
  const summary = { model: trained.state.algorithm, users, k, rows, fallback: rows - own, file: out };
  if (flags.json) printJson(summary);
  else printLines([`${out}: ${count(rows)} films for ${count(users)} people by ${summary.model}, a folder of Parquet`]);
}

/** @throws USAGE */
function checkFlags({ out, artifact, columns, approximate, blend }: AllFlags): void {
  const refuse = (problem: string, fix: string) => new MatineeError("USAGE", problem, { fix });
  if (artifact === undefined) {
    throw refuse("lists on Spark are those of a saved model", "name one with --artifact; matinee train makes it");
  }
  if (!out?.toLowerCase().endsWith(".parquet")) {
    throw refuse("Spark writes lists as Parquet", "name a folder that ends in .parquet with --out");
  }
  if (existsSync(out)) throw refuse(`${out} is there already`, "remove it, or name another folder");
  const given = { approximate, blend, columns: columns.join() === usualListColumns.join() ? undefined : columns };
  const [other] = Object.entries(given).find(([, value]) => value !== undefined) ?? [];
  if (other !== undefined) throw refuse(`lists on Spark know no --${other}`, "leave it out, or make the lists here");
}
