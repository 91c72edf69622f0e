/** The only scope of an Organizational Unit's authorization: /developers/conferencing-services/enterprise-conferencing. */
export const ORGANIZATIONAL_UNIT_SCOPE = "organizational_unit_use_integrations";
