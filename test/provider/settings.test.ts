// What the provider block, the environment and the arguments may be, in-process.
import { createHandlers } from "../../src/plugin";
import type { Problem } from "../../src/plugin";
import type { Attribute } from "../../src/plugin/schema/attribute";
import { createCronofyProvider } from "../../src/provider/provider";
import { SETTINGS } from "../../src/provider/setting";
import { testContext, wire } from "../plugin/lifecycle/memory-provider";
import { placeOf } from "../plugin/lifecycle/diagnostic-place";

const PROVIDER = createCronofyProvider({ env: {} });

/** Every text that somebody may set, by where it stands. */
function textsIn(place: string, attributes: Readonly<Record<string, Attribute>>): [string, Attribute][] {
  return Object.entries(attributes).flatMap(([name, attribute]) => {
    const { type, options, nested } = attribute;
    const isSet = options.required === true || options.optional === true;
    const own: [string, Attribute][] = isSet && type.kind === "string" ? [[`${place}.${name}`, attribute]] : [];
    return [...own, ...textsIn(`${place}.${name}`, nested?.attributes ?? {})];
  });
}

const TEXTS = [
  ...textsIn("provider", PROVIDER.schema),
  ...[...PROVIDER.resources, ...(PROVIDER.dataSources ?? []), ...(PROVIDER.ephemeralResources ?? [])].flatMap(
    ({ typeName, definition }) => textsIn(typeName, definition.schema),
  ),
  ...(PROVIDER.functions ?? []).flatMap(({ name, definition }) =>
    [...definition.parameters, ...(definition.variadic === undefined ? [] : [definition.variadic])].map(
      (each): [string, Attribute] => [`${name}(${each.name})`, { type: each.type.type, options: each }],
    ),
  ),
];

/** What would be taken as it is, if nothing came with it. */
const SAMPLES = [
  "s3cret-of-somebody-0123456789-abcd",
  "ser_1",
  "https://s3cret.example.com/cb",
  "us",
  "5m",
  "url",
  "never",
];

describe("a text with a line break at its end", () => {
  it.each(TEXTS)("is refused as %s", (_place, { options }) => {
    const validators = (options.validators ?? []) as readonly ((text: string) => Problem | undefined)[];
    for (const sample of SAMPLES) {
      const problems = validators.map((validate) => validate(`${sample}\n`)).filter((each) => each !== undefined);
      expect(problems.map(({ severity }) => severity ?? "error")).toContain("error");
    }
  });

  it("is refused from the environment too, all such at once, and without the text", async () => {
    const names = ["client_id", "client_secret", "api_url", "app_url", "link_service_url", "link_secret"] as const;
    const { found, text } = await configured(
      Object.fromEntries(names.map((name) => [SETTINGS[name].variable, `${SAMPLES.join("")}\n`])),
    );
    expect(found).toHaveLength(names.length);
    for (const name of names) {
      expect(found).toContainEqual([name, expect.stringContaining(SETTINGS[name].variable) as string]);
    }
    expect(text).not.toContain("s3cret");
    expect(text).toContain("trimspace");
  });

  it.each(["OU_LINK_STORE_FILE", "OU_LINK_STORE_POSTGRES", "OU_LINK_STORE_KEY"])(
    "is refused as %s",
    async (variable) => {
      const store = variable === "OU_LINK_STORE_KEY" ? { OU_LINK_STORE_FILE: "links" } : {};
      const { text } = await configured({ ...CREDENTIALS, ...store, [variable]: "postgres://s3cret@db/links\n" });
      expect(text).toContain("trimspace");
      expect(text).not.toContain("s3cret");
    },
  );
});

const CREDENTIALS = { CRONOFY_CLIENT_ID: "client-1", CRONOFY_CLIENT_SECRET: "client-secret" };

async function configured(env: Readonly<Record<string, string>>, config: Readonly<Record<string, unknown>> = {}) {
  const provider = createCronofyProvider({ env });
  const { diagnostics } = await createHandlers(provider).configureProvider(
    { terraformVersion: "1.11.4", config: wire(config, provider.schema), clientCapabilities: undefined },
    testContext().context,
  );
  return {
    found: diagnostics.map(({ attribute, summary, detail }) => [placeOf(attribute), `${summary}: ${detail}`]),
    text: JSON.stringify(diagnostics),
  };
}

describe("the provider block", () => {
  it("is told all that it lacks at once, each at its attribute", async () => {
    const { found } = await configured({ CRONOFY_DATA_CENTER: "mars" });
    expect(found.map(([place]) => place)).toEqual(["data_center", "client_id"]);
  });

  it("takes a short client secret, from which it signs where there is no link secret", async () => {
    expect((await configured({ CRONOFY_CLIENT_ID: "c", CRONOFY_CLIENT_SECRET: "s" })).found).toEqual([]);
  });

  it("wants a link secret that nobody guesses", async () => {
    const { found } = await configured({ ...CREDENTIALS, OU_LINK_SECRET: "x" });
    expect(found).toEqual([
      ["link_secret", expect.stringMatching(/openssl rand -base64 32.*OU_LINK_SECRET/) as string],
    ]);
  });
});

describe("a conferencing provider", () => {
  const judged = async (name: string) => {
    const [link] = PROVIDER.resources;
    const { diagnostics } = await createHandlers(PROVIDER).validateResourceConfig(
      {
        typeName: "cronofy_organizational_unit_link",
        config: wire({ service_account_id: "ser_1", conferencing_provider_name: name }, link?.definition.schema ?? {}),
        clientCapabilities: undefined,
      },
      testContext().context,
    );
    return diagnostics.map(({ summary }) => summary);
  };

  it("without a name is an error, and no warning beside it", async () => {
    expect(await judged("")).toEqual(["Empty value"]);
    expect(await judged("carrier_pigeon")).toEqual(["Unknown conferencing provider"]);
  });
});
