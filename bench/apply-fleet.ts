import { rm, stat } from "node:fs/promises";
import path from "node:path";
import type { TerraformWorkspace } from "../src/plugin/testing";
import { interleaved, timed } from "./measurement";
import type { Measurement } from "./measurement";
import { succeeded } from "./workspaces";
import type { Workspaces } from "./workspaces";

const ROUNDS = 3;

/**
 * A whole `terraform apply` of many new links, while Cronofy answers at once.
 *
 * Terraform writes its whole state again after each resource, and so most of what a large apply takes depends on how
 * much is in there. The second comparison leaves that out.
 */
export async function applyFleet(workspaces: Workspaces, count: number): Promise<Measurement[]> {
  const links = await workspaces.links(count);
  const data = await workspaces.data(count);
  const excess = (await stateSizeAfterApply(links)) - (await stateSizeAfterApply(data));
  // terraform_data keeps its input twice.
  const equal = await workspaces.data(count, Math.max(0, Math.round(excess / count / 2)));
  const medians = await interleaved(ROUNDS, {
    links: () => apply(links),
    data: () => apply(data),
    equal: () => apply(equal),
  });
  return [
    {
      what: `apply of ${count} links / of ${count} terraform_data, median of ${ROUNDS}`,
      ours: medians.links,
      baseline: medians.data,
      budget: { kind: "ratio", atMost: 1.5 },
    },
    { what: "  the same / of terraform_data with as much state", ours: medians.links, baseline: medians.equal },
  ];
}

async function apply(workspace: TerraformWorkspace): Promise<number> {
  await rm(stateFile(workspace), { force: true });
  return timed(async () => succeeded(await workspace.apply()));
}

/** Bytes. */
async function stateSizeAfterApply(workspace: TerraformWorkspace): Promise<number> {
  await apply(workspace);
  return (await stat(stateFile(workspace))).size;
}

function stateFile({ directory }: TerraformWorkspace): string {
  return path.join(directory, "terraform.tfstate");
}
