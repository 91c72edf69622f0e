import { LINK_TYPE } from "../../src/link";
import { objectType } from "../../src/plugin/schema/attribute";
import { decodeMsgpack, encodeMsgpack } from "../../src/plugin/values/msgpack";
import { NULL } from "../../src/plugin/values/value";
import { Diagnostic_Severity } from "../../src/plugin/wire/generated/tfplugin6";
import type { Diagnostic, DynamicValue } from "../../src/plugin/wire/generated/tfplugin6";
import type { CallContext, ProviderHandlers } from "../../src/plugin/wire/handlers";
import { askAgain } from "../../src/provider/ask-again-action";
import { organizationalUnitLink } from "../../src/provider/organizational-unit-link";
import { createCronofyProvider, cronofyHandlers } from "../../src/provider/provider";
import type { CronofyProviderOptions } from "../../src/provider/provider";
import { placeOf } from "../plugin/lifecycle/diagnostic-place";
import { testContext, unwire, wire } from "../plugin/lifecycle/memory-provider";
import { proposedNewState } from "../plugin/lifecycle/proposed-new-state";

type Plain = Readonly<Record<string, unknown>>;

/** What Terraform keeps of a resource instance. */
export interface Kept {
  readonly state: DynamicValue;
  readonly private: Buffer;
}

const { schema } = organizationalUnitLink.definition;
const TYPE = objectType(schema);
const NOTHING: DynamicValue = { msgpack: encodeMsgpack(NULL, TYPE), json: Buffer.alloc(0) };
const UNTOLD = { providerMeta: undefined, clientCapabilities: undefined };

/**
 * As much of Terraform as a link's life needs, without its processes: it reads, plans and applies links through the
 * provider's own handlers, and keeps state and private state from one to the next.
 */
export class SmallTerraform {
  readonly warnings: string[] = [];
  /** What each of them says. */
  readonly details: string[] = [];

  private constructor(
    private handlers: ProviderHandlers,
    private readonly context: CallContext,
    private readonly objects: Map<string, Kept>,
    /** What the provider logged. */
    readonly log: string[],
  ) {}

  static async create(options: CronofyProviderOptions): Promise<SmallTerraform> {
    const { context, log } = testContext();
    return new SmallTerraform(await configured(options, context), context, new Map(), log);
  }

  /** Another one with the same provider process, for a state of its own. */
  withState(objects: Map<string, Kept>): SmallTerraform {
    return new SmallTerraform(this.handlers, this.context, objects, this.log);
  }

  /** Goes on with a provider that is configured otherwise; the state stays. */
  async configure(options: CronofyProviderOptions): Promise<void> {
    this.handlers = await configured(options, this.context);
  }

  get addresses(): string[] {
    return [...this.objects.keys()];
  }

  link(address: string): Plain {
    return unwire(this.objects.get(address)?.state, schema) ?? {};
  }

  /** Reads a link back; one that is gone is no longer in the state. */
  async refresh(address: string): Promise<Plain> {
    const kept = this.kept(address);
    const read = await this.handlers.readResource(
      { ...UNTOLD, typeName: LINK_TYPE, currentState: kept.state, private: kept.private, currentIdentity: undefined },
      this.context,
    );
    this.tell(read);
    this.objects.set(address, { state: read.newState ?? kept.state, private: read.private });
    return this.link(address);
  }

  /** Reads back, plans and applies. @returns whether there was anything to apply */
  async apply(address: string, config: Plain, options: { readonly refresh: boolean } = { refresh: true }) {
    if (options.refresh && this.objects.has(address)) await this.refresh(address);
    const { prior, plan } = await this.planned(address, wire(config, schema));
    if (plan.requiresReplace.length > 0) throw new Error("Replace links by their addresses.");
    if (plan.plannedState?.msgpack.equals(prior.state.msgpack) === true) return false;
    await this.change(address, prior, plan.plannedState, wire(config, schema), plan.plannedPrivate);
    return true;
  }

  /** What a plan would have of the link, without reading it back. */
  async plan(address: string, config: Plain): Promise<Plain> {
    const { plan } = await this.planned(address, wire(config, schema));
    return unwire(plan.plannedState, schema) ?? {};
  }

