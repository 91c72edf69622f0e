import type { ProviderFunction } from "./function";
import type { Logger } from "./log/logger";
import type { Attributes } from "./schema/attribute";
import type { Identity, IdentityAttributes } from "./schema/identity";
import type { Computed, Planned, State, Values } from "./schema/models";
import type { JsonObject } from "./values/json";
import type { Path } from "./values/path";
import type { PrivateState } from "./values/private-state";

/** Something that the person who runs Terraform must know. */
export interface Diagnostic {
  /** One line: what is wrong. */
  readonly summary: string;
  /** Why, and what to do about it. Never holds a secret. */
  readonly detail: string;
  /** The attribute that it is about, if it is about one. */
  readonly path?: Path;
}

/** Ends an operation with a diagnostic that was written for the person who runs Terraform. */
export class DiagnosticError extends Error implements Diagnostic {
  override readonly name = "DiagnosticError";
  readonly summary: string;
  readonly detail: string;
  readonly path?: Path;

  constructor(diagnostic: Diagnostic, options?: { readonly cause?: unknown }) {
    super(`${diagnostic.summary}: ${diagnostic.detail}`, options);
    this.summary = diagnostic.summary;
    this.detail = diagnostic.detail;
    if (diagnostic.path !== undefined) this.path = diagnostic.path;
  }
}

/** What every operation gets beside its subject. */
export interface Call {
  /** Aborted when the operation must end: interrupted, cancelled, or out of time. */
  readonly signal: AbortSignal;
  /** Milliseconds that the operation may take in all, where `timeouts` bounds it: a wait beyond it is in vain. */
  readonly timeout?: number;
  readonly log: Logger;
  /** Tells the person who runs Terraform something, without failing. */
  readonly warn: (diagnostic: Diagnostic) => void;
}

/** What `configure` gets beside the provider block. */
export interface ConfigureCall extends Call {
  /** Of the Terraform or OpenTofu that calls, such as `1.14.0`: for a User-Agent, not for a decision. */
  readonly terraformVersion: string;
}

/** What the operations on a resource get beside their subject. */
export interface ResourceCall extends Call {
  /** Kept beside the state from call to call. */
  readonly private: PrivateState;
}

/** What the operations that change something get beside their subject. */
export interface ApplyCall<S extends Attributes> extends ResourceCall {
  /**
   * Notes what has been done so far. If the operation fails later, this is what the state keeps; without it, a failed
   * create leaves nothing and a failed update leaves the prior state.
   */
  readonly reached: (computed: Partial<Computed<S>>) => void;
}

/** A change that is being planned. `planned` is pre-populated by the plan rules; `plan` refines it. */
export interface Change<S extends Attributes> {
  readonly action: "create" | "update";
  readonly config: Values<S>;
  /** Null on create. */
  readonly prior: State<S> | null;
  /** What the new state will be; may be written. Values that the configuration sets cannot be changed. */
  readonly planned: { -readonly [K in keyof Values<S>]: Values<S>[K] };
  /** Whether what is planned for one of these attributes differs from the prior state. Always on create. */
  readonly changes: (...names: (keyof S & string)[]) => boolean;
}

/**
 * A managed resource. Its functions know no protocol: they take and return values of the models that TypeScript
 * infers from `schema`, and what they throw becomes a diagnostic.
 */
export interface ResourceDefinition<S extends Attributes, Client, I extends IdentityAttributes = IdentityAttributes> {
  /** Markdown for the documentation: what the resource is. */
  readonly description: string;
  /** Version of the schema; grows when a stored state must be upgraded. @default 0 */
  readonly version?: number;
  readonly schema: S;
  /** Turns a state that an older version of the schema wrote into one of this version. */
  upgrade?(state: JsonObject, version: number): JsonObject;
  /** What tells one object from all others, for clients that know resource identity. */
  readonly identity?: ResourceIdentity<S, I>;
  /** Judges the configuration as a whole; single values are judged by their validators. Values may be unknown. */
  validate?(config: Values<S>, report: ValidationReport): void | Promise<void>;
  /**
   * Refines a planned change. Terraform calls it more than once, and compares: no clock, no chance, and of an API only what
   * stays the same between plan and apply.
   */
  plan?(change: Change<S>, client: Client, call: ResourceCall): void | Promise<void>;
  /** Tells, in the plan, what destroying the object will mean; as steady as `plan`. Not asked before a replacement. */
  planDestroy?(prior: State<S>, client: Client, call: ResourceCall): void | Promise<void>;
  /** Makes the object and returns what only the provider can know of it. */
  create(planned: Planned<S>, client: Client, call: ApplyCall<S>): Promise<Computed<S>>;
  /** Looks how things are. Null says that the object is gone. */
  read(state: State<S>, client: Client, call: ResourceCall): Promise<State<S> | null>;
  /** Changes the object in place and returns the computed values that the plan left unknown. */
  update(planned: Planned<S>, prior: State<S>, client: Client, call: ApplyCall<S>): Promise<Partial<Computed<S>>>;
  delete(state: State<S>, client: Client, call: ResourceCall): Promise<void>;
  /** Turns an import id into as much state, and private state, as `read` needs. Has no effect on anything. */
  import?(id: string, client: Client, call: ResourceCall): Promise<Partial<State<S>>>;
  /** The same, from an identity. */
  importByIdentity?(identity: Identity<I>, client: Client, call: ResourceCall): Promise<Partial<State<S>>>;
}

/** What tells one object of a resource from all others. It stays the same for the object's life. */
export interface ResourceIdentity<S extends Attributes, I extends IdentityAttributes> {
  readonly attributes: I;
  /** The identity of an object, or null where its state does not tell yet. */
  of(state: State<S>): Identity<I> | null;
}

