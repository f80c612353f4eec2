// Short names for the shapes of /api/v1, generated in types.ts from src/http/openapi.json.
import type { components } from "./types.ts";

type Schemas = components["schemas"];

export type Status = Schemas["Status"];
export type Outcome = Schemas["Outcome"];
export type OutcomeOrNone = Schemas["OutcomeOrNone"];
export type Verdict = Schemas["Verdict"];
export type ParentVerdict = Schemas["ParentVerdict"];
export type TaskKind = Schemas["TaskKind"];
export type TaskState = Schemas["TaskState"];
export type StepState = Schemas["StepState"];
export type Counts = Schemas["Counts"];

export type CommitSummary = Schemas["CommitSummary"];
export type BranchSummary = Schemas["BranchSummary"];
export type RepoSummary = Schemas["RepoSummary"];
export type MixedCell = Schemas["MixedCell"];
export type MatrixRow = Schemas["MatrixRow"];
export type StepSummary = Schemas["StepSummary"];
export type WarningSummary = Schemas["WarningSummary"];
export type EnvironmentSummary = Schemas["EnvironmentSummary"];
export type BuildSummary = Schemas["BuildSummary"];
export type SuiteSummary = Schemas["SuiteSummary"];
export type TestSummary = Schemas["TestSummary"];
export type TestColumns = Schemas["TestColumns"];
export type TaskSummary = Schemas["TaskSummary"];
export type DesiredSummary = Schemas["DesiredSummary"];
export type RunSummary = Schemas["RunSummary"];
export type StageSummary = Schemas["StageSummary"];
export type AttemptSummary = Schemas["AttemptSummary"];
export type RunLogSummary = Schemas["RunLogSummary"];
export type ArtifactSummary = Schemas["ArtifactSummary"];
export type TaskRun = Schemas["TaskRun"];

export type ExperimentRequest = Schemas["ExperimentRequest"];
export type ExperimentMore = Schemas["ExperimentMore"];
export type ExperimentSummary = Schemas["ExperimentSummary"];
export type ExperimentsPage = Schemas["ExperimentsPage"];
export type ExperimentArmSummary = Schemas["ExperimentArmSummary"];
export type ExperimentCommit = Schemas["ExperimentCommit"];
export type ExperimentFailure = Schemas["ExperimentFailure"];
export type ExperimentPage = Schemas["ExperimentPage"];
export type DiagnosisArm = Schemas["DiagnosisArm"];
export type DiagnosisFactor = Schemas["DiagnosisFactor"];
export type DiagnosisSummary = Schemas["DiagnosisSummary"];

export type ReposPage = Schemas["ReposPage"];
export type BranchPage = Schemas["BranchPage"];
export type CommitPage = Schemas["CommitPage"];
export type RetentionUse = Schemas["RetentionUse"];
export type RetentionItem = Schemas["RetentionItem"];
export type RetentionPage = Schemas["RetentionPage"];
export type RetentionStarted = Schemas["RetentionStarted"];
export type CommitColumnsPage = Schemas["CommitColumnsPage"];
export type TestCommit = Schemas["TestCommit"];
export type RunColumns = Schemas["RunColumns"];
export type TestPage = Schemas["TestPage"];
export type RunPage = Schemas["RunPage"];
export type ArtifactsPage = Schemas["ArtifactsPage"];
export type TaskPage = Schemas["TaskPage"];
export type EnginePage = Schemas["EnginePage"];
export type RequestPage = Schemas["RequestPage"];

export type RemovedRepo = Schemas["RemovedRepo"];
export type ComparedCommit = Schemas["ComparedCommit"];
export type ComparedTest = Schemas["ComparedTest"];
export type TestChange = Schemas["TestChange"];
export type ComparePage = Schemas["ComparePage"];
export type RuleSummary = Schemas["RuleSummary"];
export type RulesPage = Schemas["RulesPage"];
export type AuditLine = Schemas["AuditLine"];
export type AuditPage = Schemas["AuditPage"];
export type MatchedTest = Schemas["MatchedTest"];
export type MatchPage = Schemas["MatchPage"];

export type Rate = Schemas["Rate"];
export type RatePoint = Schemas["RatePoint"];
export type FlakyTest = Schemas["FlakyTest"];
export type FlakyPage = Schemas["FlakyPage"];
export type ClusterSummary = Schemas["ClusterSummary"];
export type ClusterTest = Schemas["ClusterTest"];
export type FailingTogether = Schemas["FailingTogether"];
export type ClustersPage = Schemas["ClustersPage"];
export type ClusterPage = Schemas["ClusterPage"];
export type Quarantine = Schemas["Quarantine"];
export type QuarantinePage = Schemas["QuarantinePage"];
export type QuarantineRequest = Schemas["QuarantineRequest"];

export type TestFilter = Schemas["TestFilter"];
export type RunRequest = Schemas["RunRequest"];
export type Selection = Schemas["Selection"];
export type WishChange = Schemas["WishChange"];
export type RuleRequest = Schemas["RuleRequest"];
export type RepoRequest = Schemas["RepoRequest"];
export type RepoSettings = Schemas["RepoSettings"];
export type RepoAdded = Schemas["RepoAdded"];
export type ReloadReport = Schemas["ReloadReport"];
export type OrderDone = Schemas["OrderDone"];
export type RunAccepted = Schemas["RunAccepted"];
export type RevisionAccepted = Schemas["RevisionAccepted"];
export type ErrorBody = Schemas["Error"];
export type ErrorCode = ErrorBody["error"]["code"];

export type SnapshotEvent = Schemas["SnapshotEvent"];
export type ChangeEvent = Schemas["ChangeEvent"];
export type LogEvent = Schemas["LogEvent"];
export type LogEndEvent = Schemas["LogEndEvent"];
