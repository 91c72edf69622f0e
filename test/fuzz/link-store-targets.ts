import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { Secret } from "../../src/cronofy";
import {
  CommandTokenSource,
  LinkInvitationError,
  OAuthStateError,
  LinkStoreError,
  StoreKeys,
  callbackUrl,
  openLinkSource,
  signInvitation,
  signOAuthState,
  storeChosenBy,
  verifyInvitation,
  verifyOAuthState,
} from "../../src/link-store";
import type { LinkFacts } from "../../src/link-store";
import { signLinkJwt } from "../../src/link-store/signed/link-jwt";
import { maskOutput } from "../../src/link-store/command/run-program";
import { postgresError } from "../../src/link-store/postgres/postgres-error";
import { parsePostgresUrl } from "../../src/link-store/postgres/postgres-location";
import { formatRecord, listRecord, parseRecord, parseRecordFacts } from "../../src/link-store/record-format";
import { ACCESS_TOKEN, REFRESH_TOKEN, authorizedRecord, revealed } from "../link-store/records";
import { laterRefusal, must, refusal, target } from "./fuzz-target";
import type { FuzzTarget } from "./fuzz-target";
import {
  anyJson,
  damage,
  damageJson,
  damaged,
  damagedJson,
  damagedJsonText,
  edits,
  hostileText,
  jsonEdits,
  jsonText,
  wholeText,
} from "./hostile";

const NOW = new Date("2026-03-01T12:00:00Z");
const LINK_SECRET = new Secret("zq7-link-secret-never-told");
const KEYS = StoreKeys.parse("q0mQk6sT8N3a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p8");
const PASSWORD = "zq7passwordnevertold";

const filled = wholeText.filter((text) => text !== "");
const orNull = <T>(each: fc.Arbitrary<T>) => fc.option(each, { nil: null });
const time = fc
  .date({ min: new Date("0000-01-01T00:00:00Z"), max: new Date("9999-12-31T23:59:59.999Z"), noInvalidDate: true })
  .map((date) => date.toISOString());

const good = authorizedRecord();

/** Any facts that a record may have. */
/** Of all fields, as an object like any other. */
const whole = <T extends object>(fields: { [Name in keyof T]: fc.Arbitrary<T[Name]> }): fc.Arbitrary<T> =>
  fc.record(fields, { noNullPrototype: true }) as fc.Arbitrary<object> as fc.Arbitrary<T>;

const facts: fc.Arbitrary<LinkFacts> = whole({
  clientId: filled,
  serviceAccountId: filled,
  lifeId: filled,
  declaration: orNull(whole({ id: filled, at: time, place: orNull(filled) })),
  awaited: orNull(whole({ since: time, conferencingProviderName: orNull(filled) })),
  redeemingSince: orNull(time),
  authorization: orNull(
    whole({
      organizationalUnitId: orNull(filled),
      scope: wholeText,
      redirectUri: filled,
      linkedAt: time,
      refusedAt: orNull(time),
    }).map((some) => ({ ...good.authorization, ...some })),
  ),
  ended: orNull(whole({ at: time, by: fc.constantFrom("destroy" as const, "forget" as const) })),
}).map(({ ...some }) => {
  const { tokens: _, ...others } = good;
  return { ...others, ...some };
});

/** The texts of records as they are: in the clear, and encrypted. Made once. */
const records = Promise.all([formatRecord(good, null), formatRecord(good, KEYS)]);

const claims = {
  data_center: "de",
  client_id: "client-1",
  redirect_uri: "https://links.example.com/callback",
  provider: "zoom",
  parameters: { locale: "fr" },
  life: "life-1",
  browser: "browser",
  until: 1_800_000_000,
  sub: "ser_1",
  iat: 1_770_000_000,
  jti: "1",
};
const invitation = {
  dataCenter: "de",
  clientId: "client-1",
  serviceAccountId: "ser_1",
  lifeId: "life-1",
  redirectUri: "https://links.example.com/callback",
} as const;
const STATE = JSON.stringify(["ou-link link state v1", "de", "client-1", invitation.redirectUri]);
const INVITATION = "ou-link invitation v1";

