/**
 * The body of a 422, in the form that the SDKs' tests show; of the keys only `errors.required` is known from them.
 * @param reasons what is wrong, by field
 */
export function invalidFields(reasons: Readonly<Record<string, string>>) {
  const entries = Object.entries(reasons);
  return {
    errors: Object.fromEntries(
      entries.map(([field, reason]) => [field, [{ key: `errors.${reason}`, description: reason }]]),
    ),
  };
}
