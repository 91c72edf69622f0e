import type { z } from "zod";
import type { Steerable } from "./admin-host";
import { AdminError, checkInput } from "./admin-input";
import { FAULT_KINDS } from "./console-page";
import {
  advanceClock,
  clockSchema,
  forgetUnit,
  forgetUnitSchema,
  lockSchema,
  planSchema,
  reset,
  revokeLinks,
  revokeSchema,
  setLocked,
  setZoomPlan,
  zoomPlanSchema,
} from "./controls";
import { faultSchema } from "./faults";
import { textField } from "./request-body";
import type { RequestBody } from "./request-body";

/** What a button of the console does. */
export interface ConsoleAction {
  /** What the console says afterwards. */
  readonly done: string;
  /** @throws AdminError where it cannot be done */
  carryOut(steerable: Steerable, form: RequestBody): void;
}

/** What the console's buttons do, by the last part of the path that their forms post to. */
export const CONSOLE_ACTIONS: ReadonlyMap<string, ConsoleAction> = new Map<string, ConsoleAction>([
  [
    "revoke",
    { done: "The link was revoked.", carryOut: ({ cronofy }, form) => revokeLinks(cronofy, read(form, revokeSchema)) },
  ],
  [
    "forget_unit",
    {
      done: "The unit is forgotten.",
      carryOut: ({ cronofy }, form) => forgetUnit(cronofy, read(form, forgetUnitSchema)),
    },
  ],
  [
    "clock",
    {
      done: "The clock was moved forward.",
      carryOut: ({ cronofy }, form) =>
        advanceClock(cronofy, checkInput({ advance_seconds: numberField(form, "advance_seconds") }, clockSchema)),
    },
  ],
  [
    "zoom_plan",
    {
      done: "The Zoom plan was changed.",
      carryOut: ({ cronofy }, form) => setZoomPlan(cronofy, read(form, zoomPlanSchema)),
    },
  ],
  [
    "lock",
    {
      done: "The lock was changed.",
      carryOut: ({ cronofy }, form) =>
        setLocked(cronofy, checkInput({ sub: textField(form, "sub"), locked: isYes(form, "locked") }, lockSchema)),
    },
  ],
  [
    "plan",
    {
      done: "The application's plan was changed.",
      carryOut({ cronofy }, form) {
        const wanted = { enterprise_conferencing: isYes(form, "enterprise_conferencing") };
        cronofy.enterpriseConferencing = checkInput(wanted, planSchema).enterprise_conferencing;
      },
    },
  ],
  [
    "fault",
    {
      done: "The fault is waiting for its requests.",
      carryOut({ faults }, form) {
        const kind = FAULT_KINDS.get(textField(form, "kind") ?? "");
        if (kind === undefined) throw new AdminError(422, "kind: choose one of the list.");
        const input = { ...kind.fault, path: textField(form, "path"), times: numberField(form, "times") };
        faults.add(checkInput(input, faultSchema));
      },
    },
  ],
  ["clear_faults", { done: "All faults were called off.", carryOut: ({ faults }) => faults.clear() }],
  ["reset", { done: "The sandbox is as it began.", carryOut: reset }],
]);

/** A form whose fields are all texts, against a schema of the admin API. */
function read<Schema extends z.ZodType>(form: RequestBody, schema: Schema): z.output<Schema> {
  return checkInput(Object.fromEntries(form), schema);
}

function numberField(form: RequestBody, name: string): number {
  return Number(textField(form, name) ?? NaN);
}

function isYes(form: RequestBody, name: string): boolean {
  return textField(form, name) === "yes";
}