export const linkStoreTargets: readonly FuzzTarget[] = [
  target({
    name: "records-round-trip",
    share: 15,
    input: fc.record({ facts, refreshToken: filled, accessToken: orNull(filled), encrypts: fc.boolean() }),
    async holds({ facts, refreshToken, accessToken, encrypts }) {
      const tokens = facts.authorization && {
        refreshToken: new Secret(refreshToken),
        accessToken: accessToken === null ? null : new Secret(accessToken),
      };
      const keys = encrypts ? KEYS : null;
      const text = await formatRecord({ ...facts, tokens }, keys);
      const read = await parseRecord(text, facts, keys, "here");
      must(isDeepStrictEqual(revealed(read), revealed({ ...facts, tokens })), "it is read as something else");
      must(
        isDeepStrictEqual(await parseRecordFacts(text, facts, "here"), facts),
        "its facts are read as something else",
      );
      must(isDeepStrictEqual((await listRecord(text, "here")).link, facts), "it is listed as something else");
    },
  }),
  target({
    name: "records",
    share: 25,
    input: fc.record({ encrypted: fc.boolean(), edits, keys: fc.boolean() }),
    async holds({ encrypted, edits, keys }) {
      const [clear, sealed] = await records;
      const text = damage(encrypted ? sealed : clear, edits);
      const reading = [
        () => parseRecord(text, good, keys ? KEYS : null, "here"),
        () => parseRecordFacts(text, good, "here"),
        () => listRecord(text, "here"),
      ];
      for (const read of reading) {
        const refused = await laterRefusal(read, LinkStoreError);
        must(refused?.message.includes(REFRESH_TOKEN) !== true, "it tells the refresh token");
        must(refused?.message.includes(ACCESS_TOKEN) !== true, "it tells the access token");
      }
    },
  }),
  target({
    name: "records-as-json",
    share: 25,
    input: jsonEdits,
    async holds(edits) {
      const text = jsonText(damageJson(JSON.parse((await records)[0]), edits));
      const refused = await laterRefusal(() => parseRecord(text, good, null, "here"), LinkStoreError);
      if (refused !== null) {
        must(!refused.message.includes(REFRESH_TOKEN), "it tells the refresh token");
        must(refused.message.length < 4_000, "it quotes at length");
        return;
      }
      const read = await parseRecord(text, good, null, "here");
      const again = await parseRecord(await formatRecord(read, KEYS), good, KEYS, "here");
      must(isDeepStrictEqual(revealed(again), revealed(read)), "what is read cannot be written");
    },
  }),
  target({
    name: "link-states",
    share: 30,
    input: fc.record({ claims: fc.option(damagedJson(fc.constant(claims)), { freq: 3 }), edits, text: hostileText }),
    async holds({ claims, edits, text }) {
      const token =
        claims === null
          ? damage(await signOAuthState({ ...invitation, conferencingProviderName: text }, LINK_SECRET, "1"), edits)
          : await signLinkJwt(STATE, claims as Record<string, unknown>, LINK_SECRET);
      let state: Awaited<ReturnType<typeof verifyOAuthState>> | null = null;
      const refused = await laterRefusal(
        async () => (state = await verifyOAuthState(token, LINK_SECRET, invitation)),
        OAuthStateError,
      );
      must(refused !== null || state !== null, "it is neither");
      if (claims === null && edits.length === 0) must(refused === null, "our own is refused");
    },
  }),
  target({
    name: "invitations",
    share: 30,
    input: fc.record({
      claims: fc.option(damagedJson(fc.constant(claims)), { freq: 3 }),
      edits,
      parameters: fc.dictionary(wholeText, wholeText, { maxKeys: 3, noNullPrototype: true }),
    }),
    async holds({ claims, edits, parameters }) {
      const token =
        claims === null
          ? damage(await signInvitation({ ...invitation, parameters }, LINK_SECRET), edits)
          : await signLinkJwt(INVITATION, claims as Record<string, unknown>, LINK_SECRET);
      let read: Awaited<ReturnType<typeof verifyInvitation>> | null = null;
      const verify = async () => (read = await verifyInvitation(token, LINK_SECRET, NOW));
      const refused = await laterRefusal(verify, LinkInvitationError);
      if (claims === null && edits.length === 0) {
        must(refused === null, "our own is refused");
        must(
          isDeepStrictEqual({ parameters: {}, ...(read as object | null) }, { ...invitation, parameters }),
          "it is read as something else",
        );
      }
    },
  }),
  target({
    name: "store-keys",
    share: 60,
    input: fc.oneof(
      damaged(fc.constant("q0mQk6sT8N3a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p8,".repeat(2) + "0".repeat(64))),
      hostileText,
    ),
    holds(text) {
      const refused = refusal(() => StoreKeys.parse(text), LinkStoreError);
      must(refused?.message.includes("q0mQk6sT8N3a1b2c") !== true, "it tells the key");
    },
  }),
  target({
    name: "store-choice",
    share: 30,
    input: fc.record({
      file: fc.option(hostileText),
      postgres: fc.option(damaged(fc.constant(`postgres://u:${PASSWORD}@db/links`))),
      command: fc.option(fc.oneof(damagedJsonText(fc.constant(["my-tokens", "--print"])), hostileText)),
    }),
    async holds({ file, postgres, command }) {
      const env = {
        ...(file !== null && { OU_LINK_STORE_FILE: file }),
        ...(postgres !== null && { OU_LINK_STORE_POSTGRES: postgres }),
        ...(command !== null && { OU_LINK_STORE_COMMAND: command }),
      };
      const open = async () => {
        const choice = storeChosenBy(env);
        if (choice !== null) await openLinkSource(choice, { env }).close();
      };
      const refused = await laterRefusal(open, LinkStoreError);
      must(refused?.message.includes(PASSWORD) !== true, "it tells the password");
    },
  }),
  target({
    name: "postgres-url",
    share: 100,
    input: fc.record({
      url: fc.tuple(
        fc.constantFrom(
          `postgres://user:${PASSWORD}@db.example.com:5432/links?sslmode=require`,
          `postgresql:///links?host=/run&password=${PASSWORD}`,
        ),
        edits,
      ),
      said: hostileText,
    }),
    holds({ url: [good, edits], said }) {
      const url = damage(good, edits);
      // Where the damage is in the password itself, a part of it is told nowhere as well, but cannot be looked for.
      const tells = (text: string) => must(!text.includes(PASSWORD), `it tells the password: ${text}`);
      const refused = refusal(() => parsePostgresUrl(new Secret(url)), LinkStoreError);
      if (refused !== null) return tells(refused.message);
      const location = parsePostgresUrl(new Secret(url));
      const message = `${said} password authentication failed for ${PASSWORD} ${url}`;
      if (isPassword(location.url.reveal())) tells(postgresError("read", location, new Error(message)).message);
      if (isPassword(url)) tells(location.description);
    },
  }),
  target({
    name: "command-output",
    share: 40,
    input: fc.oneof(
      damagedJsonText(
        fc.record({
          access_token: fc.constant(PASSWORD),
          expires_at: fc.oneof(time, fc.constantFrom("9999-12-31T23:59:59-23:59", "2027-01-01T00:00:00Z")),
          linked_at: fc.oneof(time, fc.constantFrom("9999-12-31T23:59:59-23:59", "0000-01-01T00:00:00+23:59")),
          scope: wholeText,
          organizational_unit_id: orNull(filled),
        }),
      ),
      hostileText,
    ),
    async holds(stdout) {
      const source = new CommandTokenSource(["my-tokens"], { now: () => NOW });
      const refused = await laterRefusal(async () => {
        const { linkedAt } = await source["parse"](stdout, "");
        must(/^\d{4}-/.test(linkedAt), `no record takes ${linkedAt}`);
      }, LinkStoreError);
      must(refused?.message.includes(PASSWORD) !== true, "it tells the token");
    },
  }),
  target({
    name: "masked-output",
    share: 60,
    input: fc.record({ before: hostileText, behind: hostileText, json: anyJson }),
    holds({ before, behind, json }) {
      const text = `${before}${PASSWORD}${behind} ${typeof json === "string" ? json : ""}`;
      const masked = maskOutput(text, { MY_TOKEN: PASSWORD, HOME: "/root" }, []);
      must(!masked.includes(PASSWORD), "it tells the secret");
      must(!/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(masked), "it is not one line");
    },
  }),
  target({
    name: "link-service-urls",
    share: 10,
    input: fc.oneof(damaged(fc.constantFrom("https://links.example.com/a/b", "http://localhost:8080/")), hostileText),
    holds(text) {
      if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) return;
      const { pathname, origin } = new URL(callbackUrl(text));
      must(pathname.endsWith("/callback") && origin === new URL(text).origin, `it becomes ${callbackUrl(text)}`);
    },
  }),
];

function isPassword(url: string): boolean {
  const { password, searchParams } = new URL(url);
  return [decodeURIComponent(password), searchParams.get("password")].includes(PASSWORD);
}
