import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { LINK_TYPE } from "../../src/link";
import { createHandlers, definitionsFor, string } from "../../src/plugin";
import type { ProviderHandlers } from "../../src/plugin/wire/handlers";
import { WITHOUT_LIMITS } from "./many-links";
import { raiseStage } from "./stage";
import type { Stage } from "./stage";

/** What became of a link, or what the configuration asks for, since its state was written. */
export const FATES = [
  "in-sync",
  "revoked",
  "lapsed",
  "waiting",
  "invited",
  "asked-anew",
  "just-linked",
  "changed",
  "removed",
  "renamed",
  "replaced-in-part",
  "added",
  "revoked-and-changed",
  "lapsed-and-changed",
] as const;
export type Fate = (typeof FATES)[number];

/** Links in one state that does not know what has become of them, beside resources of another provider. */
export interface DriftedFleet extends Stage {
  /** The root module. */
  readonly folder: string;
  /** The address of the link of the first customer with this fate. */
  addressOf(fate: Fate): string;
  /** The address under which the configuration now declares the first of the links that were renamed. */
  readonly renamedAddress: string;
  /** Secrets that the state holds. */
  readonly secrets: readonly string[];
}

const DAY = 86_400_000;
const NAMES = ["acme", "globex", "initech", "umbrella", "hooli", "stark", "wayne", "wonka", "tyrell", "cyberdyne"];
const SERVERS = "registry.terraform.io/demo/demo";

interface Customer {
  readonly name: string;
  readonly fate: Fate;
  readonly serviceAccountId: string;
}

/**
 * Makes the fleet, as weeks of clicks and commits would. When it returns, the clock shows about what the system's does.
 *
 * @param counts how many links meet with which fate
 */
export async function raiseDriftedFleet(counts: Readonly<Partial<Record<Fate, number>>>): Promise<DriftedFleet> {
  const servers = new Map<string, string>();
  const stage = await raiseStage({
    provider: "attached",
    env: WITHOUT_LIMITS,
    linkServiceUrl: true,
    startedAt: new Date(Date.now() - 41 * DAY),
    beside: { [SERVERS]: serverProvider(servers) },
  });
  try {
    return await drift(stage, servers, counts);
  } catch (error) {
    await stage.close();
    throw error;
  }
}

async function drift(
  stage: Stage,
  servers: Map<string, string>,
  counts: Readonly<Partial<Record<Fate, number>>>,
): Promise<DriftedFleet> {
  const { terraform, clock } = stage;
  const fates = FATES.flatMap((fate) => Array.from({ length: counts[fate] ?? 0 }, () => fate));
  const customers: Customer[] = [];
  for (const [index, fate] of fates.entries()) {
    const name = `${NAMES[index % NAMES.length]}-${String(index).padStart(3, "0")}`;
    const made = await stage.admin("POST", "/service_accounts", { email: `calendars@${name}.example` });
    const { service_account_id: serviceAccountId } = made as { service_account_id: string };
    customers.push({ name, fate, serviceAccountId });
  }
  const of = (...wanted: readonly Fate[]) => customers.filter(({ fate }) => wanted.includes(fate));
  const files = (
    declared: readonly Customer[],
    now: { moved?: readonly Customer[]; asked?: readonly Customer[] } = {},
  ) => ({
    "main.tf": configurationOf(stage, {
      invited: of("invited", "asked-anew"),
      moved: now.moved ?? [],
      asked: now.asked ?? [],
    }),
    "customers.auto.tfvars.json": JSON.stringify({
      customers: Object.fromEntries(declared.map(({ name, serviceAccountId }) => [name, serviceAccountId])),
    }),
  });
  const authorize = async (those: readonly Customer[]) => {
    const state = await terraform.state();
    for (const { name } of those) {
      const { invitation_url: invitation, authorization_url: url } = state.resource(linkOf(name)).values;
      await (invitation === null ? stage.authorize(url) : stage.visit(invitation));
    }
  };

  const old = of(
    ...(["in-sync", "revoked", "asked-anew", "changed", "removed", "renamed", "replaced-in-part"] as const),
    "revoked-and-changed",
  );
  await terraform.apply({ configuration: files(old) });
  await authorize(old);
  await terraform.refresh();
  clock.advance(29 * DAY);

  const asked = of("asked-anew");
  const recent = [...old, ...of("lapsed", "invited", "just-linked", "lapsed-and-changed")];
  await terraform.apply({ configuration: files(recent, { asked }) });
  await authorize(of("just-linked"));
  for (const { serviceAccountId } of of("revoked", "revoked-and-changed")) {
    await stage.admin("POST", "/revoke", { service_account_id: serviceAccountId });
  }
  clock.advance(12 * DAY);

  // From here on, only what is named is looked at: the state is not to know what has become of the others.
  const waiting = of("waiting");
  await terraform.apply({
    configuration: files([...recent, ...waiting], { asked }),
    args: waiting.map(({ name }) => `-target=${linkOf(name)}`),
    expectNonEmptyPlan: true,
  });
  clock.advance("5m");
  servers.set("queue", "large").set("cache", "large");
  servers.delete("mail");
  const declared = customers
    .filter(({ fate }) => fate !== "removed")
    .map((customer) => (customer.fate === "renamed" ? { ...customer, name: renamed(customer) } : customer));
  const moved = of("changed", "revoked-and-changed", "lapsed-and-changed");
  await terraform.workspace.write(files(declared, { moved, asked }));
  await leaveEarlierObjects(terraform.workspace.directory, of("replaced-in-part"));

  const state = await terraform.state();
  const secrets = [...of("lapsed", "waiting")].map(({ name }) =>
    String(state.resource(linkOf(name)).values["ou_link_token"]),
  );
  const folder = terraform.workspace.directory;
  return {
    ...stage,
    folder,
    secrets,
    renamedAddress: linkOf(of("renamed").map(renamed)[0] ?? ""),
    addressOf(fate) {
      const [first] = of(fate);
      if (first === undefined) throw new Error(`No link is ${fate}.`);
      return linkOf(first.name);
    },
  };
}

