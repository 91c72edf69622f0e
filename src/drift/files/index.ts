// What a report is made with and compared with, as files hold it. Its libraries take longer to load than a report takes.
export { driftReportSchema } from "../report-schema";
export { acceptFindings, readIgnoreRules } from "./ignore-rules-file";
export { readHistory, readReport } from "./report-file";
