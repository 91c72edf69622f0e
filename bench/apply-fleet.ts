import { interleaved, timed } from "./measurement";
import type { Measurement } from "./measurement";
import { forget, succeeded } from "./stage";
import type { Stage } from "./stage";

const ROUNDS = 5;

/** A whole `terraform apply` of many new links, while Cronofy answers at once. */
export async function applyFleet({ links, data }: Stage, count: number): Promise<Measurement> {
  const apply = (workspace: Stage["links"]) => async () => {
    await forget(workspace);
    return timed(async () => succeeded(await workspace.apply()));
  };
  return {
    what: `apply of ${count} links, median of ${ROUNDS}`,
    ...(await interleaved(ROUNDS, apply(links), apply(data))),
    budget: { kind: "ratio", atMost: 1.5 },
  };
}
