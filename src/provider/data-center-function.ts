import { DATA_CENTERS, dataCenter, isDataCenterId } from "../cronofy";
import { ArgumentError, providerFunction, types } from "../plugin";

/** The addresses of a Cronofy data center. */
export const dataCenterFunction = providerFunction("data_center", {
  summary: "Addresses of a data center",
  description: "Returns the `id`, `country`, `api_url` and `app_url` of a Cronofy data center.",
  parameters: [{ name: "id", type: types.string, description: "Such as `uk`." }],
  returns: types.object({
    id: types.string,
    country: types.string,
    api_url: types.string,
    app_url: types.string,
  }),
  run(id) {
    if (!isDataCenterId(id)) {
      throw new ArgumentError(
        0,
        `There is no such data center. Choose one of ${DATA_CENTERS.map((each) => each.id).join(", ")}.`,
      );
    }
    const { country, apiUrl, appUrl } = dataCenter(id);
    return { id, country, api_url: apiUrl, app_url: appUrl };
  },
});
