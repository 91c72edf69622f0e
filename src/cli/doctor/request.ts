import { CliError } from "../command-line/cli-error";

/** Milliseconds for a request: a person waits. */
export const TIMEOUT = 10_000;

/** Asks an address, whatever it answers. @throws CliError where it cannot be reached */
export async function request(url: string, method: "GET" | "HEAD" = "GET"): Promise<Response> {
  try {
    const response = await fetch(url, { method, redirect: "manual", signal: AbortSignal.timeout(TIMEOUT) });
    await response.body?.cancel();
    return response;
  } catch (error) {
    const { cause, name } = error as Error & { cause?: NodeJS.ErrnoException };
    throw new CliError(
      `${new URL(url).host} cannot be reached: ${cause?.code ?? cause?.message ?? name}.`,
      "Check the address, and that this machine may reach it.",
    );
  }
}
