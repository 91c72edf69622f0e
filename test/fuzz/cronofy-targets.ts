import { createServer } from "node:net";
import type { Server, AddressInfo } from "node:net";
import { once } from "node:events";
import fc from "fast-check";
import { CronofyClient, CronofyError, InvalidArgumentError, Secret, parseCallbackUrl } from "../../src/cronofy";
import { authorizationUrl } from "../../src/cronofy/authorization-url";
import { responseError } from "../../src/cronofy/response-error";
import { backOff, parseRetryAfter } from "../../src/cronofy/retry-timing";
import { asObject, bodyProblem, tokenSetFrom, userDetailsFrom, userInfoFrom } from "../../src/cronofy/answers";
import { linkIdText, parseLinkId } from "../../src/link";
import { must, refusal, target } from "./fuzz-target";
import type { FuzzTarget } from "./fuzz-target";
import { damaged, damagedJson, damagedJsonText, hostileText, wholeText } from "./hostile";

const NOW = new Date("2026-03-01T12:00:00Z");
const SECRET = "zq7secret-never-told";

/** What Cronofy answers, of one kind or the other, so that every reader meets its own and the others'. */
const answer = fc.constantFrom<unknown>(
  {
    access_token: "a",
    refresh_token: "r",
    expires_in: 3600,
    scope: "organizational_unit_use_integrations",
    sub: "ou_1",
  },
  { organizational_unit_authorization_link_token: { ou_link_token: "token" } },
  {
    sub: "acc_1",
    "cronofy.type": "account",
    "cronofy.data": {
      authorization: { scope: "read_write", status: "active", delegated_scope: "x" },
      service_account: { provider_name: "google", domain: "example.com" },
      conferencing_profiles: [
        { provider_name: "zoom", profile_id: "1", profile_name: "z", profile_connected: true, profile_relink_url: "u" },
      ],
    },
  },
  { error: "invalid_grant" },
  { errors: { redirect_uri: [{ key: "errors.required", description: "required" }] } },
);

const retryAfter = fc.oneof(
  hostileText,
  damaged(fc.constantFrom("0", "120", "Sun, 01 Mar 2026 12:00:30 GMT", " 3 ", "GMT", "-1 GMT")),
);
const body = fc.oneof(
  { arbitrary: damagedJsonText(answer), weight: 3 },
  { arbitrary: hostileText, weight: 1 },
  { arbitrary: hostileText.map((text) => text + SECRET + text), weight: 1 },
);
const status = fc.oneof(
  fc.constantFrom(200, 201, 204, 302, 400, 401, 402, 403, 404, 407, 422, 423, 429, 500, 503),
  fc.integer({ min: 200, max: 599 }),
);

/** Cronofy as it might answer if something else did in its place: raw bytes, whatever they are. */
class HostileServer {
  private server: Server | undefined;
  private reply: Buffer = Buffer.alloc(0);

  /** @returns where to ask for these bytes. */
  async answering(reply: Buffer): Promise<string> {
    this.reply = reply;
    if (this.server === undefined) {
      this.server = createServer((socket) => {
        socket.on("error", () => undefined);
        socket.once("data", () => socket.end(this.reply));
      }).listen(0, "127.0.0.1");
      await once(this.server, "listening");
    }
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server?.close();
    await Promise.resolve();
  }
}

const hostile = new HostileServer();

const header = fc.oneof(
  fc.constantFrom(
    "Content-Encoding: gzip",
    "Content-Length: 5",
    "Transfer-Encoding: chunked",
    "Location: /x",
    "Location: http://[::1",
  ),
  retryAfter.map((value) => `Retry-After: ${value}`),
  hostileText.map((value) => `X: ${value}`),
  hostileText,
);

