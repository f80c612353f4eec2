// From the URL to its page.

import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { LocationProvider, useLocation } from "preact-iso";
import { ConfirmDialog } from "./components/confirm.tsx";
import { HelpDialog, Missing, TopBar } from "./components/frame.tsx";
import { later } from "./components/later.tsx";
import { Palette } from "./components/palette.tsx";
import { parseRoute, type Route } from "./model/routes.ts";
import { BranchPage } from "./pages/branch_page.tsx";
import { CommitPage } from "./pages/commit_page.tsx";
import { ReposPage } from "./pages/repos_page.tsx";
import { syncQuery } from "./state/query.ts";
import { me, signedOut, welcome } from "./state/session.ts";

// What few open on a first visit.
const TestPage = later(() => import("./pages/test_page.tsx").then((page) => page.TestPage));
const TaskPage = later(() => import("./pages/task_page.tsx").then((page) => page.TaskPage));
const RunPage = later(() => import("./pages/run_page.tsx").then((page) => page.RunPage));
const FlakyPage = later(() => import("./pages/flaky_page.tsx").then((page) => page.FlakyPage));
const EnginePage = later(() => import("./pages/engine_page.tsx").then((page) => page.EnginePage));
const AuditPage = later(() => import("./pages/audit_page.tsx").then((page) => page.AuditPage));
const LoginPage = later(() => import("./pages/login_page.tsx").then((page) => page.LoginPage));
const SignInDialog = later(() => import("./pages/login_page.tsx").then((page) => page.SignInDialog));
const TokensPage = later(() => import("./pages/tokens_page.tsx").then((page) => page.TokensPage));
const ClusterPage = later(() => import("./pages/clusters_page.tsx").then((page) => page.ClusterPage));
const ClustersPage = later(() => import("./pages/clusters_page.tsx").then((page) => page.ClustersPage));
const ComparePage = later(() => import("./pages/compare_page.tsx").then((page) => page.ComparePage));
const ExperimentPage = later(() => import("./pages/experiment_page.tsx").then((page) => page.ExperimentPage));
const ExperimentsPage = later(() => import("./pages/experiments_page.tsx").then((page) => page.ExperimentsPage));
const QuarantinePage = later(() => import("./pages/quarantine_page.tsx").then((page) => page.QuarantinePage));
const RetentionPage = later(() => import("./pages/retention_page.tsx").then((page) => page.RetentionPage));
const RulesPage = later(() => import("./pages/rules_page.tsx").then((page) => page.RulesPage));
const SettingsPage = later(() => import("./pages/settings_page.tsx").then((page) => page.SettingsPage));

// Links to the API are the browser's own affair.
const pages = /^\/(?!api\/)/;

export const App = () => (
  <LocationProvider scope={pages}>
    <Shell />
  </LocationProvider>
);

let visited = false;
let went_back = false;
window.addEventListener("popstate", () => {
  went_back = true;
});

function Shell() {
  const { path, url, route } = useLocation();
  const main = useRef<HTMLElement>(null);
  useLayoutEffect(() => syncQuery(route), [url, route]);
  // Another page begins at its top, and so does a screen reader; going back stays with the browser.
  useEffect(() => {
    if (went_back || !visited) {
      went_back = false;
      visited = true;
      return;
    }
    window.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [path]);
  const current = parseRoute(path);
  const at_login = current.page === "login";
  // Nobody has signed in here yet; or somebody had, and the page stays as it is below the dialog.
  const stranger = signedOut.value && !me.value && !at_login;
  const ended = signedOut.value && me.value !== undefined && !at_login;
  return (
    <>
      <a class="skip" href="#main">
        Skip to the page
      </a>
      <TopBar path={path} />
      <main id="main" ref={main} tabIndex={-1}>
        {stranger ? (
          <LoginPage here={false} />
        ) : (
          (welcome.value || at_login) && <Page key={path} route={current} path={path} />
        )}
      </main>
      <HelpDialog />
      <Palette path={path} />
      <ConfirmDialog />
      {ended && <SignInDialog />}
    </>
  );
}

function Page({ route, path }: { route: Route; path: string }) {
  switch (route.page) {
    case "repos":
      return <ReposPage />;
    case "branch":
      return <BranchPage repo={route.repo} branch={route.branch} />;
    case "commit":
      return <CommitPage repo={route.repo} sha={route.sha} />;
    case "run":
      return <RunPage run={route.run} />;
    case "task":
      return <TaskPage task={route.task} />;
    case "test":
      return <TestPage repo={route.repo} test={route.test} />;
    case "compare":
      return <ComparePage repo={route.repo} />;
    case "flaky":
      return <FlakyPage repo={route.repo} />;
    case "clusters":
      return <ClustersPage repo={route.repo} />;
    case "cluster":
      return <ClusterPage repo={route.repo} cluster={route.key} />;
    case "quarantine":
      return <QuarantinePage repo={route.repo} />;
    case "rules":
      return <RulesPage repo={route.repo} />;
    case "settings":
      return <SettingsPage repo={route.repo} />;
    case "engine":
      return <EnginePage />;
    case "retention":
      return <RetentionPage />;
    case "tokens":
      return <TokensPage />;
    case "login":
      return <LoginPage here />;
    case "audit":
      return <AuditPage />;
    case "experiments":
      return <ExperimentsPage />;
    case "experiment":
      return <ExperimentPage experiment={route.experiment} />;
    case "not_found":
      return <Missing title={path} why={`there is no page at ${path}`} />;
  }
}
