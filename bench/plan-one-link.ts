import type { TerraformWorkspace } from "../src/plugin/testing";
import { interleaved, timed } from "./measurement";
import type { Measurement } from "./measurement";
import { succeeded } from "./workspaces";
import type { Workspaces } from "./workspaces";

const ROUNDS = 15;

/** A whole `terraform plan` of one link that was applied before. */
export async function planOneLink(workspaces: Workspaces): Promise<Measurement> {
  const links = await workspaces.links(1);
  const data = await workspaces.data(1);
  for (const workspace of [links, data]) succeeded(await workspace.apply());
  const { ours, baseline } = await interleaved(ROUNDS, { ours: () => plan(links), baseline: () => plan(data) });
  return {
    what: `plan of 1 link / of 1 terraform_data, median of ${ROUNDS}`,
    ours,
    baseline,
    budget: { kind: "ratio", atMost: 5 },
  };
}

function plan(workspace: TerraformWorkspace): Promise<number> {
  return timed(async () => succeeded(await workspace.run(["plan", "-input=false"])));
}
