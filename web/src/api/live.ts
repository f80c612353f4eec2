// The one live client: Server-Sent Events with a reconnect of its own, since EventSource gives up at the
// first answer that is not 200. Nobody else opens a stream.
import { retryDelay } from "../model/refresh.ts";
import type { ChangeEvent, LogEvent, SnapshotEvent } from "./shapes.ts";

export interface Stream {
  close(): void;
}

interface StreamHandlers {
  events: Record<string, (data: unknown, id: string) => void>;
  onOpen(): void;
  onBroken(): void;
}

// A browser has six connections for a host, over all its tabs: a tab that nobody sees gives its own back
// after a while, and one that was opened in the background asks for none before it is seen.
const hidden_patience_ms = 15_000;

function openStream(url: () => string, handlers: StreamHandlers): Stream {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let closed = false;

  const disconnect = () => {
    clearTimeout(timer);
    source?.close();
    source = undefined;
  };
  const connect = () => {
    source = new EventSource(url());
    source.onopen = () => {
      failures = 0;
      handlers.onOpen();
    };
    source.onerror = () => {
      disconnect();
      failures += 1;
      handlers.onBroken();
      timer = setTimeout(connect, retryDelay(failures));
    };
    for (const [name, handle] of Object.entries(handlers.events)) {
      source.addEventListener(name, (event: MessageEvent<string>) => {
        if (!closed) handle(event.data ? JSON.parse(event.data) : undefined, event.lastEventId);
      });
    }
  };
  const onVisibility = () => {
    clearTimeout(timer);
    if (document.hidden) timer = setTimeout(disconnect, hidden_patience_ms);
    else if (!source) connect();
  };
  document.addEventListener("visibilitychange", onVisibility);
  if (!document.hidden) connect();
  return {
    close() {
      closed = true;
      document.removeEventListener("visibilitychange", onVisibility);
      disconnect();
    },
  };
}

export interface EventHandlers {
  // The stream is there, at this revision: whatever is older is to be fetched again.
  onSnapshot(revision: number): void;
  onChange(change: ChangeEvent): void;
  // We were too slow: ask for everything again.
  onReload(): void;
  onBroken(): void;
}

export function openEvents(handlers: EventHandlers): Stream {
  return openStream(() => "/api/v1/events", {
    events: {
      snapshot: (data) => handlers.onSnapshot((data as SnapshotEvent).revision),
      change: (data) => handlers.onChange(data as ChangeEvent),
      reload: () => handlers.onReload(),
    },
    onOpen: () => {},
    onBroken: handlers.onBroken,
  });
}

export interface LogHandlers {
  onText(text: string): void;
  onEnd(): void;
  onOpen(): void;
  onBroken(): void;
}

// The log of an attempt from byte `from` on, as it grows; a reconnect goes on where the last one ended.
export function openLog(
  task: number,
  attempt: number,
  from: number,
  handlers: LogHandlers,
): Stream {
  let offset = from;
  const url = () => `/api/v1/tasks/${task}/attempts/${attempt}/log/stream?from=${offset}`;
  const stream = openStream(url, {
    events: {
      log: (data, id) => {
        offset = Number(id);
        handlers.onText((data as LogEvent).text);
      },
      end: () => {
        stream.close();
        handlers.onEnd();
      },
    },
    onOpen: handlers.onOpen,
    onBroken: handlers.onBroken,
  });
  return stream;
}
