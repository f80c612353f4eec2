import { render } from "preact";
import { App } from "./app.tsx";
import { askForFirstPage } from "./state/first_call.ts";
import { startSession, welcome } from "./state/session.ts";
import { startShortcuts } from "./state/shortcuts.ts";
import "./styles/index.css";

const root = document.getElementById("app");
if (root) {
  void startSession();
  if (welcome.value) askForFirstPage(location.pathname, location.search);
  startShortcuts();
  render(<App />, root);
}
