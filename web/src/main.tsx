import { render } from "preact";
import { App } from "./app.tsx";
import { startLive } from "./state/live.ts";
import { startShortcuts } from "./state/shortcuts.ts";
import "./styles/index.css";

const root = document.getElementById("app");
if (root) {
  startLive();
  startShortcuts();
  render(<App />, root);
}
