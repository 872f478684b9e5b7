// Writes the pages under docs/ that are made from the code; tests hold them against it.
import { writeFileSync } from "node:fs";
import { formatReportSchema } from "../src/presentation/json.ts";
import { formatCapturesPage } from "./captures-page.ts";
import { formatErrorsPage } from "./errors-page.ts";
import { formatFormatsPage } from "./formats-page.ts";

const docs = new URL("../docs/", import.meta.url);
writeFileSync(new URL("report.schema.json", docs), formatReportSchema());
writeFileSync(new URL("errors.md", docs), formatErrorsPage());
writeFileSync(new URL("formats.md", docs), formatFormatsPage());
writeFileSync(new URL("captures.md", docs), formatCapturesPage());
