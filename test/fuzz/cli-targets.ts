import { Readable } from "node:stream";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { Secret } from "../../src/cronofy";
import { newLink, signOAuthState } from "../../src/link-store";
import { formatRecord, parseRecord } from "../../src/link-store/record-format";
import { CliError } from "../../src/cli/command-line/cli-error";
import type { Terminal } from "../../src/cli/command-line/terminal";
import { readCodeOrUrl } from "../../src/cli/redeem-request";
import { redeemRequest } from "../../src/cli/redeem-request";
import { fillIn, formatOf, checkTemplate } from "../../src/cli/reminders";
import type { ReminderValues } from "../../src/cli/reminders";
import { parseImport } from "../../src/cli/store/import-rows";
import { terraformComplaint } from "../../src/cli/terraform/terraform-run";
import { revealed } from "../link-store/records";
import { laterRefusal, must, refusal, target } from "./fuzz-target";
import type { FuzzTarget } from "./fuzz-target";
import { damage, damaged, damagedJsonText, edits, hostileText, wholeText } from "./hostile";

const NOW = new Date("2026-03-01T12:00:00Z");
const SECRET = "zq7secretnevertold";
const LINK_SECRET = new Secret("link-secret");

const input = fc.oneof(
  damaged(fc.constantFrom("code-1\n", "https://links.example.com/callback?code=abc&state=x.y.z\r\nmore", "\n\ncode")),
  hostileText,
);

const someTime = fc.constantFrom(
  "2026-03-01T10:00:00Z",
  "2026-03-01T10:00:00.123456789+01:00",
  "9999-12-31T23:59:59-23:59",
  "0000-01-01T00:00:00+23:59",
);

/** An authorization from elsewhere. */
const IMPORTED = fc.record(
  {
    refresh_token: fc.constant(SECRET),
    redirect_uri: fc.constant("https://links.example.com/callback"),
    service_account_id: fc.constant("ser_1"),
    client_id: wholeText,
    data_center: fc.constantFrom("de", "us"),
    scope: wholeText,
    sub: wholeText,
    linked_at: someTime,
    access_token: fc.constant(SECRET),
    access_token_expires_at: someTime,
  },
  { requiredKeys: ["refresh_token", "redirect_uri"] },
);

export const cliTargets: readonly FuzzTarget[] = [
  target({
    name: "redeem-input",
    share: 15,
    input: fc.record({ text: input, pieces: fc.array(fc.nat(80), { maxLength: 3 }) }),
    async holds({ text, pieces }) {
      const chunks: Buffer[] = [];
      let rest = Buffer.from(text);
      for (const length of pieces) {
        chunks.push(rest.subarray(0, length));
        rest = rest.subarray(length);
      }
      const terminal = { input: Readable.from([...chunks, rest].filter(({ length }) => length > 0)) };
      let read = "";
      const signal = new AbortController().signal;
      const refused = await laterRefusal(
        async () => (read = await readCodeOrUrl(terminal as unknown as Terminal, signal)),
        CliError,
      );
      must(refused !== null || (read !== "" && read === read.trim() && !read.includes("\n")), "it is no line");
    },
  }),
  target({
    name: "redeem-request",
    share: 15,
    input: fc.record({
      text: hostileText,
      edits,
      isSigned: fc.boolean(),
      serviceAccount: fc.option(wholeText),
      redirectUri: fc.option(fc.oneof(damaged(fc.constant("https://links.example.com/callback")), hostileText)),
    }),
    async holds({ text, edits, isSigned, serviceAccount, redirectUri }) {
      const link = { dataCenter: "de", clientId: "client-1", serviceAccountId: "ser_1" } as const;
      const signed = { ...link, redirectUri: "https://links.example.com/callback", conferencingProviderName: text };
      const state = await signOAuthState(signed, LINK_SECRET, "1");
      const query = new URLSearchParams({ code: `${text}${SECRET}`, state });
      const address = isSigned ? `https://links.example.com/callback?${query.toString()}` : `${text}${SECRET}`;
      const target = {
        ...(serviceAccount !== null && { serviceAccount }),
        ...(redirectUri !== null && { redirectUri }),
      };
      const settings = {
        dataCenter: "de" as const,
        clientId: "client-1",
        clientSecret: new Secret("s"),
        linkSecret: LINK_SECRET,
        store: { file: "links" },
      };
      const refused = await laterRefusal(() => redeemRequest(damage(address, edits), target, settings), CliError);
      must(refused === null || !`${refused.message} ${refused.fix}`.includes(SECRET), "it tells the code");
    },
  }),
  target({
    name: "store-import",
    share: 60,
    input: fc.oneof(
      damagedJsonText(IMPORTED),
      damaged(fc.constant(`name,refresh_token,redirect_uri\n"A, B",${SECRET},https://a.example/cb\n`)),
    ),
    async holds(text) {
      const defaults = { serviceAccountId: "ser_1", clientId: "client-1", dataCenter: undefined, now: NOW };
      const refused = await laterRefusal(() => parseImport(text, defaults), CliError);
      if (refused !== null) return must(!`${refused.message} ${refused.fix}`.includes(SECRET), "it tells the token");
      for (const { key, authorization, tokens } of (await parseImport(text, defaults)).links) {
        const record = { ...newLink(key), authorization: { ...authorization, declarationId: null }, tokens };
        const read = await parseRecord(await formatRecord(record, null), key, null, "here");
        must(isDeepStrictEqual(revealed(read), revealed(record)), "the store reads something else");
      }
    },
  }),
  target({
    name: "reminder-templates",
    share: 30,
    input: fc.record({
      template: damaged(fc.constant("Dear {{customer}}, {{ ago }}: {{url}} {{next_action}}")),
      value: hostileText,
      file: fc.constantFrom("a.txt", "a.html", "a.md", "a.json"),
    }),
    holds({ template, value, file }) {
      if (refusal(() => checkTemplate(template, file, true), CliError) !== null) return;
      const names = ["customer", "from", "conferencing", "name", "service_account_id", "data_center", "days", "ago"];
      const others = ["conferencing_provider", "status", "since", "next_action", "url"];
      const values = Object.fromEntries([...names, ...others].map((name) => [name, value]));
      const filled = fillIn(template, values as unknown as ReminderValues, formatOf(file));
      must(file !== "a.html" || /<img|<script>/.test(template) || !/<img|<script>/.test(filled), "it takes markup");
    },
  }),
  target({
    name: "terraform-complaints",
    share: 40,
    input: fc.oneof(
      damaged(fc.constant("\u001b[31m╷\n│ \u001b[1mError: \u001b[0mNo state\n│ \n│   on main.tf line 1\n╵\n")),
      hostileText,
    ),
    holds(stderr) {
      must(!terraformComplaint({ stderr, exitCode: 1 }).includes("\n"), "it is not one line");
    },
  }),
];
