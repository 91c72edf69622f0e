import { DiagnosticError, string } from "terraform-plugin-ts";
import { ephemeralResource } from "./tinydb";

export const login = ephemeralResource("tinydb_login", {
  description:
    "A login to a database, for one run of Terraform. Each opening makes one, and the end of the run removes it.",
  schema: {
    database_id: string({ required: true, description: "The `id` of the database." }),
    user: string({ computed: true, description: "The user's name." }),
    password: string({ computed: true, sensitive: true, description: "The user's password." }),
  },
  async open({ database_id }, tinydb, call) {
    const path = `/databases/${database_id}/logins`;
    const made = await tinydb.request<{ user: string; password: string }>("POST", path, call);
    if (made === null)
      throw new DiagnosticError({ summary: "No such database", detail: "Tinydb has none of that id." });
    call.private.set("path", `${path}/${made.user}`);
    return made;
  },
  async close(tinydb, call) {
    await tinydb.request("DELETE", String(call.private.get("path")), call);
  },
});
