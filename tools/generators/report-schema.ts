import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { driftReportSchema } from "../../src/drift/files";
import type { Generator } from "./generator";

/** The JSON Schema of the report that `ou-link drift --format json` prints, for whoever reads it in another language. */
export const reportSchema: Generator = {
  target: "schemas",

  async generate(_root, scratch) {
    const folder = path.join(scratch, "schemas");
    await mkdir(folder);
    const schema = z.toJSONSchema(driftReportSchema, { target: "draft-2020-12", io: "input" });
    await writeFile(path.join(folder, "drift-report-1.schema.json"), `${JSON.stringify(schema, null, 2)}\n`);
    return folder;
  },
};
