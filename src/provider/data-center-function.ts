import { dataCenter } from "../cronofy";
import type { DataCenterId } from "../cronofy";
import { providerFunction, types } from "../plugin";
import { SETTINGS } from "./setting";

/** The addresses of a Cronofy data center. */
export const dataCenterFunction = providerFunction("data_center", {
  summary: "Addresses of a data center",
  description: "Returns the `id`, `country`, `api_url` and `app_url` of a Cronofy data center.",
  parameters: [
    { name: "id", type: types.string, description: "Such as `uk`.", validators: SETTINGS.data_center.validators },
  ],
  returns: types.object({
    id: types.string,
    country: types.string,
    api_url: types.string,
    app_url: types.string,
  }),
  run(id) {
    const { country, apiUrl, appUrl } = dataCenter(id as DataCenterId);
    return { id, country, api_url: apiUrl, app_url: appUrl };
  },
});
