import { ask } from "../api.ts";
import { FormDialog } from "./form-dialog.tsx";

/** Declares a scanner as the reader's own. */
export function DeclareScanner({ address }: { readonly address?: string }) {
  return (
    <FormDialog
      label={address === undefined ? "Declare a scanner" : "Declare as own scanner"}
      title="Declare an own scanner"
      act="Declare"
      onSend={(field) => {
        const time = (name: string) => (field(name) === "" ? null : `${field(name)}T00:00:00.000Z`);
        const body = { address: field("address"), name: field("name"), from: time("from"), until: time("until") };
        return ask("post /api/scanners", { body });
      }}
    >
      <p class="faint">From the next run on, what it does is told as yours; so is when it does not keep to its time.</p>
      <label class="field">
        <span>Address or network</span>
        <input name="address" required maxLength={50} defaultValue={address ?? ""} />
      </label>
      <label class="field">
        <span>What it is</span>
        <input name="name" required maxLength={200} placeholder="weekly audit" />
      </label>
      <div class="pair">
        <label class="field">
          <span>From (UTC day, may be empty)</span>
          <input name="from" type="date" />
        </label>
        <label class="field">
          <span>Until</span>
          <input name="until" type="date" />
        </label>
      </div>
    </FormDialog>
  );
}
