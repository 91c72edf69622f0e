export { definitionsFor } from "./definition";
export type {
  ApplyCall,
  Call,
  Change,
  DataSource,
  DataSourceDefinition,
  EphemeralResource,
  EphemeralResourceDefinition,
  OpenCall,
  Provider,
  ProviderDefinition,
  Resource,
  ResourceCall,
  ResourceDefinition,
  ValidationReport,
} from "./definition";
export { ArgumentError, providerFunction } from "./function";
export type { FunctionDefinition, Parameter, ProviderFunction } from "./function";
export { createHandlers } from "./lifecycle/create-handlers";
export { DiagnosticError } from "./lifecycle/diagnostics";
export type { Finding } from "./lifecycle/diagnostics";
export type { PrivateState } from "./lifecycle/private-state";
export type { LogFields, Logger } from "./log/logger";
export { bool, dynamic, list, map, nested, number, set, string, timeouts, types } from "./schema/attribute";
export type { Attributes, Computed, Planned, State, Values } from "./schema/attribute";
export { definitionProblems } from "./schema/definition-problems";
export { parseDuration } from "./schema/duration";
export { schemaToJson } from "./schema/schema-to-json";
export { between, durationText, notBlank, oneOf } from "./schema/validators";
export type { Problem, Validator } from "./schema/validators";
export type { JsonObject } from "./values/json";
export type { Path } from "./values/path";
export { NULL, UNKNOWN, known, knownOrNull, valueOr } from "./values/value";
export type { Value } from "./values/value";
