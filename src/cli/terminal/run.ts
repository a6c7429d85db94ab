import { type Command, CommanderError, type Option } from "commander";
import { errorTable, MatineeError, oneLine } from "../../errors.ts";
import { appendValue, parseKeyValue } from "../options/parse.ts";
import { note, screenWidth } from "./output.ts";

const interrupted = new AbortController();

/** Aborted by the first Ctrl-C (or SIGTERM); a second one ends the process at once. */
export const cancellation: AbortSignal = interrupted.signal;

/** Runs the command line: one clear line on stderr for every failure, and the exit code of the error table. */
export async function runCommand(program: Command, argv: readonly string[]): Promise<void> {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (interrupted.signal.aborted) process.exit(errorTable.CANCELLED.exit);
      interrupted.abort();
    });
  }
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      // A reader of the result that closes early (`matinee … | head`) is not an error, unless the work goes on.
      if (error.code === "EPIPE" && stream === process.stdout) process.exit(process.exitCode ?? 0);
      process.exit(printError(new MatineeError("WRITE_FAILED", `the output could not be written: ${error.message}`)));
    });
  }
  for (const command of [program, ...program.commands]) {
    refuseRepeats(command);
    const outputError = (text: string, write: (line: string) => void) =>
      write(`matinee: ${oneLine(text.replace(/^error: /, ""))} (see ${helpOf(program, command)})\n`);
    command
      .exitOverride()
      .configureOutput({ outputError, getOutHelpWidth: screenWidth })
      .configureHelp({ subcommandTerm: (listed) => listed.name(), optionDescription: describeOption });
  }
  try {
    await program.parseAsync(argv);
  } catch (error) {
    process.exitCode = printError(error);
  }
}

/** Refuses an option that is given twice, where the second value would take the place of the first. */
function refuseRepeats(command: Command): void {
  for (const option of command.options) {
    const { required, optional, variadic, parseArg, long } = option;
    const collects = variadic || parseArg === appendValue || parseArg === parseKeyValue;
    if (collects || !(required || optional)) continue;
    let given = false;
    command.on(`option:${option.name()}`, () => {
      if (given) throw new MatineeError("USAGE", `${long} is given twice`, { fix: "give it once" });
      given = true;
    });
  }
}

/** An option's description, with its choices and its default as they are typed. */
function describeOption({ description, argChoices, defaultValue, defaultValueDescription, negate }: Option): string {
  const asTyped = defaultValueDescription ?? (Array.isArray(defaultValue) ? defaultValue.join(",") : defaultValue);
  const notes = [
    argChoices && `${argChoices.slice(0, -1).join(", ")} or ${argChoices.at(-1)}`,
    negate || asTyped === undefined || asTyped === "" ? undefined : `default: ${asTyped}`,
  ].filter((text) => text !== undefined);
  return notes.length === 0 ? description : `${description} (${notes.join("; ")})`;
}

function helpOf(program: Command, command: Command): string {
  return command === program ? "matinee --help" : `matinee ${command.name()} --help`;
}

function printError(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : errorTable.USAGE.exit;
  if (error instanceof MatineeError) {
    note(`matinee: ${error.line}`);
    return errorTable[error.code].exit;
  }
  note(`matinee: ${errorTable.INTERNAL.title}: ${(error as Error)?.stack ?? error}`);
  return errorTable.INTERNAL.exit;
}
