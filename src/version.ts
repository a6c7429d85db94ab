/** The version of this package, as in its package.json. Written here, because a page cannot read that file. */
export const version = "0.1.0";
