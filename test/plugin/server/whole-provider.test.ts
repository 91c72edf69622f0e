import { Metadata, type ServiceError } from "@grpc/grpc-js";
import {
  ApplyResourceChange_Request,
  type ApplyResourceChange_Response,
  CallFunction_Request,
  type CallFunction_Response,
  ConfigureProvider_Request,
  type ConfigureProvider_Response,
  type GetFunctions_Response,
  type GetMetadata_Response,
  type GetResourceIdentitySchemas_Response,
  ImportResourceState_Request,
  type ImportResourceState_Response,
  type PlanResourceChange_Response,
  ReadResource_Request,
  type ReadResource_Response,
  UpgradeResourceState_Request,
  type UpgradeResourceState_Response,
  ValidateResourceConfig_Request,
  type ValidateResourceConfig_Response,
} from "../../../src/plugin/wire/generated/tfplugin6";
import { string, types } from "../../../src/plugin";
import { encodeMsgpack } from "../../../src/plugin/values/msgpack";
import { known } from "../../../src/plugin/values/value";
import { planRequest, unwire, wire } from "../lifecycle/memory-provider";
import { answerOf, type ProviderClient, RUNTIMES, TerraformSide } from "./terraform-side";

const MIB = 1 << 20;
const TYPE = "memory_note";
/** Of the provider's own configuration. */
const REGION = { region: string({ optional: true, description: "Region." }) };

describe.each(RUNTIMES)("a process that was never asked for its schema, on %s", (runtime) => {
  const terraform = new TerraformSide(runtime);
  beforeAll(() => terraform.build());
  afterEach(() => terraform.closeAll());
  afterAll(() => terraform.end());

  async function start(): Promise<ProviderClient> {
    const { provider } = await terraform.start({ env: { TRIAL_HANDLERS: "memory" } });
    return provider;
  }

  async function startConfigured(): Promise<ProviderClient> {
    const provider = await start();
    const request = ConfigureProvider_Request.fromPartial({ config: wire({ region: null }, REGION) });
    const { diagnostics } = await ask<ConfigureProvider_Response>((...to) =>
      provider.configureProvider(request, ...to),
    );
    expect(diagnostics).toEqual([]);
    return provider;
  }

  it("answers GetMetadata, GetFunctions and GetResourceIdentitySchemas", async () => {
    const provider = await start();
    const metadata = await ask<GetMetadata_Response>((...to) => provider.getMetadata({}, ...to));
    expect(metadata.resources).toContainEqual({ typeName: TYPE });
    const { functions } = await ask<GetFunctions_Response>((...to) => provider.getFunctions({}, ...to));
    expect(Object.keys(functions).sort()).toEqual(metadata.functions.map(({ name }) => name).sort());
    const identities = await ask<GetResourceIdentitySchemas_Response>((...to) =>
      provider.getResourceIdentitySchemas({}, ...to),
    );
    expect(identities.diagnostics).toEqual([]);
  });

  it("validates, upgrades and calls functions before it is configured", async () => {
    const provider = await start();
    const config = ValidateResourceConfig_Request.fromPartial({ typeName: TYPE, config: wire({ title: "a" }) });
    const validated = await ask<ValidateResourceConfig_Response>((...to) =>
      provider.validateResourceConfig(config, ...to),
    );
    expect(validated.diagnostics).toEqual([]);
    const stored = UpgradeResourceState_Request.fromPartial({
      typeName: TYPE,
      version: 0,
      rawState: { json: Buffer.from('{"name":"a","id":"a"}') },
    });
    const upgraded = await ask<UpgradeResourceState_Response>((...to) => provider.upgradeResourceState(stored, ...to));
    expect(unwire(upgraded.upgradedState)).toMatchObject({ title: "a", id: "a" });
    const texts = ["-", "a", "b"].map((text) => ({ msgpack: encodeMsgpack(known(text), types.string.type) }));
    const call = CallFunction_Request.fromPartial({ name: "joined", arguments: texts });
    const called = await ask<CallFunction_Response>((...to) => provider.callFunction(call, ...to));
    expect(called.result?.msgpack).toEqual(encodeMsgpack(known("a-b"), types.string.type));
  });

  it("plans, applies, reads and imports", async () => {
    const provider = await startConfigured();
    const { state } = await created(provider, { title: "a" });
    expect(unwire(state)).toMatchObject({ title: "a", id: "a", revision: "1" });
    const imported = await ask<ImportResourceState_Response>((...to) =>
      provider.importResourceState(ImportResourceState_Request.fromPartial({ typeName: TYPE, id: "a" }), ...to),
    );
    expect(imported.diagnostics).toEqual([]);
    expect(unwire(imported.importedResources[0]?.state)).toMatchObject({ id: "a" });
  });

  it("takes and brings a state of 10 MiB", async () => {
    const provider = await startConfigured();
    const body = "0123456789abcdef".repeat((10 * MIB) / 16);
    const { state, read } = await created(provider, { title: "large", body });
    for (const value of [state, read]) expect(unwire(value)?.["body"] === body).toBe(true);
  });
});

/** Plans, applies and reads a note, as Terraform does with a new one. */
async function created(provider: ProviderClient, config: Record<string, unknown>) {
  const plan = await ask<PlanResourceChange_Response>((...to) =>
    provider.planResourceChange(planRequest(wire(null), config), ...to),
  );
  expect(plan.diagnostics).toEqual([]);
  const apply = ApplyResourceChange_Request.fromPartial({
    typeName: TYPE,
    priorState: wire(null),
    plannedState: plan.plannedState,
    config: wire(config),
    plannedPrivate: plan.plannedPrivate,
  });
  const applied = await ask<ApplyResourceChange_Response>((...to) => provider.applyResourceChange(apply, ...to));
  expect(applied.diagnostics).toEqual([]);
  const current = ReadResource_Request.fromPartial({
    typeName: TYPE,
    currentState: applied.newState,
    private: applied.private,
  });
  const read = await ask<ReadResource_Response>((...to) => provider.readResource(current, ...to));
  expect(read.diagnostics).toEqual([]);
  return { state: applied.newState, read: read.newState };
}

/** The answer to a call, which may take ten seconds. */
function ask<Response>(
  call: (
    metadata: Metadata,
    options: { deadline: number },
    done: (error: ServiceError | null, response: Response) => void,
  ) => unknown,
): Promise<Response> {
  return answerOf((done) => call(new Metadata(), { deadline: Date.now() + 10_000 }, done));
}
