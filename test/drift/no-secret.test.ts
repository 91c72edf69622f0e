import { FORMATS, NO_DECLARATIONS, ReportBuilder, historyEntryOf, readPlan } from "../../src/drift";
import type { Format } from "../../src/drift";
import { LINK_MASK, STATUS_VALUES, changeJson, linkAddress, linkValues } from "./fleet";
import type { Status } from "./fleet";
import { planText } from "./plan-text";
import { PLAIN } from "./report-of";

const PLANS = 1_000;
/** Printed by a failing run; `PROPERTY_SEED` runs it again. */
const SEED = Number(process.env["PROPERTY_SEED"] ?? Date.now() % 1_000_000);

/** The same numbers for the same seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A plan with secrets in it: behind masks at any depth, and unmasked in the shapes that secrets are known by. */
function planWithSecrets(next: () => number): { members: Readonly<Record<string, unknown>>; secrets: string[] } {
  const secrets: string[] = [];
  const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)] as T;
  const seeded = (): string => {
    const secret = `seeded${Math.floor(next() * 1e12).toString(36)}${Math.floor(next() * 1e12).toString(36)}`;
    secrets.push(secret);
    return secret;
  };
  /** A text that gives a secret away without any mask. */
  const shaped = (): string =>
    pick([
      () => `https://app-uk.cronofy.com/organizational_unit_oauth?client_id=1&ou_link_token=${seeded()}`,
      () => `see http://127.0.0.1:8080/invitations/${seeded()} for it`,
      () => `Authorization: Bearer ${seeded()}`,
      () => `{"access_token":"${seeded()}"}`,
      () => `postgres://user:${seeded()}@db.internal/links`,
      () => `client_secret=${seeded()}`,
      () => `eyJhbGciOiJIUzI1NiJ9.${seeded()}.${seeded()}`,
    ])();
  const value = (depth: number): { value: unknown; mask: unknown } => {
    const kind = next();
    if (depth > 0 && kind < 0.25) {
      const parts = [value(depth - 1), value(depth - 1)];
      return { value: parts.map((each) => each.value), mask: parts.map((each) => each.mask) };
    }
    if (depth > 0 && kind < 0.5) {
      const part = value(depth - 1);
      return { value: { inner: part.value, plain: next() }, mask: { inner: part.mask } };
    }
    if (kind < 0.75) return { value: seeded(), mask: true };
    return kind < 0.9 ? { value: shaped(), mask: false } : { value: pick([null, 1, true, "plain"]), mask: false };
  };
  const statuses = Object.keys(STATUS_VALUES) as Status[];
  const link = (index: number) => {
    const token = seeded();
    return linkValues(index, {
      ...STATUS_VALUES[pick(statuses)],
      ou_link_token: token,
      authorization_url: `https://app-uk.cronofy.com/organizational_unit_oauth?ou_link_token=${token}`,
      invitation_url: `https://links.example.com/invitations/${seeded()}`,
      // A mask does not reach what was copied.
      next_action: next() < 0.3 ? `Use ${token} or "${shaped()}".` : "Apply.",
      state: next() < 0.3 ? shaped() : null,
    });
  };
  const changes = Array.from({ length: 4 }, (_, index) => {
    const [before, after] = [link(index), link(index)];
    // An old plan, or one of another tool, may have no masks at all.
    const mask = next() < 0.8 ? LINK_MASK : {};
    return changeJson(linkAddress(`customer-${index}`), [pick(["no-op", "update", "create"])], before, after, {}, mask);
  });
  const others = Array.from({ length: 3 }, (_, index) => {
    const [before, after] = [value(3), value(3)];
    const masks = { before_sensitive: { v: before.mask }, after_sensitive: { v: after.mask } };
    return changeJson(`demo.o${index}`, ["update"], { v: before.value }, { v: after.value }, masks);
  });
  return { members: { resource_drift: [...changes, ...others], resource_changes: [...changes, ...others] }, secrets };
}

it(`shows no secret of ${PLANS} random plans in any format (seed ${SEED})`, () => {
  const next = random(SEED);
  let seen = 0;
  for (let count = 0; count < PLANS; count++) {
    const { members, secrets } = planWithSecrets(next);
    const builder = new ReportBuilder({ version: "1", failOn: [], rules: null, now: new Date(0) });
    const plan = readPlan(planText(members));
    const warnings = [`Cronofy said: Bearer ${secrets[0] ?? ""}`];
    builder.add({ name: "production", warnings, result: { plan, declarations: NO_DECLARATIONS } });
    const report = builder.build();
    // The terminal's table takes a hundred times as long as the others, over the same texts as JSON has.
    const formats = (Object.keys(FORMATS) as Format[]).filter((format) => format !== "table" || count % 50 === 0);
    const texts = formats.map((format) => [format, FORMATS[format](report, PLAIN)] as const);
    for (const [format, text] of [
      ...texts,
      ["history", JSON.stringify(historyEntryOf(report, new Date(0)))] as const,
    ]) {
      const shown = secrets.find((secret) => text.includes(secret));
      if (shown !== undefined) throw new Error(`Seed ${SEED}, plan ${count}: ${format} shows ${shown}:\n${text}`);
    }
    seen += secrets.length;
  }
  expect(seen).toBeGreaterThan(PLANS);
});
