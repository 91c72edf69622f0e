import type { ClientCapabilities, DynamicValue } from "../../../src/plugin/wire/generated/tfplugin6";
import type { CallContext, ProviderHandlers } from "../../../src/plugin/wire/handlers";
import { unwire, wire } from "./memory-provider";
import { shelfSchema } from "./memory-shelf";

type Plain = Record<string, unknown>;

/** What Terraform's newest release says it can do. */
export const CAPABILITIES: ClientCapabilities = {
  deferralAllowed: false,
  writeOnlyAttributesAllowed: true,
  storePlannedPrivate: true,
  computedBlocksAllowed: true,
};

/** A shelf over the wire and back. */
export const shelfWire = (plain: Plain | null): DynamicValue => wire(plain, shelfSchema);
export const shelfOf = (value: DynamicValue | undefined): Plain | null => unwire(value, shelfSchema);

/** Plans a shelf. `proposed` is the configuration with prior computed values, as Terraform would merge them. */
export async function planShelf(
  { handlers, context }: { handlers: ProviderHandlers; context: CallContext },
  { prior = null, config, proposed = config, capabilities = CAPABILITIES }: ShelfChange,
) {
  const response = await handlers.planResourceChange(
    {
      typeName: "memory_shelf",
      priorState: shelfWire(prior),
      proposedNewState: shelfWire(proposed),
      config: shelfWire(config),
      priorPrivate: Buffer.alloc(0),
      providerMeta: undefined,
      clientCapabilities: capabilities,
      priorIdentity: undefined,
      plannedPrivate: Buffer.alloc(0),
    },
    context,
  );
  return { ...response, planned: shelfOf(response.plannedState) };
}

/** Plans and applies a shelf. */
export async function applyShelf(provider: { handlers: ProviderHandlers; context: CallContext }, change: ShelfChange) {
  const plan = await planShelf(provider, change);
  const response = await provider.handlers.applyResourceChange(
    {
      typeName: "memory_shelf",
      priorState: shelfWire(change.prior ?? null),
      plannedState: plan.plannedState,
      config: shelfWire(change.config),
      plannedPrivate: plan.plannedPrivate,
      providerMeta: undefined,
      plannedIdentity: undefined,
    },
    provider.context,
  );
  return { ...response, state: shelfOf(response.newState) };
}

interface ShelfChange {
  readonly prior?: Plain | null;
  readonly config: Plain;
  readonly proposed?: Plain;
  readonly capabilities?: ClientCapabilities | undefined;
}
