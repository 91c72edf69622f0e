import { Secret } from "../../cronofy";
import { credentialProblem } from "../../link";
import type { AccessTokenSource, GrantedAccess } from "../link-store";
import type { LinkKey } from "../link-record";
import { LinkStoreError } from "../link-store-error";
import { maskOutput, runProgram } from "./run-program";
import type { ProgramEnd } from "./run-program";

export interface CommandTokenSourceOptions {
  /**
   * What the program finds in its environment, beside what is said of the link.
   * @default process.env
   */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /**
   * Milliseconds that the program may take.
   * @default 30_000
   */
  readonly timeout?: number;
  /** @default the system's clock */
  readonly now?: () => Date;
  /** Takes what the program printed on standard error although it succeeded: one line, secrets masked. */
  readonly onNote?: (line: string) => void;
}

/** The exit code by which the program says that the link has no authorization. */
export const NO_AUTHORIZATION_EXIT_CODE = 3;

/** Bytes of standard output: a token is far smaller. */
const MAX_OUTPUT = 64 * 1024;

/** Characters of standard error that are passed on, from its end. */
const KEPT_ERRORS = 1_000;

/** Variables by which Terraform and a provider reach each other, which are nobody else's business. */
const PLUGIN_VARIABLE = /^(PLUGIN_|TF_PLUGIN_|TF_REATTACH_PROVIDERS$)/;

/**
 * Access tokens from an external program, in the manner of a credential process: for those whose own application keeps
 * the authorizations.
 *
 * The program learns of which link from `CRONOFY_SERVICE_ACCOUNT_ID`, `CRONOFY_DATA_CENTER` and `CRONOFY_CLIENT_ID`. It
 * prints one JSON object on standard output and exits with 0:
 *
 * - `access_token`: one that works now;
 * - `expires_at`: when it stops to, ISO 8601;
 * - `linked_at`: when the administrator authorized, ISO 8601, the same at each call;
 * - `scope`, `organizational_unit_id`: optional.
 *
 * It exits with 3 where the link has no authorization, and with anything else where it failed.
 */
export class CommandTokenSource implements AccessTokenSource {
  readonly description: string;
  private readonly program: string;
  private readonly options: Required<CommandTokenSourceOptions>;

  /**
   * @param command the program and its arguments, run without a shell.
   * @throws LinkStoreError `bad-settings` where there is no program.
   */
  constructor(
    private readonly command: readonly string[],
    options: CommandTokenSourceOptions = {},
  ) {
    const [program] = command;
    if (program === undefined || program.trim() === "") {
      throw new LinkStoreError(
        "bad-settings",
        "command",
        "The command of the link store is empty. Give a list: the program first, then its arguments.",
      );
    }
    this.program = program;
    // Arguments may hold secrets.
    this.description = `the program ${program}`;
    this.options = { env: process.env, timeout: 30_000, now: () => new Date(), onNote: () => {}, ...options };
  }

  async accessToken(key: LinkKey, signal?: AbortSignal): Promise<GrantedAccess | null> {
    const env = this.environmentFor(key);
    const end = await runProgram(this.command, {
      env,
      timeout: this.options.timeout,
      maxOutput: MAX_OUTPUT,
      // More than is passed on: masking changes the length, and does not recognize a secret that is cut in two.
      keptErrors: 16 * KEPT_ERRORS,
      ...(signal !== undefined && { signal }),
    });
    const said = "stderr" in end ? this.passOn(end.stderr, "") : "";
    if (end.kind !== "exited") throw this.failed(this.describe(end), said, adviceFor(end));
    if (end.code === NO_AUTHORIZATION_EXIT_CODE) return null;
    if (end.code !== 0) {
      throw this.failed(
        `ended with exit code ${end.code}`,
        said,
        `Run it by hand to see why; it is to exit with ${NO_AUTHORIZATION_EXIT_CODE} where a link has no authorization.`,
      );
    }
    const granted = await this.parse(end.stdout, said);
    const note = this.passOn(end.stderr, granted.accessToken.reveal());
    if (note !== "") this.options.onNote(note);
    return granted;
  }

