import { NULL, UNKNOWN, known, types } from "../../../src/plugin";
import { decodeMsgpack, encodeMsgpack } from "../../../src/plugin/values/msgpack";
import type { AnyValue } from "../../../src/plugin/values/value";
import { memoryHandlers, testContext } from "./memory-provider";

const { handlers } = memoryHandlers();

async function call(name: string, ...args: AnyValue[]) {
  const { result, error } = await handlers.callFunction(
    {
      name,
      arguments: args.map((each) => ({ msgpack: encodeMsgpack(each, types.string.type), json: Buffer.alloc(0) })),
    },
    testContext().context,
  );
  return { result, error };
}

describe("provider functions", () => {
  it("take null and any number of further arguments where they say so", async () => {
    const { result } = await call("joined", known("-"), known("a"), NULL, known("b"));
    expect(decodeMsgpack(result?.msgpack ?? Buffer.alloc(0), types.string.type)).toEqual(known("a-b"));
  });

  it("see unknown values where they ask for them", async () => {
    const { result } = await call("is_known", UNKNOWN);
    expect(decodeMsgpack(result?.msgpack ?? Buffer.alloc(0), types.bool.type)).toEqual(known(false));
  });

  it("blame the argument that they cannot take, and leave the full stop to Terraform", async () => {
    const { result, error } = await call("joined", known(""));
    expect(result).toBeUndefined();
    expect(error).toEqual({ text: "The separator is empty", functionArgument: 0 });
  });

  it("have known arguments judged before they run, further ones too", async () => {
    expect((await call("joined", known("-"), known("a"), known(" "))).error).toEqual({
      text: "Set a value that is not blank, or leave it out",
      functionArgument: 2,
    });
    expect((await call("joined", known("-"), NULL)).error).toBeUndefined();
  });

  it("are refused by name where there is none", async () => {
    expect((await call("nothing")).error?.text).toContain('"nothing"');
  });

  it("are described alike in the schema and in their own listing", async () => {
    const { context } = testContext();
    const { functions } = await handlers.getProviderSchema({}, context);
    expect(functions).toEqual((await handlers.getFunctions({}, context)).functions);
    expect(functions["joined"]).toMatchObject({
      parameters: [{ name: "separator", allowNullValue: false }],
      variadicParameter: { name: "parts", allowNullValue: true },
    });
  });
});
