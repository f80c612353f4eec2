import { render } from "preact";
import { early } from "./api/early.ts";
import { App } from "./app.tsx";
import { startSession } from "./state/session.ts";
import { startShortcuts } from "./state/shortcuts.ts";
import "./styles/index.css";

const root = document.getElementById("app");
if (root) {
  void startSession();
  early.over = true;
  startShortcuts();
  render(<App />, root);
}
