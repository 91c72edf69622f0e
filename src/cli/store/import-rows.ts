import { addressProblem, credentialProblem, serviceAccountProblem, textProblem } from "../../link";
import type { TextProblem } from "../../link";
import type { AuthorizationFacts, LinkKey, Tokens } from "../../link-store";
import { CliError, EXIT_CODE } from "../command-line/cli-error";
import { printable } from "../command-line/terminal";

/** What is taken where a row does not say it. */
export interface ImportDefaults {
  readonly serviceAccountId?: string | undefined;
  readonly clientId?: string | undefined;
  readonly dataCenter?: string | undefined;
  readonly redirectUri?: string | undefined;
  readonly now: Date;
}

/** An authorization that was made elsewhere, and the link that it is for. */
export interface ImportedLink {
  readonly key: LinkKey;
  /** What people call it; the service account where nobody gave it a name. */
  readonly name: string;
  readonly authorization: Omit<AuthorizationFacts, "declarationId">;
  readonly tokens: Tokens;
}

/** All that was read. */
export interface Import {
  readonly links: readonly ImportedLink[];
  /** Names in it that mean nothing here, each once. */
  readonly unread: readonly string[];
}

/** One authorization as it was written, without what was left empty. */
interface Row {
  readonly values: Readonly<Record<string, unknown>>;
  /** Where it begins, such as "line 12". */
  place(): string;
  /** Why its values cannot be told apart. */
  readonly problem?: string;
}

/** What a row may say. */
const FIELDS = [
  "service_account_id",
  "name",
  "refresh_token",
  "redirect_uri",
  "client_id",
  "data_center",
  "scope",
  "organizational_unit_id",
  "sub",
  "authorized_conferencing_provider_name",
  "linked_at",
  "access_token",
  "access_token_expires_at",
];

/**
 * Reads authorizations that another application has made: a JSON object, a JSON list of them, or CSV whose first line
 * names the columns. Names are those of a token endpoint's answer and of `ou-link store show --json`.
 *
 * @throws CliError that names each row in which something is missing or wrong, all at once, and quotes no value.
 */
