import { render } from "preact";
import { App } from "./app.tsx";
import { startLive } from "./state/live.ts";
import { startSession } from "./state/session.ts";
import { startShortcuts } from "./state/shortcuts.ts";
import "./styles/index.css";

const root = document.getElementById("app");
if (root) {
  startSession();
  startLive();
  startShortcuts();
  render(<App />, root);
}
