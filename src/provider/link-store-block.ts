import { Secret } from "../cronofy";
import { textProblem } from "../link";
import { LinkStoreError, openLinkSource, storeChosenBy } from "../link-store";
import type { LinkSource, StoreChoice } from "../link-store";
import { DiagnosticError, NULL, UNKNOWN, known, list, nested, string, types } from "../plugin";
import type { Logger, ValidationReport, Value } from "../plugin";

/** The provider block's `link_store`. */
export const storeBlock = nested(
  {
    file: string({
      optional: true,
      description:
        "A folder with one record for each link, for use on one machine. A relative path starts at the folder " +
        "in which Terraform runs.",
      validators: [textProblem],
    }),
    postgres: string({
      optional: true,
      sensitive: true,
      description:
        "The URL of a PostgreSQL database, `postgres://user:password@host:5432/database`, for use on several " +
        "machines: one table, which is made when first needed. `sslmode`, `sslrootcert`, `sslcert` and `sslkey` " +
        "set TLS up as usual; every mode but `disable` and `no-verify` verifies the server. `pool_max_conns` (default 4) " +
        "is how many connections a process opens at the most.",
      validators: [textProblem],
    }),
    command: list(types.string, {
      optional: true,
      description:
        "A program and its arguments, for those whose own application keeps the tokens. It learns of the link " +
        "from `CRONOFY_SERVICE_ACCOUNT_ID`, `CRONOFY_DATA_CENTER` and `CRONOFY_CLIENT_ID`, and prints one JSON " +
        "object: `access_token`, one that works now; `expires_at`, when it stops to; `linked_at`, when the " +
        "administrator authorized, the same each time; and, if known, `scope` and `organizational_unit_id`. " +
        "Times are ISO 8601. It exits with 3 where the link has no authorization, and has 30 seconds. No shell " +
        "looks at it.",
    }),
  },
  {
    optional: true,
    description:
      "Where links are kept, outside of Terraform's state: who declares each, since when an administrator is awaited, and " +
      "the authorization they gave, whose tokens change whenever they are used. The same for the provider and the link " +
      "service. Exactly one of `file`, `postgres` and `command`; without a store, nothing can be read back. Where " +
      "`OU_LINK_STORE_KEY` is set (`openssl rand -base64 32`), tokens are encrypted, and records in the clear refused. " +
      "Default: `OU_LINK_STORE_FILE`, `OU_LINK_STORE_POSTGRES`, or `OU_LINK_STORE_COMMAND` as a JSON list.",
  },
);

/** What the block says of a store. */
type StoreBlock = Value<{
  readonly file: Value<string>;
  readonly postgres: Value<string>;
  readonly command: Value<readonly Value<string>[]>;
}>;

/** Judges the block as far as it is known: it names exactly one store. */
export function checkStoreBlock(block: StoreBlock, report: ValidationReport): void {
  if (block.kind !== "known") return;
  const { file, postgres, command } = block.value;
  const stores = Object.entries({ file, postgres, command });
  const chosen = stores.filter(([, { kind }]) => kind === "known").map(([name]) => name);
  if (chosen.length > 1) {
    report.error({
      path: ["link_store"],
      summary: "Several stores chosen",
      detail: `${chosen.join(" and ")} are both set. Keep the one that the link service uses.`,
    });
  } else if (stores.every(([, { kind }]) => kind === "null")) {
    report.error({
      path: ["link_store"],
      summary: "No store chosen",
      detail: 'Name one store, such as link_store = { file = "./links" }.',
    });
  }
  if (command.kind === "known" && !startsWithProgram(command.value)) {
    report.error({
      path: ["link_store", "command"],
      summary: "No program",
      detail: 'Give the program first, then each argument apart, such as ["my-tokens", "--print"]; none may be null.',
    });
  }
}

/** Opens the store that the block chooses, or, where there is no block, the environment. Connects to nothing yet. */
export function openStore(
  block: StoreBlock,
  env: Readonly<Record<string, string | undefined>>,
  now: () => Date,
  log: Logger,
): Value<LinkSource> {
  const secrets = [env["OU_LINK_STORE_KEY"], env["OU_LINK_STORE_POSTGRES"]];
  if (block.kind === "known" && block.value.postgres.kind === "known") secrets.push(block.value.postgres.value);
  for (const secret of secrets) {
    if (secret) log.redact(secret);
  }
  try {
    const choice = chosenStore(block, env);
    if (choice.kind !== "known") return choice;
    return known(openLinkSource(choice.value, { env, now, onNote: (line) => log.info(line) }));
  } catch (error) {
    if (!(error instanceof LinkStoreError)) throw error;
    throw new DiagnosticError({
      summary: "Link store cannot be used",
      detail: error.message,
      ...(block.kind === "known" && error.code === "bad-settings" && { path: ["link_store", error.location] }),
    });
  }
}

function chosenStore(block: StoreBlock, env: Readonly<Record<string, string | undefined>>): Value<StoreChoice> {
  if (block.kind === "null") {
    const choice = storeChosenBy(env);
    return choice === null ? NULL : known(choice);
  }
  if (block.kind === "unknown") return block;
  const { file, postgres, command } = block.value;
  const settings: readonly Value<unknown>[] = [file, postgres, command];
  const chosen = settings.filter(({ kind }) => kind === "known").length;
  const isOpen = settings.some(({ kind }) => kind === "unknown");
  // What was unknown when the block was judged may have turned out to be one too many, or nothing.
  if (chosen > 1 || (chosen === 0 && !isOpen)) {
    throw new DiagnosticError({
      summary: chosen > 1 ? "Several stores chosen" : "No store chosen",
      detail: "Set exactly one of file, postgres and command.",
      path: ["link_store"],
    });
  }
  if (file.kind === "known") return known({ file: file.value });
  if (postgres.kind === "known") return known({ postgres: new Secret(postgres.value) });
  if (command.kind !== "known") return UNKNOWN;
  const parts = command.value.flatMap((part) => (part.kind === "known" ? [part.value] : []));
  // Null parts were refused when the block was judged.
  return parts.length === command.value.length ? known({ command: parts }) : UNKNOWN;
}

function startsWithProgram(command: readonly Value<string>[]): boolean {
  const [program] = command;
  if (program === undefined || (program.kind === "known" && program.value.trim() === "")) return false;
  return command.every(({ kind }) => kind !== "null");
}