export async function parseImport(text: string, defaults: ImportDefaults): Promise<Import> {
  // Spreadsheets begin with a mark of their own.
  const unmarked = text.replace(/^\uFEFF/, "");
  const rows = /^\s*[[{]/.test(unmarked) ? await jsonRows(unmarked) : await csvRows(unmarked);
  if (rows.length === 0) throw wrong("There is no authorization in it.");
  const read = await rowReader(defaults);
  const problems: string[] = [];
  const links: ImportedLink[] = [];
  const seen = new Map<string, Row>();
  for (const row of rows) {
    const result = row.problem === undefined ? read(row.values) : { problems: [row.problem] };
    const found = "link" in result ? twins(result.link, row, seen) : result.problems;
    if ("link" in result) links.push(result.link);
    const account = row.values["service_account_id"];
    // Where a value is too many, a token may stand in the place of the service account.
    const named = typeof account === "string" && /^ser_\w{1,40}$/.test(account) ? ` (${account})` : "";
    if (found.length > 0) problems.push(`${row.place()}${named}: ${found.join("; ")}`);
  }
  if (problems.length > 0) {
    throw wrong(
      `Nothing was imported, for ${problems.length === 1 ? "one row is" : `${problems.length} rows are`} not as needed:`,
      problems,
    );
  }
  const names = new Set(rows.flatMap(({ values }) => Object.keys(values)));
  return { links, unread: [...names].filter((name) => !FIELDS.includes(name)) };
}

/** What a row has that only one may have, such as where a line was copied. */
function twins({ key, name, tokens }: ImportedLink, row: Row, seen: Map<string, Row>): string[] {
  const unique = {
    "the link": JSON.stringify(key),
    refresh_token: tokens.refreshToken.reveal(),
    ...(Object.hasOwn(row.values, "name") && { name }),
  };
  return Object.entries(unique).flatMap(([what, value]) => {
    const earlier = seen.get(`${what} ${value}`);
    if (earlier === undefined) seen.set(`${what} ${value}`, row);
    return earlier === undefined ? [] : [`${what} is that of ${earlier.place()} too`];
  });
}

/** Makes what reads one row. */
async function rowReader(defaults: ImportDefaults) {
  const [{ z }, { DATA_CENTERS, LINK_SCOPE, Secret }, { grantProblem }] = await Promise.all([
    import("zod"),
    import("../../cronofy"),
    import("../../link-store"),
  ]);
  const fit = (problem: (text: string) => TextProblem | undefined) =>
    z
      .string({ error: ({ input }) => (input === undefined ? "is missing" : "is no text") })
      .superRefine((text, context) => {
        const found = problem(text);
        if (found !== undefined) context.addIssue({ code: "custom", message: `is not as needed: ${found.detail}` });
      });
  const credential = fit(credentialProblem);
  const filled = fit(textProblem);
  const centers = DATA_CENTERS.map(({ id }) => id);
  const time = z.iso
    .datetime({ offset: true, error: "is no time such as 2026-03-01T10:00:00Z" })
    // In UTC, a time may be of a year that has no four digits, and no record with it can be read again.
    .refine((each) => /^\d/.test(new Date(each).toJSON() ?? ""), "is no time such as 2026-03-01T10:00:00Z");
  const { serviceAccountId, clientId, dataCenter = "us", redirectUri, now } = defaults;
  const usual = {
    ...(serviceAccountId !== undefined && { service_account_id: serviceAccountId }),
    ...(clientId !== undefined && { client_id: clientId }),
    ...(redirectUri !== undefined && { redirect_uri: redirectUri }),
    ...{ data_center: dataCenter, scope: "", linked_at: now.toISOString() },
  };
  const form = z.object({
    service_account_id: fit(serviceAccountProblem).refine(
      (each) => serviceAccountId === undefined || each === serviceAccountId,
      "is not that of the command line",
    ),
    name: filled.optional(),
    refresh_token: credential,
    redirect_uri: fit(addressProblem),
    client_id: credential,
    data_center: z.enum(centers, { error: `is none of ${centers.join(", ")}` }),
    scope: z.string("is no text"),
    organizational_unit_id: filled.optional(),
    sub: filled.optional(),
    authorized_conferencing_provider_name: filled.optional(),
    linked_at: time,
    access_token: credential.optional(),
    access_token_expires_at: time.optional(),
  });
  return (values: Row["values"]): { readonly link: ImportedLink } | { readonly problems: string[] } => {
    const { success, data, error } = form.safeParse({ ...usual, ...values });
    if (!success) {
      // A text may be wrong in two ways that are told alike.
      return {
        problems: [...new Set(error.issues.map(({ path: [field], message }) => `${String(field)} ${message}`))],
      };
    }
    const unit = data.organizational_unit_id ?? data.sub ?? null;
    // What destroys the link would revoke it. A scope is not quoted: it may be the column beside it, with a token.
    if (grantProblem({ scope: data.scope, sub: null }, data.service_account_id) !== null) {
      return { problems: [`scope is without ${LINK_SCOPE}, which its Organizational Unit needs`] };
    }
    const problem = grantProblem({ scope: "", sub: unit }, data.service_account_id);
    if (problem !== null) return { problems: [`this is not the authorization of its Organizational Unit: ${problem}`] };
    // Without its end, an access token cannot be used: it is renewed at the first use.
    const expiry = data.access_token_expires_at ?? null;
    const token = data.access_token ?? null;
    const isUsable = token !== null && expiry !== null;
    return {
      link: {
        key: { dataCenter: data.data_center, clientId: data.client_id, serviceAccountId: data.service_account_id },
        name: data.name ?? data.service_account_id,
        authorization: {
          organizationalUnitId: unit,
          scope: data.scope,
          redirectUri: data.redirect_uri,
          linkedAt: new Date(data.linked_at).toISOString(),
          conferencingProviderName: data.authorized_conferencing_provider_name ?? null,
          accessTokenExpiresAt: isUsable ? new Date(expiry).toISOString() : null,
          confirmedAt: null,
          refusedAt: null,
        },
        tokens: {
          refreshToken: new Secret(data.refresh_token),
          accessToken: isUsable ? new Secret(token) : null,
        },
      },
    };
  };
}

async function jsonRows(text: string): Promise<Row[]> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw wrong("It begins as JSON, and is not JSON.");
  }
  const entries: unknown[] = Array.isArray(json) ? json : [json];
  const { LineCounter, isSeq, parseDocument } = await import("yaml");
  let lines: number[] | undefined;
  /** Looked for only where something is wrong: JSON.parse tells no places, and YAML takes JSON as well. */
  const linesOfEntries = () => {
    const lineCounter = new LineCounter();
    const { contents } = parseDocument(text, { lineCounter });
    const items = isSeq<{ readonly range?: readonly number[] }>(contents) ? contents.items : [];
    return items.map(({ range }) => lineCounter.linePos(range?.[0] ?? 0).line);
  };
  return entries.map((entry, at) => ({
    values: typeof entry === "object" && entry !== null ? withoutEmpty(entry) : {},
    place() {
      if (!Array.isArray(json)) return "the object";
      lines ??= linesOfEntries();
      return lines[at] === undefined ? `entry ${at + 1}` : `line ${lines[at]}`;
    },
  }));
}

