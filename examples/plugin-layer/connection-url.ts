import { ArgumentError, providerFunction, types } from "terraform-plugin-ts";

export const connectionUrl = providerFunction("connection_url", {
  summary: "The URL that an application connects to",
  description: "The URL of a database, with neither user nor password in it.",
  parameters: [
    { name: "region", type: types.string, description: "Where it lies." },
    { name: "name", type: types.string, description: "Its name." },
  ],
  returns: types.string,
  run(region, name) {
    if (name === "") throw new ArgumentError(1, "A database has a name.");
    return `tinydb://${region}.tinydb.example/${name}`;
  },
});