function linkOf(customer: string): string {
  return `${LINK_TYPE}.customers[${JSON.stringify(customer)}]`;
}

function renamed({ name }: Customer): string {
  return `${name}-group`;
}

/** Leaves what an apply leaves that made the new objects of these links and could not destroy the earlier ones. */
async function leaveEarlierObjects(folder: string, those: readonly Customer[]): Promise<void> {
  interface Instance {
    readonly index_key?: string;
    readonly deposed?: string;
  }
  const file = path.join(folder, "terraform.tfstate");
  const state = JSON.parse(await readFile(file, "utf8")) as {
    readonly resources: { readonly type: string; instances: Instance[] }[];
  };
  const names = new Set(those.map(({ name }) => name));
  for (const resource of state.resources.filter(({ type }) => type === LINK_TYPE)) {
    resource.instances = resource.instances.flatMap((instance) =>
      names.has(instance.index_key ?? "") ? [instance, { ...instance, deposed: "ab12cd34" }] : [instance],
    );
  }
  await writeFile(file, JSON.stringify(state));
}

function configurationOf(
  { callbackUrl }: Stage,
  { invited, moved, asked }: Readonly<Record<"invited" | "moved" | "asked", readonly Customer[]>>,
): string {
  const isAmong = (customers: readonly Customer[]) =>
    `contains(${JSON.stringify(customers.map(({ name }) => name))}, each.key)`;
  return `terraform {
  required_providers {
    cronofy = {
      source = "ou-link/cronofy"
    }
    demo = {
      source = "demo/demo"
    }
  }
}

variable "customers" {
  type = map(string)
}

provider "cronofy" {}

resource "cronofy_organizational_unit_link" "customers" {
  for_each           = var.customers
  service_account_id = each.value
  redirect_uri       = ${JSON.stringify(callbackUrl)}
  authorize_with     = ${isAmong(invited)} ? "invitation" : "url"
  state              = ${isAmong(moved)} ? "moved" : null
  keepers            = ${isAmong(asked)} ? { asked = "anew" } : null
}

resource "demo_server" "queue" {
  name = "queue"
}

resource "demo_server" "cache" {
  name = "cache"
}

resource "demo_server" "mail" {
  name = "mail"
}

# Hangs on the one, so that its drift is relevant.
resource "terraform_data" "queue_size" {
  input = demo_server.queue.size
}
`;
}

/** Servers whose size somebody may change outside of Terraform, as the map is changed. */
function serverProvider(servers: Map<string, string>): ProviderHandlers {
  const { resource, provider } = definitionsFor<null>();
  const server = resource("demo_server", {
    description: "A server.",
    schema: {
      name: string({ required: true, requiresReplace: true, description: "What it is called." }),
      size: string({ computed: true, useStateForUnknown: true, description: "How big it is." }),
    },
    create({ name }) {
      servers.set(name, "small");
      return Promise.resolve({ size: "small" });
    },
    read(state) {
      const size = servers.get(state.name ?? "");
      return Promise.resolve(size === undefined ? null : { ...state, size });
    },
    update: () => Promise.resolve({}),
    delete: ({ name }) => Promise.resolve(void servers.delete(name ?? "")),
  });
  return createHandlers(
    provider({
      address: SERVERS,
      version: "1.0.0",
      description: "Servers.",
      schema: {},
      configure: () => null,
      resources: [server],
    }),
  );
}
