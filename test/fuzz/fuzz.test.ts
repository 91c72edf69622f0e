import { findingOf } from "./fuzz-target";
import { TARGETS } from "./targets";
import { depth } from "../depth";

const CASES = depth(15, 100);

// `npm run fuzz` gives them a million cases, and others at each run.
describe(`${CASES} inputs, good and damaged, of what comes from outside`, () => {
  afterAll(async () => {
    for (const { close } of TARGETS) await close?.();
  });

  it.each(TARGETS.map((each) => [each.name, each] as const))("hold for %s", async (_, target) => {
    expect(await findingOf(target, { seed: 1, cases: CASES })).toBeNull();
  });

  it("have a name each, by which one is run alone", () => {
    expect(new Set(TARGETS.map(({ name }) => name)).size).toBe(TARGETS.length);
  });
});
