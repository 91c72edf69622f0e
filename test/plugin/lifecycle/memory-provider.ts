import {
  ArgumentError,
  NULL,
  UNKNOWN,
  createHandlers,
  definitionsFor,
  known,
  list,
  map,
  nested,
  notBlank,
  providerFunction,
  set,
  string,
  timeouts,
  types,
} from "../../../src/plugin";
import { DiagnosticError } from "../../../src/plugin";
import type { Logger, Provider } from "../../../src/plugin";
import { objectType } from "../../../src/plugin/schema/attribute";
import type { Attributes } from "../../../src/plugin/schema/attribute";
import { decodeMsgpack, encodeMsgpack } from "../../../src/plugin/values/msgpack";
import { fromPlain } from "../../../src/plugin/values/plain";
import type { Type } from "../../../src/plugin/values/type";
import { objectPayload } from "../../../src/plugin/values/value";
import type { AnyValue, ObjectPayload } from "../../../src/plugin/values/value";
import type { DynamicValue } from "../../../src/plugin/wire/generated/tfplugin6";
import type { CallContext, ProviderHandlers } from "../../../src/plugin/wire/handlers";
import { shelf } from "./memory-shelf";

/** What the memory provider's resources work with. */
export interface Memory {
  readonly objects: Map<string, string>;
  /** Called before and after each remote step; throw here to fail, wait here to be slow. */
  readonly step: (name: string, signal: AbortSignal) => Promise<void>;
}

const { resource, dataSource, ephemeralResource, provider } = definitionsFor<Memory>();

const noteSchema = {
  title: string({ required: true, requiresReplace: true, description: "Title." }),
  body: string({
    optional: true,
    description: "Body.",
    validators: [(text) => (text === "bad" ? { summary: "Bad body", detail: "Write something else." } : undefined)],
  }),
  kind: string({ optional: true, computed: true, default: "plain", description: "Kind." }),
  tags: list(types.string, { optional: true, description: "Tags.", elementValidators: [notBlank()] }),
  labels: map(types.string, { optional: true, description: "Labels.", elementValidators: [notBlank()] }),
  topics: set(types.string, { optional: true, description: "Topics.", elementValidators: [notBlank()] }),
  author: nested(
    {
      name: string({
        optional: true,
        description: "Name.",
        validators: [(text) => (text === "" ? { summary: "No name", detail: "Name someone." } : undefined)],
      }),
    },
    { optional: true, description: "Author." },
  ),
  timeouts: timeouts({ create: "1m" }),
  id: string({ computed: true, useStateForUnknown: true, description: "Id." }),
  revision: string({ computed: true, description: "Changes with every change." }),
};

const note = resource("memory_note", {
  description: "A note in memory.",
  version: 2,
  schema: noteSchema,
  upgrade: ({ name, title, ...rest }, version) => ({
    ...rest,
    title: (version === 0 ? name : title) ?? null,
    revision: `upgraded from ${version}`,
  }),
  async validate({ title }, report) {
    await Promise.resolve();
    if (title.kind === "known" && title.value === "cursed")
      report.error({ summary: "Cursed title", detail: "Choose another.", path: ["title"] });
  },
  async plan({ planned, prior, changes }, _, call) {
    await Promise.resolve();
    call.private.set("planned", true);
    if (prior !== null && changes("body")) planned.revision = UNKNOWN;
    if (planned.title.kind === "known" && planned.title.value === "plan-changes-config") planned.title = known("other");
    if (planned.title.kind === "known" && planned.title.value === "plan-fails") throw new Error("s3cret");
  },
  async planDestroy({ title }, _, call) {
    await Promise.resolve();
    if (title === "dear")
      call.warn({ summary: "Dear to somebody", detail: "Destroying it loses it.", path: ["title"] });
    if (title === "destroy-plan-fails") throw new Error("s3cret");
  },
  async create({ title }, memory, call) {
    memory.objects.set(title, "1");
    call.reached({ id: title });
    await memory.step("create", call.signal);
    call.private.set("made", title);
    return { id: title, revision: "1" };
  },
  async read(state, memory, call) {
    await memory.step("read", call.signal);
    const revision = memory.objects.get(state.title ?? "");
    return revision === undefined ? null : { ...state, revision };
  },
  async update({ title }, prior, memory, call) {
    await memory.step("update", call.signal);
    const revision = String(Number(prior.revision) + 1);
    memory.objects.set(title, revision);
    return { revision };
  },
  async delete({ title }, memory, call) {
    await memory.step("delete", call.signal);
    memory.objects.delete(title ?? "");
  },
  import: (id) => {
    if (id === "") throw new DiagnosticError({ summary: "No id", detail: "Give one." });
    return Promise.resolve({ title: id, id });
  },
});