export const cronofyTargets: readonly FuzzTarget[] = [
  target({
    name: "callback-url",
    share: 100,
    input: fc.oneof(
      damaged(
        fc.constantFrom(
          "https://links.example.com/callback?code=abc&state=x.y.z",
          "http://[::1]:80/?error=access_denied&state=s",
          "x:?code=1",
        ),
      ),
      hostileText,
    ),
    holds(text) {
      const refused = refusal(() => parseCallbackUrl(text), InvalidArgumentError);
      if (refused !== null) return;
      const read = parseCallbackUrl(text);
      must(
        read.kind === "code" ? read.code.reveal() !== "" : /^[ -~]{1,64}$/.test(read.error),
        "it is read as nothing",
      );
    },
  }),
  target({
    name: "callback-round-trip",
    share: 30,
    input: fc.record({ code: wholeText.filter((text) => text !== ""), state: wholeText.filter((text) => text !== "") }),
    holds({ code, state }) {
      const read = parseCallbackUrl(
        `https://links.example.com/callback?${new URLSearchParams({ code, state }).toString()}`,
      );
      must(read.kind === "code" && read.code.reveal() === code && read.state === state, "it is read as something else");
    },
  }),
  target({
    name: "authorization-url",
    share: 20,
    input: fc.record({
      text: wholeText,
      parameters: fc.dictionary(wholeText, wholeText, { maxKeys: 3, noNullPrototype: true }),
    }),
    holds({ text, parameters }) {
      let url = "";
      const make = () =>
        (url = authorizationUrl({
          appUrl: "https://app.cronofy.com/",
          clientId: text,
          redirectUri: text,
          state: text,
          ouLinkToken: new Secret(text),
          conferencingProviderName: text,
          parameters,
        }));
      if (refusal(make, InvalidArgumentError) !== null) return;
      const { origin, searchParams } = new URL(url);
      must(origin === "https://app.cronofy.com" && searchParams.get("state") === text, "a part is not what was given");
      for (const [name, value] of Object.entries(parameters))
        must(searchParams.get(name) === value, "a parameter is lost");
    },
  }),
  target({
    name: "link-ids",
    share: 60,
    input: fc.oneof(damaged(fc.constantFrom("uk/ser_64b17f9b8090ea21640c9151", "ser_1", "de/ser_1/x")), hostileText),
    holds(text) {
      const id = parseLinkId(text);
      if (id === null) return;
      const { dataCenter, serviceAccountId } = id;
      must(
        (dataCenter === null ? serviceAccountId : linkIdText({ dataCenter, serviceAccountId })) === text,
        "it is written otherwise",
      );
      must(/^ser_\w+$/.test(serviceAccountId), "it is no service account");
    },
  }),
  target({
    name: "retry-after",
    share: 60,
    input: retryAfter,
    holds(text) {
      const milliseconds = parseRetryAfter(text, NOW);
      must(milliseconds === null || milliseconds >= 0, "it is no time");
      const wait = backOff(1, milliseconds, 0.5);
      must(wait >= 0 && wait <= 60_000, `it is waited for ${wait} ms`);
    },
  }),
  target({
    name: "api-replies",
    share: 100,
    input: fc.record({ status, text: body, retryAfter, json: damagedJson(answer), location: hostileText }),
    holds({ status, text, retryAfter, json, location }) {
      const headers = { "retry-after": retryAfter, location };
      const call = { operation: "read the user info", host: "api.cronofy.com" } as const;
      const error = responseError(call, { status, headers, text }, NOW, [new Secret(SECRET)]);
      must(error === null ? status < 300 : error instanceof CronofyError, "it is no error of ours");
      must(error?.message.includes(SECRET) !== true, "it tells what was sent");
      bodyProblem(text);
      const object = asObject(json);
      if (object === null) return;
      const tokens = tokenSetFrom(object, null);
      must(
        tokens === null || (tokens.accessToken.reveal() !== "" && Number.isFinite(tokens.expiresIn)),
        "a token is none",
      );
      userDetailsFrom(object);
      const info = userInfoFrom(object);
      must(info === null || info.conferencingProfiles.every((each) => typeof each === "object"), "a profile is none");
    },
  }),
  target({
    name: "api-over-http",
    share: 5,
    input: fc.record({
      call: fc.constantFrom("createLinkToken", "redeemCode", "refresh", "revoke", "userInfo"),
      head: fc.oneof(
        { arbitrary: status.map((each) => `HTTP/1.1 ${each} X`), weight: 5 },
        { arbitrary: hostileText, weight: 1 },
      ),
      headers: fc.array(header, { maxLength: 3 }),
      body,
    }),
    async holds({ call, head, headers, body }) {
      const apiUrl = await hostile.answering(
        Buffer.from([head, "Connection: close", ...headers, "", body].join("\r\n")),
      );
      const client = new CronofyClient({
        dataCenter: "de",
        clientId: "client-1",
        clientSecret: new Secret(SECRET),
        apiUrl,
        maxRetries: 0,
        requestsPerSecond: 1_000_000,
        requestsPerMinute: 1_000_000,
      });
      const token = new Secret(SECRET);
      const calls = {
        createLinkToken: () => client.createLinkToken("ser_1"),
        redeemCode: () => client.redeemCode({ code: token, redirectUri: "https://links.example.com/callback" }),
        refresh: () => client.refresh(token),
        revoke: () => client.revoke({ token }),
        userInfo: () => client.userInfo(token),
      };
      try {
        await calls[call]();
      } catch (error) {
        if (!(error instanceof CronofyError)) throw error;
        must(!error.message.includes(SECRET), "it tells what was sent");
        must(!/[\u0000-\u001f]/.test(error.message), "its message is not one line");
      }
    },
    close: () => hostile.close(),
  }),
];
