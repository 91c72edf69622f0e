import type { Terminal } from "../command-line/terminal";
import { applicationOf } from "./doctor-settings";
import type { DoctorFlags } from "./doctor-flags";
import type { Outcome } from "./finding";
import { request } from "./request";

/** Milliseconds of the clock's error that harm nothing, and those with which signed states and lifetimes go wrong. */
const SKEW_NOTED = 30_000;
const SKEW_HARMFUL = 5 * 60_000;

/** Whether this machine agrees with Cronofy on what time it is. */
export async function checkClock(flags: DoctorFlags, terminal: Terminal): Promise<Outcome> {
  const { apiUrl, dataCenter: id } = await applicationOf(flags, terminal, {
    CRONOFY_CLIENT_ID: "none",
    CRONOFY_CLIENT_SECRET: "none",
  });
  const { dataCenter } = await import("../../cronofy");
  const url = apiUrl ?? dataCenter(id).apiUrl;
  const host = new URL(url).host;
  const before = Date.now();
  const response = await request(url, { method: "HEAD" });
  const date = Date.parse(response.headers.get("date") ?? "");
  if (Number.isNaN(date)) return { result: "skipped", says: `${host} does not say what time it is.` };
  // The header has whole seconds, cut off.
  const skew = (before + Date.now()) / 2 - (date + 500);
  const amount = `${Math.round(Math.abs(skew) / 1000)} s ${skew > 0 ? "ahead of" : "behind"} ${host}`;
  if (Math.abs(skew) <= SKEW_NOTED) return { result: "ok", says: `It agrees with ${host}.` };
  return {
    result: Math.abs(skew) > SKEW_HARMFUL ? "failed" : "warning",
    says: `This machine's clock is ${amount}.`,
    fix: "Have the system's clock set by NTP: lifetimes of URLs and signed states go by it.",
  };
}
