// What flags and environment may be, in-process.
import type { CliError } from "../../src/cli/command-line/cli-error";
import { readServeSettings } from "../../src/cli/serve-command";
import type { ServeFlags } from "../../src/cli/serve-command";
import { parseImport } from "../../src/cli/store/import-rows";

const CREDENTIALS = { CRONOFY_CLIENT_ID: "client-1", CRONOFY_CLIENT_SECRET: "s", OU_LINK_STORE_FILE: "links" };

async function refusal(env: Readonly<Record<string, string>>, flags: Partial<ServeFlags> = {}): Promise<string[]> {
  try {
    await readServeSettings({ port: 0, host: "127.0.0.1", ...flags } as ServeFlags, { ...CREDENTIALS, ...env });
  } catch (error) {
    return ((error as CliError).fix ?? "").split("\n");
  }
  return [];
}

describe("a setting with a line break at its end", () => {
  const texts = {
    CRONOFY_CLIENT_ID: "s3cret",
    CRONOFY_CLIENT_SECRET: "s3cret",
    CRONOFY_API_URL: "https://s3cret.example.com",
    CRONOFY_APP_URL: "https://s3cret.example.com",
    OU_LINK_SECRET: "s3cret-that-is-as-long-as-it-has-to-be",
    OU_LINK_PUBLIC_URL: "https://s3cret.example.com",
    OU_LINK_LOGO_URL: "https://s3cret.example.com/logo",
    OU_LINK_WEBHOOK_URL: "https://s3cret.example.com/hook",
    OU_LINK_WEBHOOK_SECRET: "s3cret",
  };

  it("is refused, each and all at once, and is not shown", async () => {
    const told = await refusal(Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, `${text}\n`])));
    expect(told).toHaveLength(Object.keys(texts).length);
    for (const name of Object.keys(texts)) {
      expect(told).toContainEqual(expect.stringMatching(new RegExp(`${name}.*trimspace`)) as string);
    }
    expect(told.join()).not.toContain("s3cret");
    expect(await refusal(texts)).toEqual([]);
  });

  it("is refused as an option too", async () => {
    expect(await refusal({}, { clientId: "c\n", apiUrl: "https://api.example.com " })).toHaveLength(2);
  });
});

it("a link secret is as long as a store key, and a client secret as Cronofy makes it", async () => {
  expect(await refusal({ OU_LINK_SECRET: "x" })).toEqual([
    expect.stringContaining("openssl rand -base64 32") as string,
  ]);
  expect(await refusal({})).toEqual([]);
});

it.each([
  ["refresh_token", { refresh_token: "s3cret\n" }],
  ["redirect_uri", { redirect_uri: "https:s3cret.example" }],
  ["client_id", { client_id: "s3 cret" }],
  ["access_token", { access_token: " s3cret" }],
  ["organizational_unit_id", { organizational_unit_id: "s3cret\n" }],
])("an imported authorization with white space in %s is refused by that name", async (field, changed) => {
  const whole = { refresh_token: "r", redirect_uri: "https://example.com/cb" };
  const defaults = { serviceAccountId: "ser_1", clientId: "client-1", dataCenter: "us", now: new Date(0) };
  const parsed = parseImport(JSON.stringify({ ...whole, ...changed }), defaults);
  await expect(parsed).rejects.toMatchObject({
    fix: expect.stringMatching(new RegExp(`^the object: ${field} is not as needed: `)) as string,
  });
  await expect(parsed).rejects.not.toMatchObject({ fix: expect.stringContaining("s3") as string });
  await expect(parseImport(JSON.stringify(whole), defaults)).resolves.toMatchObject({
    links: [{ key: { clientId: "client-1" } }],
  });
  for (const wrong of [{ serviceAccountId: "ser_1\n" }, { clientId: "client-1\n" }]) {
    await expect(parseImport(JSON.stringify(whole), { ...defaults, ...wrong })).rejects.toThrow("not as needed");
  }
});
