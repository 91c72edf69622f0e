import type { RunningSandbox } from "./listen";
import { createSandbox } from "./sandbox";
import type { SandboxOptions } from "./sandbox";

export interface StartSandboxOptions extends Omit<SandboxOptions, "signal"> {
  /** Port of the api host; the app and admin hosts take the two after it. 0 takes any three free ones. @default 0 */
  readonly port?: number;
}

/**
 * Starts a local Cronofy on 127.0.0.1, each of its hosts at an origin of its own, to be steered by its admin API.
 * @throws Error that names the port where one is taken
 */
export function startSandbox({ port = 0, ...options }: StartSandboxOptions = {}): Promise<RunningSandbox> {
  return createSandbox(options).listen({ port });
}
