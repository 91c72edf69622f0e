import { ExtData, decode, encode } from "@msgpack/msgpack";
import type {
  ApplyResourceChange_Response,
  ConfigureProvider_Response,
  Diagnostic,
  DynamicValue,
  GetProviderSchema_Response,
  PlanResourceChange_Response,
  ReadResource_Response,
  Schema_Attribute,
} from "../../src/plugin/wire/generated/tfplugin6";
import {
  ApplyResourceChange_Request,
  ConfigureProvider_Request,
  Diagnostic_Severity,
  PlanResourceChange_Request,
  ReadResource_Request,
} from "../../src/plugin/wire/generated/tfplugin6";
import { TerraformSide, answerOf } from "../../test/plugin/server/terraform-side";
import type { ProviderClient } from "../../test/plugin/server/terraform-side";
import { markdownTable } from "../markdown-table";
import { interleaved, median, minimum } from "../measurement";
import type { Figures } from "../measurement";
import { processUsage } from "../process-usage";
import { verdict } from "../run-parts";
import type { Part } from "../run-parts";
import { Stage } from "../stage";
import { OURS, REDIRECT_URI, serviceAccountId } from "../subject";
import type { Subject } from "../subject";
import type { BuiltPeers } from "./subjects";

const TYPE_NAME = "cronofy_organizational_unit_link";
/** As many as Terraform works on at once, unless told otherwise. */
const AT_ONCE = 10;

/** How many times Go's CPU each call may take. */
const BUDGETS = { plan: 0.2, apply: 0.8, read: 0.55, "no-op plan": 0.2, delete: 1.3 } as const;
type CallName = keyof typeof BUDGETS;
const CALLS = Object.keys(BUDGETS) as CallName[];

/** The provider alone, asked as Terraform asks it for each link. */
export function calls({ go }: BuiltPeers): Part {
  return {
    name: "calls",
    async run({ quick }) {
      const count = quick ? 40 : 1_000;
      const rounds = quick ? 1 : 3;
      const stage = await Stage.open(count);
      try {
        const figures = await interleaved(rounds, [OURS, go], (subject) => oneProcess(stage, subject, count));
        const [ours = {}, others = {}] = figures as readonly Figures[];
        const firsts = await interleaved(quick ? 1 : 9, [OURS, go], (subject) => oneProcess(stage, subject, 1));
        const rows = CALLS.map((name) => {
          const is = minimum(ours[name] ?? []) / minimum(others[name] ?? []);
          return { name, is, kept: is <= BUDGETS[name] };
        });
        const table = markdownTable(
          ["", "ours", "go", "ours / go", "budget", "in a process just started: ours", "go"],
          rows.map(({ name, is, kept }) => [
            name,
            cell(ours[name], 2),
            cell(others[name], 2),
            `${is.toFixed(2)} ×`,
            verdict(`≤ ${BUDGETS[name]} ×`, kept),
            ...firsts.map((each) => cell(each[name], 1)),
          ]),
        );
        const text = `The provider's CPU for a call, ms, ${count} of each at ${AT_ONCE} at once, minimum (median) of ${rounds}:`;
        return { text: `${text}\n\n${table}`, kept: rows.every(({ kept }) => kept) };
      } finally {
        await stage.close();
      }
    },
  };
}

function cell(numbers: readonly number[] = [], digits: number): string {
  return `${minimum(numbers).toFixed(digits)} (${median(numbers).toFixed(digits)})`;
}

/** What one link's calls hand on. */
interface Instance {
  state: DynamicValue | undefined;
  planned: DynamicValue | undefined;
  private: Buffer;
}

/** @returns milliseconds of the provider's processor time for a call of each kind */
async function oneProcess(stage: Stage, subject: Subject, count: number): Promise<Record<string, number>> {
  const terraform = new TerraformSide();
  try {
    const { launched, provider } = await terraform.start({
      provider: [subject.provider?.executable ?? ""],
      env: stage.env(subject),
    });
    const { pid } = launched.child;
    if (pid === undefined) throw new Error(`${subject.name} does not start.`);
    const attributes = await configured(provider);
    const instances = Array.from({ length: count }, () => ({ state: NOTHING, planned: NOTHING, private: EMPTY }));
    const taken: Record<string, number> = {};
    const each = async (name: string, work: (instance: Instance, index: number) => Promise<void>): Promise<void> => {
      const before = processUsage(pid).cpu;
      let next = 0;
      const caller = async () => {
        while (next < count) {
          const index = next++;
          const instance = instances[index];
          if (instance !== undefined) await work(instance, index);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, caller));
      taken[name] = (processUsage(pid).cpu - before) / count;
    };

    await each("plan", (instance, index) => planOne(provider, attributes, instance, index));
    await each("apply", (instance, index) => applyOne(provider, instance, configOf(attributes, index)));
    await stage.link(subject, count);
    // This tells of the administrators; what is measured is a link that is as its state says.
    await each("news", (instance) => readOne(provider, instance));
    await each("read", (instance) => readOne(provider, instance));
    await each("no-op plan", async (instance, index) => {
      await planOne(provider, attributes, instance, index);
      if (instance.planned?.msgpack.equals(instance.state?.msgpack ?? EMPTY) !== true) {
        throw new Error(`${subject.name} plans a change of a link that is as it should be.`);
      }
    });
    await each("delete", (instance) => applyOne(provider, { ...instance, planned: NOTHING }, NOTHING));
    return taken;
  } finally {
    await terraform.end();
  }
}

