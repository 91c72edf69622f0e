/**
 * The files here list faults that were found in providers written without Go, each as what must hold instead: one `it`
 * for each. Many are held by a test that belongs elsewhere, beside its like or on both runtimes. Such an `it` names
 * that test, and fails when it is gone.
 */
import { readFileSync } from "node:fs";
import path from "node:path";

const TESTS = path.resolve(__dirname, "..", "..");
/** What stands before the title of a test: `it(`, or the end of the table of `it.each(…)(`. */
const BEFORE_TITLE = /(\bit|\))\(\s*$/;

/**
 * Fails unless a file has a test of each title, and skips none of its tests.
 *
 * @param file seen from the folder of all tests
 * @param titles as they are written there, with their placeholders
 */
export function expectTests(file: string, ...titles: readonly string[]): void {
  const source = readFileSync(path.join(TESTS, file), "utf8");
  expect(source).not.toMatch(/\b(it|test|describe)\.(skip|only|todo)\b/);
  const found = titles.filter((title) => {
    const before = source.split(JSON.stringify(title)).slice(0, -1);
    return before.some((text) => BEFORE_TITLE.test(text));
  });
  expect({ file, titles: found }).toEqual({ file, titles });
}
