/** Runs another program. */
import { spawn } from "node:child_process";
import { MatineeError } from "../errors.ts";

/** The lines that a program prints. @throws USAGE with the last line of its errors where it fails */
export async function runProgram(
  program: string,
  args: readonly string[],
  extra: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  const child = spawn(program, args, { env: { ...process.env, ...extra }, stdio: ["ignore", "pipe", "pipe"] });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr = `${stderr}${text}`.slice(-2000);
  });
  const code = await new Promise<number | null>((ended, failed) => child.on("close", ended).on("error", failed)).catch(
    () => -1,
  );
  if (code === 0) return stdout.split("\n").filter(Boolean);
  throw new MatineeError("USAGE", `${program} failed: ${stderr.trim().split("\n").at(-1) ?? ""}`, {
    fix: "the peers need python3 with venv, npm, and their package indexes",
  });
}
