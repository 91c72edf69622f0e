import http from "node:http";
import type { AddressInfo } from "node:net";

/** A request as it arrived. */
export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  /** The parsed JSON body, or null. */
  readonly body: unknown;
}

/** How to answer one request. */
export type Answer = (response: http.ServerResponse, request: ReceivedRequest) => void;

/** A local HTTP server that plays scripted answers. */
export interface ScriptedServer {
  readonly url: string;
  /** What arrived, newest last. */
  readonly requests: readonly ReceivedRequest[];
  /** How many connections were opened. */
  readonly connections: () => number;
  /** Answers a path's requests in this order; the last answer stands for all further ones. */
  script(path: string, ...answers: readonly Answer[]): void;
  close(): Promise<void>;
}

export async function startScriptedServer(): Promise<ScriptedServer> {
  const requests: ReceivedRequest[] = [];
  const scripts = new Map<string, Answer[]>();
  let connections = 0;
  const server = http.createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const text = Buffer.concat(chunks).toString();
      const request: ReceivedRequest = {
        method: incoming.method ?? "",
        path: incoming.url ?? "",
        headers: incoming.headers,
        body: text === "" ? null : (JSON.parse(text) as unknown),
      };
      requests.push(request);
      const answers = scripts.get(request.path) ?? [];
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      (answer ?? json(501, { error: "not_scripted" }))(response, request);
    });
  });
  server.on("connection", () => connections++);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    connections: () => connections,
    script: (path, ...answers) => scripts.set(path, [...answers]),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Answers with JSON. */
export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return raw(status, JSON.stringify(body), { "Content-Type": "application/json; charset=utf-8", ...headers });
}

/** Answers with just that text. */
export function raw(status: number, text: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return (response) => {
    response.writeHead(status, headers).end(text);
  };
}

/** Never answers. */
export function hang(): Answer {
  return () => {};
}

/** Sends a byte of body every few milliseconds and never ends. */
export function trickle(): Answer {
  return (response) => {
    response.writeHead(200, { "Content-Type": "application/json" });
    const timer = setInterval(() => response.write(" "), 5);
    response.on("close", () => clearInterval(timer));
  };
}

/** Breaks the connection instead of answering. */
export function breakOff(): Answer {
  return (response) => {
    response.destroy();
  };
}
