import { z } from "zod";

/** An id as the admin API and the seed file take it: of a subject, such as `ser_…`. */
export const idSchema = z.string().regex(/^[\w-]{1,64}$/, "is no id");
