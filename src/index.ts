/**
 * Vedette as a library: what the command line does, as functions. Reads like a table of contents; everything not named
 * here is internal.
 */

export type { ProblemCode } from "./bytes/problem.ts";
export { UserProblem } from "./bytes/problem.ts";
export type { DecodeContext, Decoder, Format } from "./formats/format.ts";
export { formats } from "./formats/index.ts";
export type { Knowledge } from "./knowledge/types.ts";
export { Batch } from "./observations/batch.ts";
export { Kind, Outcome } from "./observations/vocabulary.ts";
export { renderPage } from "./presentation/html.ts";
export { formatJson } from "./presentation/json.ts";
export { formatReport } from "./presentation/terminal.ts";
export type { Analysis, AnalyzeOptions, Progress } from "./stories/analyze.ts";
export { analyze } from "./stories/analyze.ts";
export type { ActorReport, ExposureReport, IncidentReport, Report } from "./stories/report.ts";
