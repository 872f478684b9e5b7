/** Light or dark, as this browser's reader likes it; without a choice the system's. */

const KEY = "vedette.colours";
export const colourChoices = ["", "light", "dark"] as const;
type Colours = (typeof colourChoices)[number];

export function chosenColours(): Colours {
  return colourChoices.find((each) => each === document.documentElement.dataset.colours) ?? "";
}

/** Shows the page in the colours that were chosen before. */
export function restoreColours(): void {
  try {
    show(localStorage.getItem(KEY) ?? "");
  } catch {
    // A browser that keeps nothing follows the system.
  }
}

export function chooseColours(choice: string): void {
  show(choice);
  try {
    localStorage.setItem(KEY, choice);
  } catch {
    // It holds until the page is closed.
  }
}

function show(choice: string): void {
  const known = colourChoices.find((each) => each === choice);
  if (known) document.documentElement.dataset.colours = known;
  else delete document.documentElement.dataset.colours;
}
