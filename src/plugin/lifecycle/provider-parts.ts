import { DiagnosticError } from "../definition";
import type {
  ActionDefinition,
  DataSourceDefinition,
  EphemeralResourceDefinition,
  Provider,
  ResourceDefinition,
} from "../definition";
import type { ProviderFunction } from "../function";
import type { Attributes } from "../schema/attribute";

type ByName<D> = ReadonlyMap<string, D>;

/** The parts of a provider by name, and the client that `configure` made. */
export class ProviderParts {
  readonly resources: ByName<ResourceDefinition<Attributes, unknown>>;
  readonly dataSources: ByName<DataSourceDefinition<Attributes, unknown>>;
  readonly ephemeralResources: ByName<EphemeralResourceDefinition<Attributes, unknown>>;
  readonly actions: ByName<ActionDefinition<Attributes, unknown>>;
  readonly functions: ByName<ProviderFunction>;
  private configured: { readonly client: unknown } | undefined;

  constructor(readonly provider: Provider) {
    this.resources = byTypeName(provider.resources);
    this.dataSources = byTypeName(provider.dataSources ?? []);
    this.ephemeralResources = byTypeName(provider.ephemeralResources ?? []);
    this.actions = byTypeName(provider.actions ?? []);
    this.functions = new Map((provider.functions ?? []).map((each) => [each.name, each]));
  }

  // Each throws a DiagnosticError where this version of the provider has no such part.

  resource(typeName: string): ResourceDefinition<Attributes, unknown> {
    return found(this.resources, "resource type", typeName);
  }

  dataSource(typeName: string): DataSourceDefinition<Attributes, unknown> {
    return found(this.dataSources, "data source", typeName);
  }

  ephemeralResource(typeName: string): EphemeralResourceDefinition<Attributes, unknown> {
    return found(this.ephemeralResources, "ephemeral resource", typeName);
  }

  action(typeName: string): ActionDefinition<Attributes, unknown> {
    return found(this.actions, "action", typeName);
  }

  function(name: string): ProviderFunction {
    return found(this.functions, "function", name);
  }

  /** What `configure` made. It is missing only where a host breaks the protocol's order. */
  get client(): unknown {
    if (this.configured === undefined) {
      throw new DiagnosticError({
        summary: "Provider not configured",
        detail: "Terraform asked for a resource before it configured the provider.",
      });
    }
    return this.configured.client;
  }

  set client(client: unknown) {
    this.configured = { client };
  }
}

function byTypeName<D>(parts: readonly { readonly typeName: string; readonly definition: D }[]): ByName<D> {
  return new Map(parts.map(({ typeName, definition }) => [typeName, definition]));
}

function found<D>(parts: ByName<D>, kind: string, name: string): D {
  const part = parts.get(name);
  if (part === undefined) {
    throw new DiagnosticError({
      summary: `Unknown ${kind}`,
      detail: `This version of the provider offers no ${kind} named ${JSON.stringify(name)}.`,
    });
  }
  return part;
}
