import { depth } from "../depth";
import { chaos } from "./chaos";

jest.setTimeout(120_000);

const SEED = 7;
const LINKS = depth(20, 40);

it(`${LINKS} links outlive two days of faults: nothing is lost, nobody is told wrongly (seed ${SEED})`, async () => {
  const { counts, problems, history } = await chaos({
    seed: SEED,
    links: LINKS,
    days: 2,
    minutes: 1,
    terraforms: 2,
    store: "postgres",
    isQuick: true,
    onLine: (line) => line.startsWith("NOT RUN") && console.log(line),
  });
  expect(problems.map((each) => ({ ...each, history: history(each.account) }))).toEqual([]);
  for (const happened of ["kills of Terraform", "errors of Cronofy", "token refreshes", "redemptions"] as const) {
    expect(counts.get(happened)).toBeGreaterThan(0);
  }
});
