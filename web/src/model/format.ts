// Numbers, sizes and times as people read them.
import type { TaskKind } from "../api/shapes.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

// "just now", "40 s ago", "3 h ago", "2 d ago"; beyond a month the date says more.
export function ago(at_ms: number, now_ms: number): string {
  const past = now_ms - at_ms;
  if (past < 5 * second) return "just now";
  if (past < minute) return `${Math.floor(past / second)} s ago`;
  if (past < hour) return `${Math.floor(past / minute)} min ago`;
  if (past < day) return `${Math.floor(past / hour)} h ago`;
  if (past < 30 * day) return `${Math.floor(past / day)} d ago`;
  return new Date(at_ms).toISOString().slice(0, 10);
}

// "soon", "in ~40 s", "in ~2 min", "in ~1 h 5 min": no more exact than an estimate is.
export function startsIn(at_ms: number, now_ms: number): string {
  const rest = Math.ceil((at_ms - now_ms) / second);
  if (rest <= 1) return "soon";
  if (rest < 100) return `in ~${rest} s`;
  const minutes = Math.round(rest / 60);
  if (minutes < 60) return `in ~${minutes} min`;
  return `in ~${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const two = (n: number): string => String(n).padStart(2, "0");

// "2026-03-09 14:05:30 UTC+01:00", the hover text behind a relative time: local, with its zone. What browsers have for
// it takes longer to get ready than a page's whole beginning.
export function absolute(at_ms: number): string {
  const at = new Date(at_ms);
  const east = -at.getTimezoneOffset();
  const [hours, minutes] = [Math.floor(Math.abs(east) / 60), Math.abs(east) % 60];
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  return `${day} ${time} UTC${east < 0 ? "-" : "+"}${two(hours)}:${two(minutes)}`;
}

export const isoTime = (at_ms: number): string => new Date(at_ms).toISOString();

// "850 µs", "3.2 ms", "1.24 s", "2 min 3 s", "1 h 5 min"
export function duration(us: number): string {
  if (us === 0) return "0 s";
  if (us < 1000) return `${us} µs`;
  if (us < 1_000_000) return `${significant(us / 1000)} ms`;
  if (us < 60_000_000) return `${significant(us / 1_000_000)} s`;
  return longDuration(Math.round(us / 1_000_000));
}

function longDuration(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

// Of what goes on, in whole seconds.
export const elapsed = (ms: number): string => longDuration(Math.floor(Math.max(0, ms) / 1000));

export const durationMs = (ms: number): string => duration(Math.max(0, Math.round(ms)) * 1000);

// Three significant digits are more than a duration is exact to.
const significant = (x: number): string =>
  x < 9.995 ? x.toFixed(2) : x < 99.95 ? x.toFixed(1) : x.toFixed(0);

export function bytes(n: number): string {
  if (n < 1024) return `${n} B`;
  if (n < 1024 * 1024) return `${(n / 1024).toFixed(1)} KB`;
  if (n < 1024 ** 3) return `${(n / 1024 ** 2).toFixed(1)} MB`;
  return `${(n / 1024 ** 3).toFixed(1)} GB`;
}

// "12,345": of whole numbers.
export const count = (n: number): string => String(n).replace(/\B(?=(?:\d{3})+$)/g, ",");

export const plural = (n: number, one: string, many = `${one}s`): string =>
  `${count(n)} ${n === 1 ? one : many}`;

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

export const shortSha = (sha: string): string => sha.slice(0, 8);

export const kindWords: Record<TaskKind, string> = {
  read_config: "read config",
  build_image: "build image",
  generate_plan: "generate plan",
  set_up: "set up",
  build: "build",
  list_tests: "list tests",
  run_tests: "run tests",
};
