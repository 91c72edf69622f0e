import { spawn } from "node:child_process";
import type { Terminal } from "../command-line/terminal";

/** Each platform's own way to open an address; none of them goes through a shell. */
function openerFor(platform: NodeJS.Platform): readonly [program: string, ...args: string[]] {
  if (platform === "darwin") return ["open"];
  if (platform === "win32") return ["rundll32", "url.dll,FileProtocolHandler"];
  return ["xdg-open"];
}

/**
 * Opens an address in this user's browser, as far as there is a screen to show it on.
 *
 * @param url `http` or `https`, so that it cannot pass for an option
 * @returns whether a program took it; what became of it then is not known
 */
export function openBrowser(url: string, { env, platform }: Pick<Terminal, "env" | "platform">): Promise<boolean> {
  const hasScreen = platform === "darwin" || platform === "win32" || Boolean(env["DISPLAY"] ?? env["WAYLAND_DISPLAY"]);
  if (!hasScreen || !/^https?:\/\//.test(url)) return Promise.resolve(false);
  const [program, ...args] = openerFor(platform);
  return new Promise((resolve) => {
    // A browser that this starts outlives us, and what it writes is not ours.
    const child = spawn(program, [...args, url], { env: { ...env }, stdio: "ignore", detached: true });
    child.once("error", () => resolve(false));
    child.once("spawn", () => {
      child.unref();
      resolve(true);
    });
  });
}
