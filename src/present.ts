/** T without the properties that are undefined. */
type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/**
 * The properties that are not undefined, so that optional values can be passed on by name.
 *
 * @example present({ k: 10, signal: undefined }) // { k: 10 }
 */
export function present<T extends object>(properties: T): Present<T> {
  const found: Partial<T> = {};
  for (const name of Object.keys(properties) as (keyof T)[]) {
    if (properties[name] !== undefined) found[name] = properties[name];
  }
  return found as unknown as Present<T>;
}
