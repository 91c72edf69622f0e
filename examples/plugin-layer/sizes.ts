import { nestedList, number, string } from "terraform-plugin-ts";
import { dataSource } from "./tinydb";

export const sizes = dataSource("tinydb_sizes", {
  description: "The sizes that a database can have.",
  schema: {
    sizes: nestedList(
      {
        name: string({ computed: true, description: "Its name." }),
        monthly_price: number({ computed: true, description: "What it costs a month." }),
      },
      { computed: true, description: "All of them, the cheapest first." },
    ),
  },
  async read(_, tinydb, call) {
    return { sizes: await tinydb.request<{ name: string; monthly_price: number }[]>("GET", "/sizes", call) };
  },
});
