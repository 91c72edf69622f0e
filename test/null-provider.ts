import path from "node:path";
import { createHandlers, definitionsFor, map, string, types } from "../src/plugin";
import type { ProviderHandlers } from "../src/plugin/wire/handlers";
import { findTerraform } from "../src/plugin/testing";
import { nullProviderMirror } from "../tools/null-provider";

const ADDRESS = "registry.terraform.io/hashicorp/null";

/** What a test of Terraform gets hashicorp/null from: a mirror with the real one, or a stand-in that this process serves. */
export interface NullProvider {
  readonly mirror?: string;
  readonly attached?: Readonly<Record<string, ProviderHandlers>>;
}

/**
 * hashicorp/null: the real one where the registry or Go can be had, else a stand-in with the same resource, of which one
 * loud line tells.
 */
export function nullProvider(): Promise<NullProvider> {
  return (looked ??= look());
}

let looked: Promise<NullProvider> | undefined;

async function look(): Promise<NullProvider> {
  const { path: terraform, kind } = findTerraform(process.env);
  const host = kind === "tofu" ? "registry.opentofu.org" : "registry.terraform.io";
  const found = await nullProviderMirror(path.resolve("node_modules"), terraform, host);
  if ("mirror" in found) return found;
  process.stderr.write(
    `NOT RUN: hooks with the real hashicorp/null, which cannot be had here (${found.problem}); a stand-in took its place.\n`,
  );
  return { attached: { [ADDRESS]: standIn() } };
}

/** `null_resource` as hashicorp/null 3.2.4 has it: triggers of whatever kind, a change of which replaces the resource. */
function standIn(): ProviderHandlers {
  const { resource, provider } = definitionsFor<null>();
  let made = 0;
  const nullResource = resource("null_resource", {
    description: "Does nothing, and is replaced when its triggers change.",
    schema: {
      triggers: map(types.string, {
        optional: true,
        requiresReplace: true,
        description: "A change replaces the resource.",
      }),
      id: string({
        computed: true,
        useStateForUnknown: true,
        description: "Another one for each resource that is made.",
      }),
    },
    create: () => Promise.resolve({ id: String(++made) }),
    read: (state) => Promise.resolve(state),
    update: () => Promise.resolve({}),
    delete: () => Promise.resolve(),
  });
  return createHandlers(
    provider({
      address: ADDRESS,
      version: "3.2.4",
      description: "A stand-in for hashicorp/null.",
      schema: {},
      configure: () => null,
      resources: [nullResource],
    }),
  );
}
