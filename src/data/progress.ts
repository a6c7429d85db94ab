import { MatineeError } from "../errors.ts";

/** How the caller watches and stops long work. */
export interface ProgressOptions {
  /** Called now and then with the share of the work that is done, 0 to 1; an estimate where the whole is not known. */
  readonly onProgress?: (share: number) => void;
  readonly signal?: AbortSignal;
}

/** @throws CANCELLED once the signal is aborted. */
export function checkCancelled(signal: AbortSignal | undefined, what: string): void {
  if (signal?.aborted) throw new MatineeError("CANCELLED", `${what} was cancelled`);
}
