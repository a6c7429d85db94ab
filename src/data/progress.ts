import { MatineeError } from "../errors.ts";

/** Options of long work: its progress, and a way to cancel it. */
export interface ProgressOptions {
  /** Called now and then with the share of the work that is done, 0 to 1; an estimate where the total is not known. */
  readonly onProgress?: (share: number) => void;
  readonly signal?: AbortSignal;
}

/** @throws CANCELLED once the signal is aborted. */
export function checkCancelled(signal: AbortSignal | undefined, what: string): void {
  if (signal?.aborted) throw new MatineeError("CANCELLED", `${what} was cancelled`);
}
