import { once } from "node:events";
import { writeSync } from "node:fs";
import { createJsonLogger } from "../log/json-logger";
import { describeUnexpected, logLevel } from "../log/logger";
import type { Logger } from "../log/logger";
import type { ProviderHandlers } from "../wire/handlers";
import { PROTOCOL_VERSION, handshakeLine, offersOurProtocol, reattachInstructions } from "./handshake";
import { readLaunch } from "./launch";
import { isDebug, protectProcess, watchParent } from "./provider-process";
import { startProviderServer } from "./provider-server";

export interface ServeOptions {
  /** The address by which configurations name the provider, such as `registry.terraform.io/ou-link/cronofy`. */
  readonly address: string;
  /** The provider's short name, such as `cronofy`. */
  readonly name: string;
  /** Loads the handlers. Called once, after the handshake, so that what they need does not delay it. */
  readonly handlers: () => ProviderHandlers | Promise<ProviderHandlers>;
  /** @default process.argv */
  readonly argv?: readonly string[];
  /** Loses what programs that the provider starts must not inherit. @default process.env */
  readonly env?: NodeJS.ProcessEnv;
  /** @default process.platform */
  readonly platform?: NodeJS.Platform;
}

const STDOUT = 1;
const STDERR = 2;

/**
 * Serves a provider to Terraform until it is told to stop, then ends the process; never throws.
 *
 * The entry file of a provider imports `before-imports` first:
 *
 * ```ts
 * import "./plugin/server/before-imports";
 * import { serve } from "./plugin/server/serve";
 *
 * void serve({ address: "registry.terraform.io/ou-link/cronofy", name: "cronofy", handlers: load });
 * ```
 *
 * With `--debug` it prints what a developer must set to attach Terraform, and Ctrl-C ends it.
 */
export async function serve(options: ServeOptions): Promise<void> {
  const { address, name, argv = process.argv, env = process.env, platform = process.platform } = options;
  const parent = process.ppid;
  protectProcess(argv);
  const debug = isDebug(argv);
  const launch = readLaunch(env);
  if (!debug && !launch.byTerraform) {
    tell(STDERR, startedByHand(address));
    process.exit(1);
  }
  const log = createJsonLogger({ level: logLevel(env, name), module: name }).with({
    tf_provider_addr: address,
    tf_proto_version: PROTOCOL_VERSION,
  });
  endOnCrash(address, log);

  const stop = new AbortController();
  // SIGHUP comes where the terminal is closed, to Terraform and to us: what is under way is brought to its end first.
  for (const signal of ["SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => stop.abort(`The process was told to end (${signal}).`));
  }
  if (debug) process.on("SIGINT", () => stop.abort("The process was interrupted."));

  try {
    let loading: Promise<ProviderHandlers> | undefined;
    const handlers = (): Promise<ProviderHandlers> => (loading ??= (async () => options.handlers())());
    const server = await startProviderServer({
      launch: debug ? { ...launch, clientCertificate: undefined } : launch,
      platform,
      handlers,
      log,
      onShutdown: () => stop.abort("Terraform is done."),
    });
    process.on("exit", () => server.endpoint.remove());
    if (debug) {
      writeSync(STDOUT, reattachInstructions({ address, pid: process.pid, endpoint: server.endpoint }, platform));
    } else {
      if (!offersOurProtocol(launch.offeredVersions)) {
        log.warn("Terraform does not offer our plugin protocol", { offered: launch.offeredVersions });
      }
      watchParent(parent, () => stop.abort("Terraform is gone."));
      writeSync(STDOUT, `${handshakeLine(server.endpoint, server.certificate)}\n`);
    }
    // The first call needs them; its request is on the way while they load. If that fails, the calls report it.
    setImmediate(() => void handlers().catch(() => {}));

    await aborted(stop.signal);
    log.debug("The provider ends", { reason: String(stop.signal.reason) });
    await server.stop(String(stop.signal.reason));
    process.exit(0);
  } catch (error) {
    reportFailedStart(address, error, debug);
    process.exit(1);
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, "abort");
}

function startedByHand(address: string): string {
  return (
    `This is the Terraform provider ${address}. Terraform starts it by itself: name it under required_providers in a ` +
    "configuration and run `terraform init`. To attach Terraform to a provider that you start, use --debug.\n"
  );
}

function reportFailedStart(address: string, error: unknown, debug: boolean): void {
  const reason = error instanceof Error ? error.message : String(error);
  const sentence = `The provider ${address} cannot start: ${reason.replace(/[\n|]+/g, " ")}\n`;
  tell(STDERR, sentence);
  // Terraform shows the person a first line of stdout that is no handshake, and keeps stderr for the log.
  if (!debug) tell(STDOUT, sentence);
}

/** Ends the process, with one plain line, on an error that nothing has caught. */
function endOnCrash(address: string, log: Logger): void {
  const end = (error: unknown): void => {
    const { kind, trace } = describeUnexpected(error);
    log.error("The provider crashed", { error: trace });
    // Terraform shows lines that begin with "panic:". The error's message may hold a secret, so only the log has it.
    tell(STDERR, `panic: ${address} ended on an unexpected ${kind}: this is a bug. TF_LOG=ERROR shows more.\n`);
    process.exit(1);
  };
  process.on("uncaughtException", end);
  process.on("unhandledRejection", end);
}

/** Writes a last line. Its reader may be gone, and that must not keep the process from ending. */
function tell(descriptor: number, text: string): void {
  try {
    writeSync(descriptor, text);
  } catch {
    // Nobody is left to tell.
  }
}
