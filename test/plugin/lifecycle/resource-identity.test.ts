import { identityAttribute, types } from "../../../src/plugin";
import { objectTypeOf } from "../../../src/plugin/schema/element-types";
import { decodeMsgpack, encodeMsgpack } from "../../../src/plugin/values/msgpack";
import { fromPlain, toPlain } from "../../../src/plugin/values/plain";
import type { ResourceIdentityData } from "../../../src/plugin/wire/generated/tfplugin6";
import { memoryProvider } from "./memory-provider";
import { CAPABILITIES, applyShelf, shelfOf, shelfWire } from "./memory-shelf-calls";

const TYPE = objectTypeOf({
  name: identityAttribute(types.string, { requiredForImport: true, description: "Name." }),
  floor: identityAttribute(types.number, { optionalForImport: true, description: "Floor." }),
});
const identityWire = (plain: object): ResourceIdentityData => ({
  identityData: { msgpack: encodeMsgpack(fromPlain(plain, TYPE), TYPE), json: Buffer.alloc(0) },
});
const identityOf = (data: ResourceIdentityData | undefined) =>
  toPlain(decodeMsgpack(data?.identityData?.msgpack ?? Buffer.from([0xc0]), TYPE), TYPE);

const importing = async (subject: { id?: string; identity?: ResourceIdentityData }) => {
  const { handlers, context } = await memoryProvider();
  const { importedResources, diagnostics } = await handlers.importResourceState(
    { typeName: "memory_shelf", id: "", identity: undefined, clientCapabilities: CAPABILITIES, ...subject },
    context,
  );
  return { imported: importedResources[0], diagnostics };
};

const reading = async (name: string, currentIdentity: ResourceIdentityData | undefined) => {
  const provider = await memoryProvider();
  const { newState } = await applyShelf(provider, { config: { name } });
  return provider.handlers.readResource(
    {
      typeName: "memory_shelf",
      currentState: newState,
      private: Buffer.alloc(0),
      providerMeta: undefined,
      clientCapabilities: CAPABILITIES,
      currentIdentity,
    },
    provider.context,
  );
};

describe("a resource's identity", () => {
  it("has a schema of its own", async () => {
    const { handlers, context } = await memoryProvider();
    const { identitySchemas } = await handlers.getResourceIdentitySchemas({}, context);
    expect(Object.keys(identitySchemas)).toEqual(["memory_shelf"]);
    expect(identitySchemas["memory_shelf"]).toMatchObject({
      version: 0,
      identityAttributes: [
        { name: "name", requiredForImport: true, optionalForImport: false },
        { name: "floor", requiredForImport: false, optionalForImport: true },
      ],
    });
  });

  it("comes with what create and read answer", async () => {
    const { newIdentity } = await applyShelf(await memoryProvider(), { config: { name: "A" } });
    expect(identityOf(newIdentity)).toEqual({ name: "a", floor: 1 });
    expect(identityOf((await reading("A", undefined)).newIdentity)).toEqual({ name: "a", floor: 1 });
  });

  it("stays what it is: a read that tells another one is a mistake of the provider", async () => {
    const stored = identityWire({ name: "b", floor: 1 });
    const { diagnostics, newIdentity, newState } = await reading("a", stored);
    expect(diagnostics[0]?.detail).toContain("The read of memory_shelf gives the object another identity");
    expect(newIdentity).toEqual(stored);
    expect(shelfOf(newState)).toMatchObject({ name: "a" });
  });

  it("imports, with what is optional left out, and so does an id", async () => {
    const { imported, diagnostics } = await importing({ identity: identityWire({ name: "a", floor: null }) });
    expect(diagnostics).toEqual([]);
    expect(shelfOf(imported?.state)).toMatchObject({ name: "a" });
    expect(identityOf(imported?.identity)).toEqual({ name: "a", floor: 1 });
    const byId = (await importing({ id: "a" })).imported;
    expect(identityOf(byId?.identity)).toEqual({ name: "a", floor: 1 });
    expect(JSON.parse(byId?.private.toString() ?? "")).toEqual({ imported: "a" });
  });

  it("is refused where it lacks what an import needs", async () => {
    const { diagnostics } = await importing({ identity: identityWire({ name: null, floor: 2 }) });
    expect(diagnostics[0]).toMatchObject({
      summary: "Incomplete identity",
      attribute: { steps: [{ selector: { attributeName: "name" } }] },
    });
  });

  it("is refused for a resource that imports by id only", async () => {
    const { handlers, context } = await memoryProvider();
    const { diagnostics } = await handlers.importResourceState(
      { typeName: "memory_note", id: "", identity: identityWire({ name: "a" }), clientCapabilities: CAPABILITIES },
      context,
    );
    expect(diagnostics[0]?.summary).toBe("Import by identity is not supported");
  });

  it("is read as it is stored", async () => {
    const { handlers, context } = await memoryProvider();
    const rawIdentity = { json: Buffer.from('{"name":"a","floor":1}'), flatmap: {} };
    const request = { typeName: "memory_shelf", version: 0, rawIdentity };
    const { upgradedIdentity, diagnostics } = await handlers.upgradeResourceIdentity(request, context);
    expect(diagnostics).toEqual([]);
    expect(identityOf(upgradedIdentity)).toEqual({ name: "a", floor: 1 });
  });

  it.each([undefined, "", "[", '{"name":1}'])("that cannot be read (%j) is refused with a way out", async (text) => {
    const { handlers, context } = await memoryProvider();
    const rawIdentity = text === undefined ? undefined : { json: Buffer.from(text), flatmap: {} };
    const request = { typeName: "memory_shelf", version: 0, rawIdentity };
    const { diagnostics } = await handlers.upgradeResourceIdentity(request, context);
    expect(diagnostics[0]?.detail).toContain("Nothing was changed");
  });

  it("is planned as it was", async () => {
    const { handlers, context } = await memoryProvider();
    const prior = shelfWire({ name: "a", is_open: false });
    const priorIdentity = identityWire({ name: "a", floor: 1 });
    const request = {
      typeName: "memory_shelf",
      priorState: prior,
      proposedNewState: prior,
      config: shelfWire({ name: "a" }),
      priorPrivate: Buffer.alloc(0),
      plannedPrivate: Buffer.alloc(0),
      providerMeta: undefined,
      clientCapabilities: CAPABILITIES,
      priorIdentity,
    };
    expect((await handlers.planResourceChange(request, context)).plannedIdentity).toEqual(priorIdentity);
  });
});
