import { definitionsFor } from "../definition";
import { createHandlers } from "../lifecycle/create-handlers";
import { map } from "../schema/attribute";
import { types } from "../schema/element-types";
import { valueOr } from "../values/value";
import type { ProviderHandlers } from "../wire/handlers";

/** Registry address of the {@link echoProvider}; configurations write `source = "test/echo"`. */
export const ECHO_ADDRESS = "registry.terraform.io/test/echo";

/** What the provider block holds. */
interface Echo {
  readonly data: ReadonlyMap<string, string | null> | null;
}

const { resource, provider } = definitionsFor<Echo>();

const echo = resource("echo", {
  description: "Takes the `data` of its provider block into the state when it is created, and keeps it from then on.",
  schema: {
    data: map(types.string, {
      computed: true,
      useStateForUnknown: true,
      description: "The `data` of the provider block when the resource was created.",
    }),
  },
  create: (_, { data }) => Promise.resolve({ data }),
  read: (state) => Promise.resolve(state),
  update: () => Promise.resolve({}),
  delete: () => Promise.resolve(),
});

/**
 * Handlers of a provider that makes an ephemeral value visible to a test: Terraform stores nothing of an ephemeral
 * resource, but lets it feed a provider block, and this provider's resource `echo` copies that into its state. It does
 * for this layer what `echoprovider` does for terraform-plugin-testing.
 *
 * **For tests alone.** What is secret about the value lies in clear text in the state and in the output of Terraform.
 *
 * A resource keeps what it got when it was created. To see a later value, declare another one.
 *
 * @example
 * attached: { [MY_ADDRESS]: createHandlers(mine), [ECHO_ADDRESS]: echoProvider() }
 *
 * // main.tf
 * ephemeral "my_ticket" "t" {}
 * provider "echo" { data = { code = ephemeral.my_ticket.t.code } }
 * resource "echo" "ticket" {}
 */
export function echoProvider(): ProviderHandlers {
  return createHandlers(
    provider({
      address: ECHO_ADDRESS,
      version: "0.0.1",
      description: "Copies its own configuration into the state. For tests alone.",
      schema: {
        data: map(types.string, {
          optional: true,
          description: "Texts by name; an ephemeral value is allowed, as in every provider.",
        }),
      },
      configure: ({ data }) => ({
        data: data.kind === "known" ? new Map([...data.value].map(([key, each]) => [key, valueOr(each, null)])) : null,
      }),
      resources: [echo],
    }),
  );
}