  /** Holds on to nothing. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  private environmentFor({ dataCenter, clientId, serviceAccountId }: LinkKey): Record<string, string> {
    const env: Record<string, string> = {};
    for (const [name, value] of Object.entries(this.options.env)) {
      if (value !== undefined && !PLUGIN_VARIABLE.test(name)) env[name] = value;
    }
    return {
      ...env,
      CRONOFY_SERVICE_ACCOUNT_ID: serviceAccountId,
      CRONOFY_DATA_CENTER: dataCenter,
      CRONOFY_CLIENT_ID: clientId,
    };
  }

  /** No message quotes the output, for it holds a token. */
  private async parse(stdout: string, said: string): Promise<GrantedAccess> {
    const { z } = await import("zod");
    let json: unknown;
    try {
      json = JSON.parse(stdout);
    } catch {
      const what = stdout.trim() === "" ? "printed nothing" : "printed something else than one JSON object";
      throw this.failed(what, said, "Standard output is for the JSON alone; print all else on standard error.");
    }
    const time = z.iso
      .datetime({ offset: true })
      // In UTC the year may have more or fewer than four digits, which no reader takes.
      .refine((each) => /^\d/.test(new Date(each).toJSON() ?? ""));
    const parsed = z
      .object({
        access_token: z
          .string()
          .trim()
          .refine((token) => credentialProblem(token) === undefined),
        expires_at: time,
        linked_at: time,
        scope: z.string().optional(),
        organizational_unit_id: z.string().min(1).nullish(),
      })
      .safeParse(json);
    if (!parsed.success) {
      const fields = new Set(parsed.error.issues.map(({ path }) => String(path[0] ?? "JSON object")));
      throw this.failed(
        `printed JSON that lacks a proper ${[...fields].join(", ")}`,
        said,
        "It is to print access_token, and expires_at and linked_at as ISO 8601 such as 2026-03-01T10:00:00Z.",
      );
    }
    const { access_token, expires_at, linked_at, scope = "", organizational_unit_id = null } = parsed.data;
    if (Date.parse(expires_at) <= this.options.now().getTime()) {
      throw this.failed(
        `printed an access token that expired at ${new Date(expires_at).toISOString()}`,
        said,
        "It is to refresh the token before it prints it. If that is what it did, check this machine's clock.",
      );
    }
    return {
      accessToken: new Secret(access_token),
      linkedAt: new Date(linked_at).toISOString(),
      scope,
      organizationalUnitId: organizational_unit_id,
    };
  }

  private passOn(stderr: string, accessToken: string): string {
    return maskOutput(stderr, this.options.env, [accessToken]).slice(-KEPT_ERRORS);
  }

  private describe(end: Exclude<ProgramEnd, { kind: "exited" }>): string {
    switch (end.kind) {
      case "not-started":
        return `could not be started (${end.code})`;
      case "signalled":
        return `was ended by ${end.signal}`;
      case "timed-out":
        return `took longer than ${this.options.timeout / 1_000} s and was ended`;
      case "too-much-output":
        return `printed more than ${MAX_OUTPUT / 1024} KiB and was ended`;
    }
  }

  private failed(what: string, said: string, advice: string): LinkStoreError {
    const quoted = said === "" ? "" : ` It said: ${said}`;
    return new LinkStoreError(
      "command-failed",
      this.program,
      `The program ${this.program} of the link store ${what}. ${advice}${quoted}`,
    );
  }
}

function adviceFor(end: Exclude<ProgramEnd, { kind: "exited" }>): string {
  switch (end.kind) {
    case "not-started":
      return "Check that it is there and may be run; no shell looks at it, so give the program and each argument apart.";
    case "signalled":
      return "Run it by hand to see why.";
    case "timed-out":
      return "Run it by hand to see what it waits for: it gets no input.";
    case "too-much-output":
      return "It is to print one JSON object, and all else on standard error.";
  }
}
