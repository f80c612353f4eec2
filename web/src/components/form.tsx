// Forms: fields with their hints and errors, and a form that says what the server refused and keeps what was
// typed.
import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import type { Needs } from "../model/role.ts";
import { whyNot } from "../state/session.ts";
import { Sentence } from "./text.tsx";

interface FormProps {
  label: string;
  submit: string; // the button
  danger?: boolean;
  disabled?: boolean;
  needs?: Needs; // the role; a runner's where nothing is said
  children: ComponentChildren;
  // Resolves to "" where the server took it, else to what is wrong.
  onSubmit: () => Promise<string>;
  onCancel?: () => void;
  done?: string; // what is said where it went well, and the form stays
}

export function Form(props: FormProps) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  const [done, setDone] = useState(false);
  const why = whyNot(props.needs ?? "runner");
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (busy || props.disabled || why !== "") return;
    setBusy(true);
    setDone(false);
    const wrong = await props.onSubmit();
    setBusy(false);
    setError(wrong);
    setDone(wrong === "");
  };
  return (
    <form
      class="form"
      aria-label={props.label}
      noValidate
      onSubmit={(event) => void submit(event)}
      onInput={() => setDone(false)}
    >
      {props.children}
      <p class="form-said" role="alert">
        {error !== "" && <Sentence text={error} />}
      </p>
      <div class="form-end">
        <button
          type="submit"
          class={props.danger ? "danger" : "main"}
          disabled={busy || props.disabled || why !== ""}
          title={why || undefined}
        >
          {props.submit}
        </button>
        {props.onCancel && (
          <button type="button" onClick={props.onCancel}>
            Cancel
          </button>
        )}
        <span role="status" class="dim">
          {done && props.done}
        </span>
      </div>
    </form>
  );
}

interface FieldProps {
  label: string;
  hint?: string;
  error?: string | undefined; // what is wrong with what was typed
  value: string;
  placeholder?: string;
  wide?: boolean;
  mono?: boolean;
  onInput: (text: string) => void;
}

// What describes a field, and what is wrong with it, for those who see it and those who do not.
function useDescription(props: Pick<FieldProps, "hint" | "error">) {
  const id = useId();
  const text = props.error || props.hint;
  return {
    note: text ? (
      <span id={id} class={props.error ? "field-note field-error" : "field-note"}>
        <Sentence text={text} />
      </span>
    ) : null,
    described: text ? id : undefined,
  };
}

export function TextField(props: FieldProps & { numeric?: boolean; area?: boolean }) {
  const { note, described } = useDescription(props);
  const common = {
    value: props.value,
    placeholder: props.placeholder,
    spellcheck: false,
    autocomplete: "off",
    class: props.mono ? "mono" : undefined,
    "aria-invalid": Boolean(props.error),
    "aria-describedby": described,
  } as const;
  return (
    <label class={props.wide ? "field wide" : props.numeric ? "field numeric" : "field"}>
      <span class="field-name">{props.label}</span>
      {props.area ? (
        <textarea
          {...common}
          rows={2}
          onInput={(event) => props.onInput(event.currentTarget.value)}
        />
      ) : (
        <input
          {...common}
          inputMode={props.numeric ? "numeric" : undefined}
          onInput={(event) => props.onInput(event.currentTarget.value)}
        />
      )}
      {note}
    </label>
  );
}

export function Select<T extends string>(props: {
  label: string;
  unseen?: boolean; // the label is for those who cannot see what stands beside it
  value: T;
  options: readonly { value: T; text: string }[];
  onChange: (value: T) => void;
}) {
  return (
    <label class="field">
      <span class={props.unseen ? "unseen" : "field-name"}>{props.label}</span>
      <select
        value={props.value}
        onChange={(event) => props.onChange(event.currentTarget.value as T)}
      >
        {props.options.map(({ value, text }) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

export function CheckField(props: {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}) {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={props.checked}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
      {props.label}
    </label>
  );
}
