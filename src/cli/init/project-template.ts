/** In what a new project can declare its links. */
export const PROJECT_TEMPLATES = ["hcl", "cdktf", "cdktn"] as const;
export type ProjectTemplate = (typeof PROJECT_TEMPLATES)[number];
