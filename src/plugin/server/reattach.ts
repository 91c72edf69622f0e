import type { Endpoint } from "./endpoint";
import { PROTOCOL_VERSION } from "./handshake";

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
