import http from "node:http";
import https from "node:https";
import type { AxiosRequestConfig } from "axios";
import type { CallFacts } from "./cronofy-error";
import { UnexpectedResponseError, UnreachableError } from "./cronofy-error";
import { proxyFor } from "./proxy";
import type { Secret } from "./secret";

interface HttpRequest {
  readonly call: CallFacts;
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly bearer?: Secret;
  /** JSON, already written. */
  readonly body?: string;
  /** Milliseconds from start to the last byte of the answer. */
  readonly timeout: number;
  /** Uses a connection of its own: an idle one may have been closed under us, and then nobody knows what was sent. */
  readonly ownConnection: boolean;
}

export interface HttpResponse {
  readonly status: number;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
}

/** Bytes; Cronofy's answers here are a few hundred. */
const MAX_RESPONSE_SIZE = 1024 * 1024;

/** The system's codes for a request that never left: no address, no connection, no trust. */
const NEVER_LEFT =
  /^(ENOTFOUND|EAI_AGAIN|EAI_NODATA|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|ERR_TLS_CERT_ALTNAME_INVALID|.*CERT.*|UNABLE_TO_.*)$/;

/** Sends single requests over axios, which is loaded with the first one. Follows no redirect. */
export class HttpTransport {
  private readonly agents = {
    shared: { httpAgent: new http.Agent({ keepAlive: true }), httpsAgent: new https.Agent({ keepAlive: true }) },
    single: { httpAgent: new http.Agent({ keepAlive: false }), httpsAgent: new https.Agent({ keepAlive: false }) },
  };

  constructor(private readonly userAgent: string) {}

  /**
   * Sends one request and takes the whole answer, whatever its status.
   *
   * @throws UnreachableError, UnexpectedResponseError (too large); the signal's reason once that is aborted.
   */
  async send(request: HttpRequest, signal?: AbortSignal): Promise<HttpResponse> {
    const { default: axios } = await import("axios");
    // The time-out of axios does not fire while a body trickles in; this one does.
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), request.timeout);
    try {
      const response = await axios.request<string>({
        ...this.config(request),
        signal: signal === undefined ? deadline.signal : AbortSignal.any([signal, deadline.signal]),
      });
      return {
        status: response.status,
        headers: response.headers as Readonly<Record<string, string | undefined>>,
        text: response.data,
      };
    } catch (error) {
      signal?.throwIfAborted();
      if (deadline.signal.aborted) {
        throw new UnreachableError(request.call, { sent: true, timedOut: true, reason: "ETIMEDOUT" });
      }
      // The error itself is dropped: it carries the request with its headers and body.
      throw axios.isAxiosError(error) ? failure(request.call, error.code, error.message, error.cause) : error;
    } finally {
      clearTimeout(timer);
    }
  }

  private config({ call, method, url, bearer, body, ownConnection }: HttpRequest): AxiosRequestConfig<string> {
    const proxy = proxyFor(url, call.operation);
    return {
      method,
      url,
      headers: {
        Accept: "application/json",
        "User-Agent": this.userAgent,
        ...(body !== undefined && { "Content-Type": "application/json; charset=utf-8" }),
        ...(bearer !== undefined && { Authorization: `Bearer ${bearer.reveal()}` }),
      },
      ...(body !== undefined && { data: body }),
      ...(ownConnection ? this.agents.single : this.agents.shared),
      ...(proxy !== undefined && { proxy }),
      responseType: "text",
      transformRequest: [(data: unknown) => data],
      transformResponse: [(data: unknown) => data],
      validateStatus: () => true,
      maxRedirects: 0,
      maxContentLength: MAX_RESPONSE_SIZE,
    };
  }
}

function failure(call: CallFacts, code: string | undefined, message: string, cause: unknown): Error {
  if (code === "ERR_BAD_RESPONSE" && message.startsWith("maxContentLength")) {
    return new UnexpectedResponseError(call, "is larger than 1 MiB", null);
  }
  if (code?.startsWith("HPE_")) return new UnexpectedResponseError(call, "is not HTTP that can be read", null);
  if (code?.startsWith("Z_")) return new UnexpectedResponseError(call, "cannot be decompressed", null);
  const connecting = (cause as NodeJS.ErrnoException | undefined)?.syscall === "connect";
  // axios uses this code where the connection ended in the middle of the answer.
  const reason = code === "ERR_BAD_RESPONSE" ? "ECONNRESET" : (code ?? "no code");
  return new UnreachableError(call, { sent: !connecting && !NEVER_LEFT.test(reason), timedOut: false, reason });
}
