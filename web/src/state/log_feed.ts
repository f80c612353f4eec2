// Brings a log into memory: what there is by Range requests, then, of an attempt that goes on, what is
// added by the live stream, without a gap or an overlap at the seam.
import { type Signal, signal } from "@preact/signals";
import { ApiError, readLog, takeBeginning } from "../api/client.ts";
import { first_log_bytes, first_log_range } from "../model/files.ts";
import { openLog, type Stream } from "../api/live.ts";
import { incompleteTail, LogText } from "../model/log_text.ts";
import { retryDelay } from "../model/refresh.ts";
import { Breath } from "./breath.ts";

const drawn_after_ms = 50;

export type FeedState = "loading" | "live" | "reconnecting" | "complete";

export interface LogSource {
  url: string; // the raw text
  // The attempt that still writes it; absent where nothing will be added.
  live?: { task: number; attempt: number };
}

export class LogFeed {
  readonly log = new LogText();
  // Rises with every addition.
  readonly version: Signal<number> = signal(0);
  readonly state: Signal<FeedState> = signal<FeedState>("loading");
  readonly error: Signal<string> = signal("");
  readonly bytes: Signal<number> = signal(0);
  #decoder = new TextDecoder();
  #ending = new Uint8Array(); // the last bytes that came
  #abort = new AbortController();
  #stream: Stream | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #frame = 0;
  #failures = 0;

  constructor(private readonly source: LogSource) {
    const beginning = takeBeginning(source.url, first_log_range);
    if (beginning) this.#take(beginning.bytes);
    void this.#read(beginning?.more);
  }

  get finished(): boolean {
    return this.source.live === undefined;
  }

  close() {
    this.#abort.abort();
    this.#stream?.close();
    clearTimeout(this.#timer);
    cancelAnimationFrame(this.#frame);
  }

  // `more`: whether there is more than the beginning, which is there already.
  async #read(more?: boolean) {
    try {
      if (more ?? (await this.#readOn(first_log_bytes))) {
        await new Promise((done) => setTimeout(done, drawn_after_ms));
        await this.#readOn(Number.POSITIVE_INFINITY);
      }
      this.error.value = "";
      this.#failures = 0;
      if (this.source.live) this.#follow(this.source.live.task, this.source.live.attempt);
      else this.#complete();
    } catch (error) {
      if (!this.#abort.signal.aborted) this.#failed(error);
    }
  }

  #readOn(most: number): Promise<boolean> {
    // What has arrived is handed out without a pause, and nothing else of the page would run meanwhile.
    const breath = new Breath();
    return readLog(this.source.url, this.bytes.value, most, this.#abort.signal, (bytes) => {
      this.#take(bytes);
      return breath.taken();
    });
  }

  #failed(error: unknown) {
    const known = error instanceof ApiError ? error : new ApiError("internal", String(error));
    if (known.code === "not_found") {
      this.error.value = known.message;
      this.state.value = "complete";
      return;
    }
    this.#failures += 1;
    this.state.value = "reconnecting";
    this.#timer = setTimeout(() => void this.#read(), retryDelay(this.#failures));
  }

  // What ends within a character is asked for again from before it, so that each piece is whole.
  #take(bytes: Uint8Array) {
    this.bytes.value += bytes.length;
    this.#add(this.#decoder.decode(bytes, { stream: true }));
    this.#ending = new Uint8Array([...this.#ending, ...bytes.slice(-4)].slice(-4));
  }

  #follow(task: number, attempt: number) {
    const from = this.bytes.value - incompleteTail(this.#ending);
    this.#decoder = new TextDecoder();
    this.#stream = openLog(task, attempt, from, {
      onOpen: () => {
        this.state.value = "live";
      },
      onBroken: () => {
        this.state.value = "reconnecting";
      },
      onText: (text) => this.#add(text),
      onEnd: () => this.#complete(),
    });
  }

  #complete() {
    this.#add(this.#decoder.decode());
    this.state.value = "complete";
  }

  // Many small pieces are drawn once a frame; the first lines at once.
  #add(text: string) {
    if (text === "") return;
    const is_first = this.log.lines === 0;
    this.log.append(text);
    if (is_first) this.version.value += 1;
    else if (this.#frame === 0) {
      this.#frame = requestAnimationFrame(() => {
        this.#frame = 0;
        this.version.value += 1;
      });
    }
  }
}