const notes = dataSource("memory_notes", {
  description: "The notes in memory.",
  schema: {
    prefix: string({ optional: true, computed: true, default: "", description: "What their titles begin with." }),
    titles: list(types.string, { computed: true, description: "Their titles." }),
  },
  async read({ prefix }, memory, call) {
    await memory.step("read notes", call.signal);
    return { titles: [...memory.objects.keys()].filter((title) => title.startsWith(prefix)).sort() };
  },
});

const ticket = ephemeralResource("memory_ticket", {
  description: "A ticket for one run.",
  schema: {
    holder: string({
      required: true,
      description: "Who gets it.",
      validators: [(text) => (text === "" ? { summary: "No holder", detail: "Name someone." } : undefined)],
    }),
    code: string({ computed: true, sensitive: true, description: "The ticket." }),
  },
  async open({ holder }, memory, call) {
    await memory.step(`open ${holder}`, call.signal);
    call.private.set("holder", holder);
    call.renewAt(new Date("2026-01-01T00:00:00Z"));
    return { code: `ticket-of-${holder}` };
  },
  renew: (memory, call) => memory.step(`renew ${String(call.private.get("holder"))}`, call.signal),
  close: (memory, call) => memory.step(`close ${String(call.private.get("holder"))}`, call.signal),
});

const joined = providerFunction("joined", {
  summary: "Joins texts.",
  description: "Joins texts, leaving out what is null.",
  parameters: [{ name: "separator", type: types.string, description: "Stands between." }],
  variadic: {
    name: "parts",
    type: types.string,
    description: "What is joined.",
    nullable: true,
    validators: [notBlank()],
  },
  returns: types.string,
  run(separator, ...parts) {
    if (separator === "") throw new ArgumentError(0, "The separator is empty.");
    return parts.filter((part) => part !== null).join(separator);
  },
});

const isKnown = providerFunction("is_known", {
  summary: "Whether a value is known.",
  description: "Whether a value is known yet.",
  parameters: [{ name: "value", type: types.string, description: "The value.", allowUnknown: true, nullable: true }],
  returns: types.bool,
  run: (value) => value.kind !== "unknown",
});

/** Registry address of the memory provider. */
export const MEMORY_ADDRESS = "registry.terraform.io/test/memory";

/** A small provider over memory. */
export function memoryDefinition(memory: Memory): Provider {
  return provider({
    address: MEMORY_ADDRESS,
    version: "0.0.1",
    description: "Memory.",
    schema: {
      region: string({
        optional: true,
        description: "Region.",
        deprecated: "All of memory is one region: leave it out.",
      }),
    },
    configure: () => memory,
    resources: [note, shelf],
    dataSources: [notes],
    ephemeralResources: [ticket],
    functions: [joined, isKnown],
  });
}

/** Its handlers, not configured yet, and the memory behind them. */
export function memoryHandlers(step: Memory["step"] = () => Promise.resolve()) {
  const memory: Memory = { objects: new Map(), step };
  return { handlers: createHandlers(memoryDefinition(memory)), memory };
}

/** The same, configured. */
export async function memoryProvider(step?: Memory["step"]) {
  const { handlers, memory } = memoryHandlers(step);
  const { context, log } = testContext();
  await handlers.configureProvider(
    {
      terraformVersion: "1.11.4",
      config: wire(null, { region: note.definition.schema["title"] as never }),
      clientCapabilities: undefined,
    },
    context,
  );
  return { handlers, memory, context, log };
}

