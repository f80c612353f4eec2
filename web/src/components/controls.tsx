// Small controls that many pages use.
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { count } from "../model/format.ts";

export function FilterBox(props: {
  label: string;
  value: string;
  onChange: (text: string) => void;
}) {
  return (
    <input
      class="filter"
      type="search"
      data-filter
      aria-label={props.label}
      placeholder={`${props.label}  ( / )`}
      spellcheck={false}
      autocomplete="off"
      value={props.value}
      onInput={(event) => props.onChange(event.currentTarget.value)}
    />
  );
}

// One of a few; each with how many it shows.
export function Choice<T extends string>(props: {
  label: string;
  value: T;
  options: { value: T; text: string; count?: number }[];
  onChange: (value: T) => void;
}) {
  return (
    <div class="choice" role="group" aria-label={props.label}>
      {props.options.map((option) => (
        <button
          type="button"
          key={option.value}
          aria-pressed={option.value === props.value}
          onClick={() => props.onChange(option.value)}
        >
          {option.text}
          {option.count !== undefined && <span class="choice-count">{count(option.count)}</span>}
        </button>
      ))}
    </div>
  );
}

export function CopyButton({ text, what }: { text: string; what: string }) {
  const [said, setSaid] = useState("");
  const copy = async () => {
    setSaid((await copyText(text)) ? "copied" : "could not copy");
  };
  useEffect(() => {
    if (said === "") return;
    const timer = setTimeout(() => setSaid(""), 1500);
    return () => clearTimeout(timer);
  }, [said]);
  return (
    <button
      type="button"
      class="quiet copy"
      aria-label={`copy ${what}`}
      onClick={() => void copy()}
    >
      <span aria-live="polite">{said || "copy"}</span>
    </button>
  );
}

async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // not allowed, or not a secure origin
  }
}

export function Progress(props: { done: number; wanted: number; label: string }) {
  return (
    <progress
      aria-label={props.label}
      max={Math.max(1, props.wanted)}
      value={Math.min(props.done, props.wanted)}
    />
  );
}

// A native dialog: it holds the focus and closes with Escape by itself.
export function Dialog(props: {
  open: boolean;
  title: string;
  wide?: boolean;
  onClose: () => void;
  children: ComponentChildren;
}) {
  const ref = useRef<HTMLDialogElement>(null);
  // The browser tells of its end later, when it may be open again.
  const closedByUs = useRef(false);
  // Before the next key, which would go to the page behind it.
  useLayoutEffect(() => {
    if (props.open && !ref.current?.open) ref.current?.showModal();
    if (!props.open && ref.current?.open) {
      closedByUs.current = true;
      ref.current.close();
    }
  }, [props.open]);
  const closed = () => {
    if (!closedByUs.current) props.onClose();
    closedByUs.current = false;
  };
  return (
    <dialog
      ref={ref}
      class={props.wide ? "wide" : undefined}
      aria-label={props.title}
      onClose={closed}
    >
      <header>
        <h2>{props.title}</h2>
        <button type="button" class="quiet" onClick={props.onClose}>
          close
        </button>
      </header>
      {props.children}
    </dialog>
  );
}
