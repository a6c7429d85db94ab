/** What the database could not do, in words for people: without SQL and without passwords. */
import { type ErrorCode, MatineeError } from "../errors.ts";

/** How far a failure reaches, and what may be done about it. */
export interface FailureKind {
  readonly code: Extract<ErrorCode, "STORE_UNAVAILABLE" | "STORE_FAILED">;
  /** What happened, after the name of the store. */
  readonly what: string;
  readonly fix?: string;
  /** Whether the transaction is lost, and not its last statement alone. */
  readonly endsTransaction: boolean;
  /** Whether the same transaction may succeed at another try: two of them were in each other's way. */
  readonly retry?: boolean;
}

/** A failure of the database. */
export class StoreFailure extends MatineeError {
  readonly endsTransaction: boolean;
  readonly retry: boolean;

  constructor(place: string, { code, what, fix, endsTransaction, retry = false }: FailureKind) {
    super(code, `the store ${place}: ${what}`, fix === undefined ? {} : { fix });
    this.endsTransaction = endsTransaction;
    this.retry = retry;
  }
}