const EMPTY = Buffer.alloc(0);
const NOTHING = valueOf(null);

/** Terraform's sign for a value that is not known yet. */
const UNKNOWN = new ExtData(0, Uint8Array.of(0));

async function configured(provider: ProviderClient): Promise<readonly Schema_Attribute[]> {
  const schema = await answerOf<GetProviderSchema_Response>((done) => provider.getProviderSchema({}, done));
  const settings = schema.provider?.block?.attributes ?? [];
  const config = valueOf(Object.fromEntries(settings.map(({ name }) => [name, null])));
  const request = ConfigureProvider_Request.fromPartial({ terraformVersion: "1.11.4", config });
  const { diagnostics } = await answerOf<ConfigureProvider_Response>((done) =>
    provider.configureProvider(request, done),
  );
  requireNoError(diagnostics);
  return schema.resourceSchemas[TYPE_NAME]?.block?.attributes ?? [];
}

/** Plans the link with that index: a new one where there is no state. */
async function planOne(
  provider: ProviderClient,
  attributes: readonly Schema_Attribute[],
  instance: Instance,
  index: number,
): Promise<void> {
  const given = argumentsOf(index);
  const prior = (instance.state === NOTHING ? null : decode(instance.state?.msgpack ?? EMPTY)) as Record<
    string,
    unknown
  > | null;
  const proposed = attributes.map(({ name, computed }) => [
    name,
    given[name] ?? (computed ? (prior === null ? UNKNOWN : prior[name]) : null),
  ]);
  const request = PlanResourceChange_Request.fromPartial({
    typeName: TYPE_NAME,
    priorState: instance.state ?? NOTHING,
    proposedNewState: valueOf(Object.fromEntries(proposed)),
    config: configOf(attributes, index),
    priorPrivate: instance.private,
  });
  const answer = await answerOf<PlanResourceChange_Response>((done) => provider.planResourceChange(request, done));
  requireNoError(answer.diagnostics);
  instance.planned = answer.plannedState;
  instance.private = answer.plannedPrivate;
}

async function applyOne(provider: ProviderClient, instance: Instance, config: DynamicValue): Promise<void> {
  const request = ApplyResourceChange_Request.fromPartial({
    typeName: TYPE_NAME,
    priorState: instance.state ?? NOTHING,
    plannedState: instance.planned ?? NOTHING,
    config,
    plannedPrivate: instance.private,
  });
  const answer = await answerOf<ApplyResourceChange_Response>((done) => provider.applyResourceChange(request, done));
  requireNoError(answer.diagnostics);
  instance.state = answer.newState;
  instance.private = answer.private;
}

async function readOne(provider: ProviderClient, instance: Instance): Promise<void> {
  const request = ReadResource_Request.fromPartial({
    typeName: TYPE_NAME,
    currentState: instance.state ?? NOTHING,
    private: instance.private,
  });
  const answer = await answerOf<ReadResource_Response>((done) => provider.readResource(request, done));
  requireNoError(answer.diagnostics);
  instance.state = answer.newState;
  instance.private = answer.private;
}

function argumentsOf(index: number): Readonly<Record<string, string>> {
  return { service_account_id: serviceAccountId(index), redirect_uri: REDIRECT_URI };
}

function configOf(attributes: readonly Schema_Attribute[], index: number): DynamicValue {
  const given = argumentsOf(index);
  return valueOf(Object.fromEntries(attributes.map(({ name }) => [name, given[name] ?? null])));
}

function valueOf(value: unknown): DynamicValue {
  return { msgpack: Buffer.from(encode(value)), json: Buffer.alloc(0) };
}

function requireNoError(diagnostics: readonly Diagnostic[]): void {
  const error = diagnostics.find(({ severity }) => severity === Diagnostic_Severity.ERROR);
  if (error !== undefined) throw new Error(`${error.summary}: ${error.detail}`);
}
