import { useEffect, useState } from "preact/hooks";
import { type Place, setParams } from "../route.ts";

/** Fields whose value stands in the address of the page. */

interface FieldProps {
  readonly place: Place;
  readonly name: string;
  readonly label: string;
}

const TYPING_MS = 250;

export function SearchField({ place, name, label, hint }: FieldProps & { readonly hint: string }) {
  const there = place.params[name] ?? "";
  const [text, setText] = useState(there);
  useEffect(() => setText(there), [there]);
  useEffect(() => {
    if (text === there) return;
    const timer = setTimeout(() => setParams(place, { [name]: text }), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <label class="field search">
      <span>{label}</span>
      <input
        type="search"
        value={text}
        placeholder={hint}
        maxLength={200}
        onInput={(event) => setText(event.currentTarget.value)}
      />
    </label>
  );
}

export function SelectField({
  place,
  name,
  label,
  options,
}: FieldProps & { readonly options: readonly (readonly [value: string, text: string])[] }) {
  return (
    <label class="field">
      <span>{label}</span>
      <select
        value={place.params[name] ?? ""}
        onChange={(event) => setParams(place, { [name]: event.currentTarget.value })}
      >
        {options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
