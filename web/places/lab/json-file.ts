/** Reading JSON that somebody brought: what is not as it should be is left out, or is a problem to be told. */

/** Why a file cannot be read, and what to do. */
export class FileProblem extends Error {
  readonly fix: string;

  constructor(message: string, fix: string) {
    super(message);
    this.fix = fix;
  }
}

/** The object in a file. @throws FileProblem */
export function parseJson(text: string): Readonly<Record<string, unknown>> {
  try {
    return objectOf(JSON.parse(text));
  } catch {
    throw new FileProblem(
      "This is no JSON",
      "choose a file that Matinee wrote with --json, or with --report NAME.json",
    );
  }
}

/** The object, or an empty one. */
export function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

export function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** The number, or undefined of anything else. */
export function numberOf(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}
