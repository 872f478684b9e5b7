/**
 * Vedette as a library: what the command line does, as functions. Reads like a table of contents; everything not named
 * here is internal.
 */

export type { ProblemCode } from "./bytes/problem.ts";
export { UserProblem } from "./bytes/problem.ts";
export type { DecodeContext, Decoder, Format } from "./formats/format.ts";
export { formats } from "./formats/index.ts";
export { knowledge } from "./knowledge/index.ts";
export type { Quote, Reputation } from "./knowledge/intel/intel.ts";
export { Intel } from "./knowledge/intel/intel.ts";
export { knowledgeFolder } from "./knowledge/intel/knowledge-folder.ts";
export type { KnowledgeSet } from "./knowledge/intel/sets.ts";
export type { AgentLabel, Check, CheckMatch, Knowledge, Software, ToolMark } from "./knowledge/types.ts";
export { Batch } from "./observations/batch.ts";
export { Kind, Outcome } from "./observations/vocabulary.ts";
export { renderPage } from "./presentation/html.ts";
export { formatJson } from "./presentation/json.ts";
export { formatReport } from "./presentation/terminal.ts";
export type { Analysis, AnalyzeOptions, Progress } from "./stories/analyze.ts";
export { analyze } from "./stories/analyze.ts";
export type { AttackVersion } from "./stories/attack-version.ts";
export type { ConfirmName } from "./stories/confirm-names.ts";
export type { DeclaredScanner } from "./stories/declared-scanners.ts";
export type { ActorReport, ExposureReport, IncidentReport, Report } from "./stories/report.ts";