async function csvRows(text: string): Promise<Row[]> {
  const { CsvError, parse } = await import("csv-parse/sync");
  const [header = ""] = text.split("\n", 1);
  // Spreadsheets separate by what their country does not need for numbers.
  const delimiter = [",", ";", "\t"].find((each) => header.includes(each)) ?? ",";
  let records: CsvRecord[];
  try {
    const options = { delimiter, skip_empty_lines: true, trim: true, relax_column_count: true, info: true };
    records = parse(text, options) as unknown as CsvRecord[];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    // Its message may quote what stands there.
    throw wrong(`It is no CSV: ${MISTAKES[error.code] ?? "something is wrong"} in line ${String(error["lines"])}.`);
  }
  const columns = records.shift()?.record ?? [];
  if (!columns.includes("refresh_token")) {
    throw wrong("It is neither JSON nor CSV whose first line names a column refresh_token.");
  }
  if (new Set(columns).size < columns.length) throw wrong("Two columns have the same name.");
  return records.map(({ info, record }) => ({
    values: withoutEmpty(Object.fromEntries(columns.map((name, at) => [name, record[at]]))),
    // A value in quotation marks may go over several lines.
    place: () => `line ${info.lines - (record.join("").match(/\n/g)?.length ?? 0)}`,
    ...(record.length !== columns.length && {
      problem: `it has ${record.length} values, and there are ${columns.length} columns`,
    }),
  }));
}

/** What csv-parse tells of a record. */
interface CsvRecord {
  /** Lines up to its end. */
  readonly info: { readonly lines: number };
  readonly record: readonly string[];
}

/** What is wrong with a line of CSV, by csv-parse's name for it. */
const MISTAKES: Readonly<Record<string, string>> = {
  CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE: "something stands behind a closing quotation mark",
  CSV_QUOTE_NOT_CLOSED: "a quotation mark is not closed",
  INVALID_OPENING_QUOTE: "a quotation mark stands within a value that does not begin with one",
};

function withoutEmpty(values: object): Row["values"] {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null && value !== ""));
}

function wrong(what: string, problems: readonly string[] = []): CliError {
  return new CliError(
    what,
    [
      ...problems.map(printable),
      "Give a JSON object, a JSON list of them, or CSV whose first line names the columns. Each authorization has " +
        "refresh_token, service_account_id",
      "and redirect_uri (the one with which its code was redeemed; else --redirect-uri), and where they are known client_id (else " +
        "--client-id or",
      "CRONOFY_CLIENT_ID), data_center, name, scope, organizational_unit_id or sub, linked_at, " +
        "authorized_conferencing_provider_name,",
      "access_token and access_token_expires_at; times as 2026-03-01T10:00:00Z.",
    ].join("\n"),
    EXIT_CODE.usage,
  );
}
