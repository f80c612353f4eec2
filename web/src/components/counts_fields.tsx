// How often: of each test, and more of those that fail, flake or are new.
import { countError, countNames, type CountsDraft, countWords } from "../model/counts_form.ts";
import { TextField } from "./form.tsx";

export function CountsFields(props: {
  draft: CountsDraft;
  least: number; // of `runs`
  onChange: (draft: CountsDraft) => void;
}) {
  return (
    <div class="fields counts">
      {countNames.map((name) => (
        <TextField
          key={name}
          label={countWords[name].label}
          hint={countWords[name].hint}
          numeric
          placeholder="no more"
          value={props.draft[name]}
          error={countError(props.draft, name, props.least)}
          onInput={(text) => props.onChange({ ...props.draft, [name]: text })}
        />
      ))}
    </div>
  );
}