  /** Plans the end of a link, and applies that. */
  async destroy(address: string): Promise<void> {
    const { prior, plan } = await this.planned(address, NOTHING);
    await this.change(address, prior, NOTHING, NOTHING, plan.plannedPrivate);
  }

  /** `terraform apply -invoke=action.cronofy_ask_again.…` @returns what it says: how far it is, and what went wrong */
  async askAgain(serviceAccountId: string): Promise<string> {
    const config = wire({ service_account_id: serviceAccountId }, askAgain.definition.schema);
    const said: string[] = [];
    await this.handlers.invokeAction(
      { actionType: askAgain.typeName, config, clientCapabilities: undefined },
      this.context,
      ({ type }) => {
        if (type?.$case === "progress") said.push(type.progress.message);
        else said.push(...(type?.completed.diagnostics ?? []).map(({ summary }) => summary));
      },
    );
    return said.join("\n");
  }

  /** `terraform state rm`. */
  forget(address: string): void {
    this.objects.delete(address);
  }

  /** `terraform state mv`, as a moved block does it. */
  move(from: string, to: string): void {
    this.objects.set(to, this.kept(from));
    this.objects.delete(from);
  }

  async import(address: string, id: string): Promise<Plain> {
    const imported = await this.handlers.importResourceState(
      { typeName: LINK_TYPE, id, clientCapabilities: undefined, identity: undefined },
      this.context,
    );
    this.tell(imported);
    const [first] = imported.importedResources;
    this.objects.set(address, { state: first?.state ?? NOTHING, private: Buffer.alloc(0) });
    return this.refresh(address);
  }

  private async planned(address: string, config: DynamicValue) {
    const prior = this.objects.get(address) ?? { state: NOTHING, private: Buffer.alloc(0) };
    const proposed = proposedNewState(decode(prior.state), decode(config), schema);
    const plan = await this.handlers.planResourceChange(
      {
        ...UNTOLD,
        typeName: LINK_TYPE,
        priorState: prior.state,
        proposedNewState: { msgpack: encodeMsgpack(proposed, TYPE), json: Buffer.alloc(0) },
        config,
        priorPrivate: prior.private,
        plannedPrivate: Buffer.alloc(0),
        priorIdentity: undefined,
      },
      this.context,
    );
    this.tell(plan);
    return { prior, plan };
  }

  private async change(
    address: string,
    prior: Kept,
    plannedState: DynamicValue | undefined,
    config: DynamicValue,
    plannedPrivate: Buffer,
  ): Promise<void> {
    const applied = await this.handlers.applyResourceChange(
      {
        providerMeta: undefined,
        typeName: LINK_TYPE,
        priorState: prior.state,
        plannedState,
        config,
        plannedPrivate,
        plannedIdentity: undefined,
      },
      this.context,
    );
    this.tell(applied);
    // What is gone has no place in a state.
    if (unwire(applied.newState, schema) === null) this.objects.delete(address);
    else this.objects.set(address, { state: applied.newState ?? NOTHING, private: applied.private });
  }

  private kept(address: string): Kept {
    const kept = this.objects.get(address);
    if (kept === undefined) throw new Error(`${address} is not in the state.`);
    return kept;
  }

  private tell({ diagnostics }: { readonly diagnostics: readonly Diagnostic[] }) {
    for (const { summary, detail, severity, attribute } of diagnostics) {
      const place = placeOf(attribute);
      const told = place === "" ? detail : `${detail} (${place})`;
      if (severity === Diagnostic_Severity.ERROR) throw new Error(`${summary}: ${told}`);
      this.warnings.push(summary);
      this.details.push(told);
    }
  }
}

async function configured(options: CronofyProviderOptions, context: CallContext): Promise<ProviderHandlers> {
  const handlers = cronofyHandlers(options);
  const { diagnostics } = await handlers.configureProvider(
    { terraformVersion: "1.11.4", config: wire({}, createCronofyProvider().schema), clientCapabilities: undefined },
    context,
  );
  for (const { summary, detail } of diagnostics) throw new Error(`${summary}: ${detail}`);
  return handlers;
}

function decode(value: DynamicValue) {
  return decodeMsgpack(value.msgpack, TYPE);
}
