export { definitionsFor } from "./definition";
export type {
  Action,
  ActionCall,
  ActionDefinition,
  ApplyCall,
  Call,
  Change,
  ConfigureCall,
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
  ResourceIdentity,
  ValidationReport,
} from "./definition";
export { ArgumentError, providerFunction } from "./function";
export type { FunctionDefinition, Parameter, ProviderFunction } from "./function";
export { createHandlers } from "./lifecycle/create-handlers";
export { DiagnosticError } from "./lifecycle/diagnostics";
export type { Finding } from "./lifecycle/diagnostics";
export type { PrivateState } from "./lifecycle/private-state";
export type { LogFields, Logger } from "./log/logger";
export { bool, list, map, number, set, string } from "./schema/attribute";
export type { AttributeOptions, Attributes, CollectionOptions } from "./schema/attribute";
export { definitionProblems } from "./schema/definition-problems";
export { parseDuration } from "./schema/duration";
export { types } from "./schema/element-types";
export { identityAttribute } from "./schema/identity";
export type { Identity, IdentityAttributeOptions, IdentityAttributes } from "./schema/identity";
export type { Computed, Planned, State, Values } from "./schema/models";
export { nested, nestedList } from "./schema/nested-attribute";
export { schemaToJson } from "./schema/schema-to-json";
export { timeouts } from "./schema/timeouts";
export { between, durationText, notBlank, oneOf, wholeNumber } from "./schema/validators";
export type { Problem, Validator } from "./schema/validators";
export type { JsonObject } from "./values/json";
export type { Numeric } from "./values/numeric";
export type { Path } from "./values/path";
export { NULL, UNKNOWN, known, knownOrNull, valueOr } from "./values/value";
export type { Value } from "./values/value";
