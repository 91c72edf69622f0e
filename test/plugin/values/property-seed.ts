/** What tests over random values begin with; printed with their names, and given again as `PROPERTY_SEED`. */
export const PROPERTY_SEED = Number(process.env["PROPERTY_SEED"] ?? Math.floor(Math.random() * 2 ** 32));

if (!Number.isInteger(PROPERTY_SEED)) throw new Error("PROPERTY_SEED must be an integer");
