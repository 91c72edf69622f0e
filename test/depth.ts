/** Whether this is `npm run test:deep`, which takes its time. */
export const IS_DEEP = process.env["TEST_DEPTH"] === "deep";

/** How many random cases, rounds or days a test goes through: a few in `npm test`, all of them in `npm run test:deep`. */
export function depth(few: number, all: number): number {
  return IS_DEEP ? all : few;
}
