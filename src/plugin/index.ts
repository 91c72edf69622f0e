export { DiagnosticError, definitionsFor } from "./definition";
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
  Diagnostic,
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
export { definitionProblems } from "./definition-problems";
export { ArgumentError, providerFunction } from "./function";
export type { FunctionDefinition, Parameter, ProviderFunction } from "./function";
export { createHandlers } from "./lifecycle/create-handlers";
export type { LogFields, Logger } from "./log/logger";
export { schemaToJson } from "./schema-to-json";
export { bool, list, map, number, set, string } from "./schema/attribute";
export type { AttributeOptions, Attributes, CollectionOptions } from "./schema/attribute";
export { durationText, parseDuration, timeouts } from "./schema/duration";
export { types } from "./schema/element-types";
export { identityAttribute } from "./schema/identity";
export type { Identity, IdentityAttributeOptions, IdentityAttributes } from "./schema/identity";
export type { Computed, Planned, State, Values } from "./schema/models";
export { nested, nestedList } from "./schema/nested-attribute";
export { between, notBlank, oneOf, wholeNumber } from "./schema/validators";
export type { Problem, Validator } from "./schema/validators";
export type { JsonObject } from "./values/json";
export type { Numeric } from "./values/numeric";
export type { Path } from "./values/path";
export type { PrivateState } from "./values/private-state";
export { NULL, UNKNOWN, known, knownOrNull, valueOr } from "./values/value";
export type { Value } from "./values/value";
