import { render } from "preact";
import { answerFrom } from "./api.ts";
import { Console } from "./console.tsx";
import { answersOf } from "./embedded/answers.ts";

const report = document.getElementById("report-data")?.textContent;
if (report !== undefined) answerFrom(answersOf(JSON.parse(report)));
const place = document.getElementById("console")!;
place.replaceChildren();
render(<Console />, place);
