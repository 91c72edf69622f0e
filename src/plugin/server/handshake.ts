import type { Endpoint } from "./endpoint";

/** The plugin protocol that is served: the major version of `tfplugin6`. */
export const PROTOCOL_VERSION = 6;

/** The version of go-plugin's own handshake. */
const CORE_VERSION = 1;

/** Whether Terraform's comma-separated list of versions, in any order and with whatever else in it, has ours. */
export function offersOurProtocol(offeredVersions: string): boolean {
  return offeredVersions.split(",").some((version) => version.trim() === String(PROTOCOL_VERSION));
}

/**
 * The one line on stdout by which Terraform finds the server, without its end. The version is ours even when Terraform
 * did not offer it: Terraform explains the mismatch better than we could.
 *
 * @param certificate DER of the server's certificate; undefined for plain text
 */
export function handshakeLine(endpoint: Endpoint, certificate: Buffer | undefined): string {
  // Go decodes this with RawStdEncoding, which refuses padding.
  const encoded = certificate?.toString("base64").replace(/=+$/, "") ?? "";
  return [CORE_VERSION, PROTOCOL_VERSION, endpoint.network, endpoint.address, "grpc", encoded].join("|");
}

/** What a developer must do so that Terraform uses the running provider: text for a terminal, ready to paste. */
export function reattachInstructions(
  provider: { readonly address: string; readonly pid: number; readonly endpoint: Endpoint },
  platform: NodeJS.Platform,
): string {
  const value = reattachValue(provider);
  const commands =
    platform === "win32"
      ? [
          `  Command Prompt:  set "TF_REATTACH_PROVIDERS=${value}"`,
          `  PowerShell:      $env:TF_REATTACH_PROVIDERS='${value}'`,
        ]
      : [`  export TF_REATTACH_PROVIDERS='${value}'`];
  return [
    "The provider runs. To make Terraform use it, set this where you run Terraform:",
    "",
    ...commands,
    "",
    "Ctrl-C ends it.",
    "",
  ].join("\n");
}

/** The value of `TF_REATTACH_PROVIDERS` for a provider that runs already. */
export function reattachValue({ address, pid, endpoint }: Parameters<typeof reattachInstructions>[0]): string {
  return JSON.stringify({
    [address]: {
      Protocol: "grpc",
      ProtocolVersion: PROTOCOL_VERSION,
      Pid: pid,
      // Terraform neither shuts the process down nor kills it: one run after the other uses it.
      Test: true,
      Addr: { Network: endpoint.network, String: endpoint.address },
    },
  });
}
