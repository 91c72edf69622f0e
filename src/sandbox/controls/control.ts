import { z } from "zod";
import type { Faults } from "../state/faults";
import type { LocalCronofy } from "../state/local-cronofy";
import type { Callbacks, RequestLog } from "../state/traffic";
import type { Snapshots } from "./held-state";

/** What a sandbox is made of, and what controls act on. */
export interface SandboxParts {
  readonly cronofy: LocalCronofy;
  readonly faults: Faults;
  readonly callbacks: Callbacks;
  readonly log: RequestLog;
  readonly snapshots: Snapshots;
}

/**
 * One thing that can be done to a sandbox or read of it: by a request to the admin API, by a function of
 * `SandboxControls`, and for some by a button of the console.
 */
export interface Control<Input, Answer, Pressed extends Button | undefined = Button | undefined> {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  /** Where a request to the admin API has the input. */
  readonly inputFrom: "nothing" | "path" | "body";
  /** Status of the admin API's answer; an answer without a body has 204. */
  readonly status: 200 | 201;
  readonly button: Pressed;
  /** @throws AdminError where the input is wrong, or where it cannot be done */
  carryOut(parts: SandboxParts, input: Input): Answer;
}

/** The fields of a form, by name. */
export type Fields = Readonly<Record<string, unknown>>;

/** A button of the console. */
interface Button {
  /** What the console says afterwards. */
  readonly done: string;
  /**
   * The input that the fields of its form stand for.
   * @default the fields as they are, for an input of texts
   */
  readonly read?: (fields: Fields) => unknown;
}

interface ControlDefinition<Schema extends z.ZodType, Answer, Pressed extends Button | undefined> {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  /** @default nothing is told */
  readonly input?: Schema;
  /** @default 200 */
  readonly status?: 201;
  /** @default the console has none */
  readonly button?: Pressed;
  carryOut(parts: SandboxParts, input: z.output<Schema>): Answer;
}

/** Makes a control that checks its input, wherever the input comes from. */
export function control<
  Schema extends z.ZodType = z.ZodVoid,
  Answer = void,
  Pressed extends Button | undefined = undefined,
>(definition: ControlDefinition<Schema, Answer, Pressed>): Control<z.input<Schema>, Answer, Pressed> {
  const { method, path, input: schema, status = 200 } = definition;
  return {
    method,
    path,
    inputFrom: schema === undefined ? "nothing" : path.includes(":") ? "path" : "body",
    status,
    button: definition.button as Pressed,
    carryOut: (parts, input) => definition.carryOut(parts, checked(input, schema ?? z.void()) as z.output<Schema>),
  };
}

/** Something cannot be done to a sandbox. The message is for whoever asked for it. */
export class AdminError extends Error {
  override readonly name = "AdminError";
  readonly status: 400 | 404 | 409 | 410 | 422;

  constructor(status: 400 | 404 | 409 | 410 | 422, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/** @throws AdminError that names every field that is wrong */
function checked<Schema extends z.ZodType>(input: unknown, schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".") || "body"}: ${message}`);
  throw new AdminError(422, problems.join("; "));
}
