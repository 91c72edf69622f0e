import { z } from "zod";
import { idSchema } from "./id-schema";

const email = z.email("is no e-mail address");
const words = z
  .string()
  .regex(/^\S+( \S+)*$/, "has to be words with one space between them")
  .max(1000);

/** A service account as the admin API and the seed file take it. */
export const serviceAccountSchema = z.strictObject({
  service_account_id: idSchema.optional(),
  email,
  domain: z.string().min(1).max(253).optional(),
  provider_name: z.string().min(1).max(64).optional(),
  accounts: z.array(email).max(1000).optional(),
  scope: words.optional(),
  delegated_scope: words.optional(),
  zoom_plan: z.enum(["free", "paid"]).optional(),
  conferencing_users: z.array(email).max(1000).nullable().optional(),
});
