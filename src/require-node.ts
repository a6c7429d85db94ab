/** Says in a line which Node is needed. The entries of the package load it first, and an old Node can run it. */

/** As `engines` in package.json. */
const needed = 24;

if (Number.parseInt(process.versions.node, 10) < needed) {
  const error = new Error(`this is Node ${process.versions.node}, and Matinee needs Node ${needed} or later`);
  error.stack = `${error}`; // where it was thrown helps nobody
  throw error;
}
