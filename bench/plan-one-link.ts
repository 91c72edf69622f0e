import { interleaved, timed } from "./measurement";
import type { Measurement } from "./measurement";
import { succeeded } from "./stage";
import type { Stage } from "./stage";

const ROUNDS = 15;

/** A whole `terraform plan` of one link that was applied before. */
export async function planOneLink({ links, data }: Stage): Promise<Measurement> {
  for (const workspace of [links, data]) succeeded(await workspace.apply());
  const plan = (workspace: Stage["links"]) => () =>
    timed(async () => succeeded(await workspace.run(["plan", "-input=false"])));
  return {
    what: `plan of 1 link, median of ${ROUNDS}`,
    ...(await interleaved(ROUNDS, plan(links), plan(data))),
    budget: { kind: "ratio", atMost: 5 },
  };
}
