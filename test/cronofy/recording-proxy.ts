import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";

/** What a proxy was asked to reach, and with which credentials. */
export interface AskedOfProxy {
  readonly target: string | undefined;
  readonly credentials: string;
}

/**
 * Does some work where the environment names a proxy, which notes what it is asked for and refuses it with 407.
 *
 * @param credentials how the proxy's address spells them
 * @param env more of the environment
 */
export async function behindProxy(
  credentials: string,
  work: () => Promise<unknown>,
  env: Readonly<Record<string, string>> = {},
): Promise<AskedOfProxy[]> {
  const asked: AskedOfProxy[] = [];
  const server = http.createServer().on("connect", ({ url, headers }, socket) => {
    const [, encoded = ""] = /^Basic (.*)$/.exec(headers["proxy-authorization"] ?? "") ?? [];
    asked.push({ target: url, credentials: Buffer.from(encoded, "base64").toString() });
    socket.end("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const before = { ...process.env };
  for (const name of Object.keys(before)) if (/^(https?|all|no)_proxy$/i.test(name)) delete process.env[name];
  process.env["HTTPS_PROXY"] = `http://${credentials}127.0.0.1:${(server.address() as AddressInfo).port}`;
  Object.assign(process.env, env);
  try {
    await work();
  } finally {
    for (const name of Object.keys(env)) delete process.env[name];
    delete process.env["HTTPS_PROXY"];
    Object.assign(process.env, before);
    server.close();
  }
  return asked;
}
