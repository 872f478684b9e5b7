// Writes docs/report.schema.json from the definition in src/stories/report.ts.
import { writeFileSync } from "node:fs";
import { formatReportSchema } from "../src/presentation/json.ts";

writeFileSync(new URL("../docs/report.schema.json", import.meta.url), formatReportSchema());
