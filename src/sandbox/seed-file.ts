import { z } from "zod";
import { assumptionsSchema, secondsSchema } from "./assumptions";
import type { SandboxOptions } from "./sandbox";
import { CONFERENCING_PROVIDERS } from "./state/consent";
import { idSchema, serviceAccountSchema } from "./state/directory";
import { faultSchema } from "./state/faults";

/** A seed file cannot be used. Each problem says where in the file it is. */
export class SeedFileError extends Error {
  override readonly name = "SeedFileError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

const visible = z
  .string()
  .regex(/^[\x21-\x7e]{1,256}$/, "has to be 1 to 256 printable ASCII characters without a space");

const linkSchema = z.strictObject({
  service_account_id: idSchema,
  conferencing_provider_name: z.enum([...CONFERENCING_PROVIDERS.keys()]),
  organizational_unit_id: idSchema.optional(),
  refresh_token: visible.optional(),
});

// The sandbox decides about what the file leaves out, so the defaults are taken off here.
const someAssumptionsSchema = z.strictObject(
  Object.fromEntries(
    Object.entries(assumptionsSchema.shape).map(([name, schema]) => [name, schema.unwrap().optional()]),
  ),
);

const seedFileSchema = z
  .strictObject({
    client_id: visible.optional(),
    client_secret: visible.optional(),
    application_name: z.string().min(1).max(200).optional(),
    redirect_uris: z.array(z.url()).max(100).optional(),
    seed: z.string().min(1).max(200).optional(),
    enterprise_conferencing: z.boolean().optional(),
    clock_ahead_seconds: secondsSchema.optional(),
    service_accounts: z.array(serviceAccountSchema).max(10_000).optional(),
    links: z.array(linkSchema).max(10_000).optional(),
    faults: z.array(faultSchema).max(1000).optional(),
    assumptions: someAssumptionsSchema.optional(),
  })
  .superRefine(({ service_accounts = [], links = [] }, context) => {
    const known = new Set<string>();
    for (const [index, { service_account_id }] of service_accounts.entries()) {
      if (service_account_id === undefined) continue;
      const path = ["service_accounts", index, "service_account_id"];
      if (known.has(service_account_id)) context.addIssue({ code: "custom", path, message: "is there twice" });
      known.add(service_account_id);
    }
    const refreshTokens = new Set<string>();
    for (const [index, { service_account_id, refresh_token }] of links.entries()) {
      if (!known.has(service_account_id)) {
        const path = ["links", index, "service_account_id"];
        context.addIssue({ code: "custom", path, message: "has to be that of one of service_accounts" });
      }
      if (refresh_token === undefined) continue;
      const path = ["links", index, "refresh_token"];
      if (refreshTokens.has(refresh_token)) context.addIssue({ code: "custom", path, message: "is there twice" });
      refreshTokens.add(refresh_token);
    }
  });

/**
 * Reads the options of a sandbox.
 * @param text JSON
 * @throws SeedFileError that names every field that is wrong, and no value of it
 */
export function parseSeedFile(text: string): SandboxOptions {
  const parsed = seedFileSchema.safeParse(parseJson(text), {
    error: ({ code, input, expected }) =>
      code !== "invalid_type" ? undefined : input === undefined ? "is missing" : `is to be of type ${String(expected)}`,
  });
  if (!parsed.success) {
    throw new SeedFileError(parsed.error.issues.map(({ path, message }) => `${placeOf(path)}: ${message}`));
  }
  const { client_id, client_secret, application_name, redirect_uris, seed, ...rest } = parsed.data;
  const { enterprise_conferencing, clock_ahead_seconds, service_accounts, links, faults, assumptions } = rest;
  return definedOnly({
    clientId: client_id,
    clientSecret: client_secret,
    applicationName: application_name,
    redirectUris: redirect_uris,
    seed,
    enterpriseConferencing: enterprise_conferencing,
    clockAheadSeconds: clock_ahead_seconds,
    serviceAccounts: service_accounts,
    links,
    faults,
    assumptions,
  });
}

/** The JSON schema of the file, for editors. */
export function seedFileJsonSchema(): object {
  return z.toJSONSchema(seedFileSchema, { io: "input" });
}

type Defined<Fields> = { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };

/** Drops the fields that are undefined. */
function definedOnly<Fields extends object>(fields: Fields): Defined<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<Fields>;
}

/** Such as `links[0].service_account_id`. */
function placeOf(path: readonly PropertyKey[]): string {
  const place = path.reduce<string>(
    (before, part) => (typeof part === "number" ? `${before}[${part}]` : `${before}.${String(part)}`),
    "",
  );
  return place.replace(/^\./, "") || "the file";
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The parser's message quotes the text, which has secrets in it. The position has none.
    const position = /position (\d+)/.exec(error instanceof Error ? error.message : "")?.[1];
    throw new SeedFileError([
      `the file: is not JSON${position === undefined ? "" : `, from character ${position} on`}`,
    ]);
  }
}
