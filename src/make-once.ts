/**
 * A function that makes something at its first call, and returns the same at later ones. What failed is not kept: the next call makes
 * it anew, since a file may have been repaired or a connection be back. The arguments of calls that make nothing are not looked at.
 */
export function makeOnce<Arguments extends readonly unknown[], T>(
  make: (...given: Arguments) => Promise<T>,
): (...given: Arguments) => Promise<T> {
  let made: Promise<T> | undefined;
  return (...given) => {
    made ??= make(...given).catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
