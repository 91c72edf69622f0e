import { setTimeout as sleep } from "node:timers/promises";
import {
  DiagnosticError,
  durationText,
  identityAttribute,
  known,
  nested,
  number,
  oneOf,
  parseDuration,
  string,
  timeouts,
  types,
  wholeNumber,
} from "terraform-plugin-ts";
import type { Numeric, ResourceCall, Validator } from "terraform-plugin-ts";
import type { Database } from "./service";
import { resource } from "./tinydb";
import type { Tinydb } from "./tinydb";

const label: Validator<string> = (value) =>
  /^[a-z][a-z0-9-]*$/.test(value)
    ? undefined
    : { summary: "Not a name", detail: "Write lower-case letters, digits and hyphens, beginning with a letter." };

export const database = resource("tinydb_database", {
  description: "A database.",
  schema: {
    region: string({ required: true, requiresReplace: true, validators: [label], description: "Where it lies." }),
    name: string({ required: true, requiresReplace: true, validators: [label], description: "Its name." }),
    size: string({
      optional: true,
      computed: true,
      default: "small",
      validators: [oneOf(["small", "large"])],
      description: "How large it is.",
    }),
    backups: nested(
      {
        every: string({
          required: true,
          validators: [durationText()],
          // "60m" in place of "1h" is no change.
          semanticEquals: (one, other) => parseDuration(one) === parseDuration(other),
          description: "How often one is taken.",
        }),
        keep: number({
          optional: true,
          computed: true,
          default: 7,
          validators: [wholeNumber(1, 365)],
          description: "How many are kept.",
        }),
        location: string({ computed: true, useStateForUnknown: true, description: "Where they lie." }),
      },
      { optional: true, description: "Whether and how it is backed up." },
    ),
    password: string({
      optional: true,
      writeOnly: true,
      sensitive: true,
      description: "The owner's password. It is in no plan and no state; a new `password_version` sets it anew.",
    }),
    password_version: number({ optional: true, sensitive: false, description: "Change it to set the password anew." }),
    id: string({ computed: true, useStateForUnknown: true, description: "Its id." }),
    monthly_price: number({ computed: true, description: "What it costs a month." }),
    timeouts: timeouts({ create: "5m" }),
  },

  identity: {
    attributes: {
      region: identityAttribute(types.string, { requiredForImport: true, description: "Where it lies." }),
      name: identityAttribute(types.string, { requiredForImport: true, description: "Its name." }),
    },
    of: ({ region, name }) => (region === null || name === null ? null : { region, name }),
  },

  validate({ size, backups }, report) {
    if (size.kind === "known" && size.value === "large" && backups.kind === "null") {
      report.warning({ path: ["backups"], summary: "No backups", detail: "A large database should be backed up." });
    }
  },

  // What the service says of prices is known before anything is paid.
  async plan({ planned }, tinydb, call) {
    const { size } = planned;
    if (size.kind !== "known") return;
    const sizes = await tinydb.request<{ name: string; monthly_price: number }[]>("GET", "/sizes", call);
    const price = sizes?.find(({ name }) => name === size.value)?.monthly_price;
    if (price !== undefined) planned.monthly_price = known(price);
  },

  async planDestroy({ id, name }, tinydb, call) {
    const { tables = 0 } = (await tinydb.request<Database>("GET", `/databases/${id}`, call)) ?? {};
    if (tables > 0) call.warn({ summary: "Tables will be lost", detail: `The database ${name} has ${tables}.` });
  },

  async create({ region, name, size, backups, password }, tinydb, call) {
    const body = { region, name, size, backups: backups && wanted(backups), password };
    let found = await tinydb.request<Database>("POST", "/databases", { ...call, body });
    // From here on it is there: should a later step fail, the state has its id.
    call.reached({ id: found?.id ?? null });
    while (found?.status === "creating") {
      await sleep(10, undefined, { signal: call.signal });
      found = await tinydb.request<Database>("GET", `/databases/${found.id}`, call);
    }
    return computed(found, call);
  },

  async read(state, tinydb, call) {
    const found = await tinydb.request<Database>("GET", `/databases/${state.id}`, call);
    if (found === null) return null; // It is gone: Terraform plans to make it anew.
    const { region, name, size } = found;
    return { ...state, region, name, size, ...computed(found, call) };
  },

  async update({ size, backups, password, password_version }, prior, tinydb, call) {
    const isNew = password_version !== prior.password_version;
    const body = { size, backups: backups && wanted(backups), ...(isNew && { password }) };
    const revision = call.private.get("revision");
    return computed(
      await tinydb.request<Database>("PATCH", `/databases/${prior.id}`, { ...call, body, revision }),
      call,
    );
  },

  async delete({ id }, tinydb, call) {
    await tinydb.request("DELETE", `/databases/${id}`, call);
  },

  import: (id, tinydb, call) => find(id.replace("/", "."), tinydb, call),
  importByIdentity: ({ region, name }, tinydb, call) => find(`${region}.${name}`, tinydb, call),
});

/** What only the service can say. What a later change has to name is kept beside the state. */
function computed(found: Database | null, call: ResourceCall) {
  if (found === null) throw new DiagnosticError({ summary: "Database is gone", detail: "Plan again to make it anew." });
  call.private.set("revision", found.revision);
  return { id: found.id, monthly_price: found.monthly_price, backups: found.backups };
}

function wanted({ every, keep }: { every: string; keep: Numeric }) {
  return { every, keep: Number(keep) };
}

async function find(place: string, tinydb: Tinydb, call: ResourceCall) {
  const found = await tinydb.request<Database>("GET", `/databases/${place}`, call);
  if (found === null) throw new DiagnosticError({ summary: "No such database", detail: `Tinydb has no ${place}.` });
  return { id: found.id };
}
