import { UNKNOWN, bool, definitionsFor, list, map, nested, number, string, types } from "../src/plugin";
import { objectType } from "../src/plugin/schema/attribute";

const { resource, provider } = definitionsFor<object>();

const schema = {
  name: string({ required: true, requiresReplace: true, description: "Name." }),
  description: string({ optional: true, description: "Description." }),
  enabled: bool({ optional: true, computed: true, default: true, description: "Enabled." }),
  size: number({ optional: true, description: "Size." }),
  labels: map(types.string, { optional: true, description: "Labels." }),
  addresses: list(types.string, { optional: true, description: "Addresses." }),
  rule: nested(
    {
      action: string({ required: true, description: "Action." }),
      ports: list(types.number, { optional: true, description: "Ports." }),
    },
    { optional: true, description: "Rule." },
  ),
  id: string({ computed: true, useStateForUnknown: true, description: "Id." }),
  token: string({ computed: true, useStateForUnknown: true, sensitive: true, description: "Token." }),
  revision: string({ computed: true, description: "Changes with every change." }),
};

/** The type of the resource's objects. */
export const RPC_TYPE = objectType(schema);

/** An object of the resource, of about 2 KB. */
export const RPC_STATE = {
  name: "customer-0001",
  description: "d".repeat(400),
  enabled: true,
  size: 42,
  labels: new Map(Array.from({ length: 20 }, (_, index) => [`label-${index}`, `value of label ${index}`])),
  addresses: Array.from({ length: 12 }, (_, index) => `https://customer-${index}.example.com/callback`),
  rule: { action: "allow", ports: [80, 443, 8080] },
  id: "id-0001",
  token: "t".repeat(200),
  revision: "1",
};

/** A provider that keeps nothing and asks nobody: what a call takes is the plugin layer's alone. */
export const rpcProvider = provider({
  address: "registry.terraform.io/example/bench",
  version: "0.0.0",
  description: "Measures the plugin layer.",
  schema: {},
  configure: () => ({}),
  resources: [
    resource("bench_object", {
      description: "An object that is always as its state says.",
      schema,
      plan({ planned, prior, changes }) {
        if (prior !== null && changes("description")) planned.revision = UNKNOWN;
      },
      create: () => Promise.resolve({ id: "id", token: "token", revision: "1" }),
      read: (state) => Promise.resolve(state),
      update: () => Promise.resolve({ revision: "2" }),
      delete: () => Promise.resolve(),
    }),
  ],
});
