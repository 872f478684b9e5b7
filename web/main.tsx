import { render } from "preact";
import { answerFrom, whenSignedOut } from "./api.ts";
import { restoreColours } from "./colours.ts";
import { Console } from "./console.tsx";
import { answersOf } from "./embedded/answers.ts";

restoreColours();
const report = document.getElementById("report-data")?.textContent;
if (report !== undefined) {
  answerFrom(answersOf(JSON.parse(report)));
  addEventListener("beforeprint", layOutPaper);
}
// Where the console was the server now has its form to sign in.
whenSignedOut(() => location.reload());
const place = document.getElementById("console")!;
place.replaceChildren();
render(<Console />, place);

/** Makes elements of the document that is printed. Its text was written by the report's templates, which escape whatever is put in. */
function layOutPaper(): void {
  const paper = document.getElementById("paper")!;
  if (paper.childElementCount === 0) paper.innerHTML = document.getElementById("document")!.textContent;
}
