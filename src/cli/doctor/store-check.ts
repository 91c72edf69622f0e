import { randomUUID } from "node:crypto";
import type { LinkStore } from "../../link-store";
import type { Terminal } from "../command-line/terminal";
import type { DoctorFlags } from "./doctor-flags";
import type { Outcome } from "./finding";
import { TIMEOUT } from "./request";

/** Whether the store can be read and written, as an apply that declares a link does, and all in it is encrypted. */
export async function checkStore(flags: DoctorFlags, terminal: Terminal): Promise<Outcome> {
  const { chooseStore } = await import("../store/store-choice");
  const chosen = chooseStore(flags, terminal.env);
  if ("problem" in chosen) {
    return { result: "failed", says: "It cannot be told which store is meant.", fix: chosen.problem };
  }
  if ("command" in chosen.choice) {
    return { result: "skipped", says: "A program hands out the tokens; whether it works, a plan shows." };
  }
  const { missingFolder, openChosenStore } = await import("../store/store-opening");
  const missing = await missingFolder(chosen.choice);
  if (missing !== null) {
    return {
      result: "warning",
      says: `There is no folder ${missing}: the first apply makes it, and no link is in it.`,
      fix: "Where links are kept already, OU_LINK_STORE_FILE or --store-file names the wrong folder.",
    };
  }
  const store = await openChosenStore(chosen.choice, { env: terminal.env, lockTimeout: TIMEOUT });
  try {
    const records = await store.list();
    const inTheClear = records.filter(({ encryptedWith }) => encryptedWith === null).length;
    const says = `${records.length === 1 ? "1 link" : `${records.length} links`} in ${store.description}`;
    const problem = await writeProblem(store);
    if (problem !== null) {
      return {
        result: "failed",
        says: `It cannot be written: ${problem}`,
        fix: "Let this user write to it: an apply that declares a link does, and so does the link service.",
      };
    }
    if (!store.encrypts) {
      return {
        result: "warning",
        says: `${says}; what is written is not encrypted.`,
        fix: "Set OU_LINK_STORE_KEY, for everything that uses the store, to what this prints: openssl rand -base64 32",
      };
    }
    return inTheClear === 0
      ? { result: "ok", says: `${says}, encrypted.` }
      : { result: "warning", says: `${says}; ${inTheClear} not encrypted.`, fix: "Run: ou-link store rewrap" };
  } finally {
    await store.close();
  }
}

/** Reserves space for a link that there is not, which writes and takes that back. */
async function writeProblem(store: LinkStore): Promise<string | null> {
  const { LinkStoreError } = await import("../../link-store");
  const nobody = { dataCenter: "us", clientId: "ou-link-doctor", serviceAccountId: `ser_${randomUUID()}` } as const;
  try {
    await store.locked(nobody, async (record) => {
      await record.reserve();
    });
    return null;
  } catch (error) {
    if (error instanceof LinkStoreError) return error.message;
    throw error;
  }
}