/** The schema of `memory_note`. */
export const schema: Attributes = noteSchema;

/** A value over the wire: plain values, `UNKNOWN` wherever one is to be unknown; missing attributes are null. */
export function wire(plain: Record<string, unknown> | null, of: Attributes = schema): DynamicValue {
  const type = objectType(of);
  return { msgpack: encodeMsgpack(valueOf(plain, type), type), json: Buffer.alloc(0) };
}

/** The reverse of {@link wire}: null for null, `UNKNOWN` for unknown. */
export function unwire(value: DynamicValue | undefined, of: Attributes = schema): Record<string, unknown> | null {
  const decoded = decodeMsgpack(value?.msgpack ?? Buffer.alloc(0), objectType(of));
  return plainOf(decoded) as Record<string, unknown> | null;
}

function valueOf(plain: unknown, type: Type): AnyValue {
  if (plain === UNKNOWN) return UNKNOWN;
  if (plain === null || plain === undefined) return NULL;
  switch (type.kind) {
    case "list":
    case "set":
      return known((plain as unknown[]).map((each) => valueOf(each, type.element)));
    case "map": {
      const entries = plain instanceof Map ? [...(plain as Map<string, unknown>)] : Object.entries(plain);
      return known(new Map(entries.map(([key, each]) => [key, valueOf(each, type.element)])));
    }
    case "object":
      return known(
        objectPayload(
          [...type.attributes].map(([name, each]) => [name, valueOf((plain as Record<string, unknown>)[name], each)]),
        ),
      );
    default:
      return fromPlain(plain, type);
  }
}

/** A call's context whose log lines are kept. */
export function testContext(signal: AbortSignal = new AbortController().signal): {
  context: CallContext;
  log: string[];
} {
  const log: string[] = [];
  const write = (message: string, fields?: object) => void log.push(`${message} ${JSON.stringify(fields ?? {})}`);
  const logger: Logger = {
    trace: write,
    debug: write,
    info: write,
    warn: write,
    error: write,
    with: () => logger,
    redact: () => undefined,
  };
  return { context: { signal, log: logger }, log };
}

/** Plans and applies as Terraform does. */
export async function applied(
  handlers: ProviderHandlers,
  context: CallContext,
  prior: DynamicValue,
  config: Record<string, unknown>,
  proposed: Record<string, unknown> = config,
) {
  const plan = await handlers.planResourceChange(planRequest(prior, config, proposed), context);
  const result = await handlers.applyResourceChange(
    {
      typeName: "memory_note",
      priorState: prior,
      plannedState: plan.plannedState,
      config: wire(config),
      plannedPrivate: plan.plannedPrivate,
      providerMeta: undefined,
      plannedIdentity: undefined,
    },
    context,
  );
  return { plan, result };
}

/** A plan request for `memory_note`. */
export function planRequest(
  prior: DynamicValue,
  config: Record<string, unknown> | null,
  proposed: Record<string, unknown> | null = config,
) {
  return {
    typeName: "memory_note",
    priorState: prior,
    proposedNewState: wire(proposed),
    config: wire(config),
    priorPrivate: Buffer.alloc(0),
    providerMeta: undefined,
    clientCapabilities: undefined,
    priorIdentity: undefined,
    plannedPrivate: Buffer.alloc(0),
  };
}

function plainOf(value: AnyValue): unknown {
  if (value.kind !== "known") return value.kind === "null" ? null : UNKNOWN;
  const payload = value.value;
  if (Array.isArray(payload)) return (payload as AnyValue[]).map(plainOf);
  if (payload instanceof Map) {
    return Object.fromEntries([...(payload as Map<string, AnyValue>)].map(([key, each]) => [key, plainOf(each)]));
  }
  if (typeof payload === "object") {
    return Object.fromEntries(Object.entries(payload as ObjectPayload).map(([name, each]) => [name, plainOf(each)]));
  }
  return payload;
}