/** Takes the diagnostics of a validation. */
export interface ValidationReport {
  error(diagnostic: Diagnostic & { readonly path: Path }): void;
  warning(diagnostic: Diagnostic & { readonly path: Path }): void;
}

/** A resource and its type name. */
export interface Resource<Client> {
  readonly typeName: string;
  // The schema's own type matters inside a resource only; out here all resources are alike.
  readonly definition: ResourceDefinition<Attributes, Client>;
}

/** A data source: reads something that the configuration describes, and keeps nothing. */
export interface DataSourceDefinition<S extends Attributes, Client> {
  /** Markdown for the documentation: what the data source is. */
  readonly description: string;
  readonly schema: S;
  /** Judges the configuration as a whole; single values are judged by their validators. Values may be unknown. */
  validate?(config: Values<S>, report: ValidationReport): void | Promise<void>;
  /** Returns what is computed. Terraform asks once the configuration is wholly known. */
  read(config: Planned<S>, client: Client, call: Call): Promise<Computed<S>>;
}

/** A data source and its type name. */
export interface DataSource<Client> {
  readonly typeName: string;
  readonly definition: DataSourceDefinition<Attributes, Client>;
}

/** What opening an ephemeral resource gets beside its configuration. */
export interface OpenCall extends ResourceCall {
  /** Has Terraform call `renew` at this time, if the resource is still in use then. */
  readonly renewAt: (time: Date) => void;
}

/**
 * An ephemeral resource: made for one run and stored nowhere. Terraform opens it while planning and again while
 * applying. What `renew` and `close` need is kept in `call.private`.
 */
export interface EphemeralResourceDefinition<S extends Attributes, Client> {
  /** Markdown for the documentation: what the ephemeral resource is, and what each opening costs. */
  readonly description: string;
  readonly schema: S;
  /** Judges the configuration as a whole; single values are judged by their validators. Values may be unknown. */
  validate?(config: Values<S>, report: ValidationReport): void | Promise<void>;
  open(config: Planned<S>, client: Client, call: OpenCall): Promise<Computed<S>>;
  /** Prolongs what was opened; its values cannot change. Called at the time that was given to `call.renewAt`. */
  renew?(client: Client, call: OpenCall): Promise<void>;
  /** Ends what was opened, at the end of the run. */
  close?(client: Client, call: ResourceCall): Promise<void>;
}

/** An ephemeral resource and its type name. */
export interface EphemeralResource<Client> {
  readonly typeName: string;
  readonly definition: EphemeralResourceDefinition<Attributes, Client>;
}

/** What an action gets beside its configuration. */
export interface ActionCall extends Call {
  /** Tells the person who runs Terraform how far it is, in a sentence. */
  readonly progress: (message: string) => void;
}

/**
 * An action: something that is done once, when a configuration triggers it or a person asks for it, and that leaves no
 * state. Terraform knows actions from 1.14 on.
 */
export interface ActionDefinition<S extends Attributes, Client> {
  /** Markdown for the documentation: what the action does. */
  readonly description: string;
  readonly schema: S;
  /** Judges the configuration as a whole; single values are judged by their validators. Values may be unknown. */
  validate?(config: Values<S>, report: ValidationReport): void | Promise<void>;
  invoke(config: Planned<S>, client: Client, call: ActionCall): Promise<void>;
}

/** An action and its type name. */
export interface Action<Client> {
  readonly typeName: string;
  readonly definition: ActionDefinition<Attributes, Client>;
}

/** A provider: its configuration, and what it offers. */
export interface ProviderDefinition<S extends Attributes, Client> {
  /** Registry address, such as `registry.terraform.io/ou-link/cronofy`. */
  readonly address: string;
  readonly version: string;
  readonly description: string;
  readonly schema: S;
  /** Judges the provider block as a whole. Values may be unknown. */
  validate?(config: Values<S>, report: ValidationReport): void | Promise<void>;
  /** Makes what the resources get as their client. Values may be unknown while planning: fail later, when needed. */
  configure(config: Values<S>, call: ConfigureCall): Client | Promise<Client>;
  readonly resources: readonly Resource<Client>[];
  readonly dataSources?: readonly DataSource<Client>[];
  readonly ephemeralResources?: readonly EphemeralResource<Client>[];
  readonly functions?: readonly ProviderFunction[];
  readonly actions?: readonly Action<Client>[];
}

/** A provider of any schema, as the server sees it. */
export type Provider = ProviderDefinition<Attributes, unknown>;

/**
 * The functions that define a provider and its parts for one type of client.
 *
 * @example
 * const { resource, provider } = definitionsFor<MyApi>();
 */
export function definitionsFor<Client>() {
  return {
    /** Defines a managed resource. */
    resource: <const S extends Attributes, const I extends IdentityAttributes = IdentityAttributes>(
      typeName: string,
      definition: ResourceDefinition<S, Client, I>,
    ): Resource<Client> => ({ typeName, definition }),
    /** Defines a data source. */
    dataSource: <const S extends Attributes>(
      typeName: string,
      definition: DataSourceDefinition<S, Client>,
    ): DataSource<Client> => ({ typeName, definition }),
    /** Defines an ephemeral resource. */
    ephemeralResource: <const S extends Attributes>(
      typeName: string,
      definition: EphemeralResourceDefinition<S, Client>,
    ): EphemeralResource<Client> => ({ typeName, definition }),
    /** Defines an action. */
    action: <const S extends Attributes>(
      typeName: string,
      definition: ActionDefinition<S, Client>,
    ): Action<Client> => ({
      typeName,
      definition,
    }),
    /** Defines the provider itself. */
    provider: <const S extends Attributes>(definition: ProviderDefinition<S, Client>): Provider => definition,
  };
}
