import { DATA_CENTERS } from "../cronofy";
import { nestedList, string } from "../plugin";
import { dataSource } from "./cronofy";

/** All data centers of Cronofy and their addresses. */
export const dataCentersDataSource = dataSource("cronofy_data_centers", {
  description:
    "Lists the data centers of Cronofy with their addresses, as Cronofy documents them. Asks nobody: the list is that " +
    "of this release of the provider. For a single one, the function `data_center` does without a provider " +
    "configuration.",
  schema: {
    data_centers: nestedList(
      {
        id: string({ computed: true, description: "The name that Cronofy's SDKs use, such as `uk`." }),
        country: string({ computed: true, description: "Where it stands." }),
        api_url: string({ computed: true, description: "Origin of the API." }),
        app_url: string({ computed: true, description: "Origin of the pages that an administrator sees." }),
      },
      { computed: true, description: "The data centers, in the order of their ids." },
    ),
  },

  read() {
    const listed = DATA_CENTERS.map(({ id, country, apiUrl, appUrl }) => ({
      id,
      country,
      api_url: apiUrl,
      app_url: appUrl,
    }));
    return Promise.resolve({ data_centers: listed });
  },
});
