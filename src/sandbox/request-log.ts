import type { Gate } from "./host-environment";

/** One API request that was served. */
export interface LoggedRequest {
  readonly method: string;
  /** Without its query; what looks like a token is masked. */
  readonly path: string;
  /** 0 where the connection was dropped without an answer. */
  readonly status: number;
}

/** The latest API requests, oldest first. */
export class RequestLog {
  readonly #atMost: number;
  #requests: LoggedRequest[] = [];

  constructor(atMost: number) {
    this.#atMost = atMost;
  }

  add(request: LoggedRequest): void {
    this.#requests.push({ ...request, path: request.path.replace(/[A-Za-z0-9]{32,}/g, "***") });
    // Twice the length before it is cut, so that a full log does not move at every request.
    if (this.#requests.length >= 2 * this.#atMost) this.#requests = this.latest();
  }

  latest(): LoggedRequest[] {
    return this.#atMost === 0 ? [] : this.#requests.slice(-this.#atMost);
  }

  clear(): void {
    this.#requests = [];
  }
}

/** Logs each request once its answer is known. */
export function logRequests(log: RequestLog): Gate {
  return async function logRequests(c, next) {
    let status = 0;
    try {
      await next();
      if (c.env?.outgoing?.destroyed !== true) status = c.res.status;
    } finally {
      log.add({ method: c.req.method, path: c.req.path, status });
    }
  };
}
