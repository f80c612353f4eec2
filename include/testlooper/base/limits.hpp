// Every limit of the product, in one place: its name, its default, its unit in the name. Those a
// server configuration can change are repeated there (docs/configuration.md); the rest are fixed
// because a repository's or a client's input must not choose them.
#pragma once

#include <cstddef>
#include <cstdint>

namespace testlooper::limits {

// Text from repositories.
inline constexpr std::size_t kConfigBytes = 1u << 20;     // .testlooper/config.yaml
inline constexpr std::size_t kPlanBytes = 1u << 20;       // what the config's command writes
inline constexpr std::size_t kTestListBytes = 64u << 20;  // what list-tests writes
inline constexpr std::size_t kReportBytes = 64u << 20;    // what run-tests leaves
inline constexpr std::size_t kDockerfileBytes = 1u << 20;
inline constexpr std::size_t kSourceBytes = 4ull << 30;  // all files of one commit
inline constexpr int kYamlDepth = 64;
inline constexpr std::size_t kYamlNodes = 200'000;  // after aliases are followed
inline constexpr std::size_t kTestsPerSuite = 1'000'000;
inline constexpr std::size_t kTestIdBytes = 10'000;
inline constexpr std::size_t kRegexBytes = 1'000;
inline constexpr std::size_t kTreeNodes = 8'000'000;      // of a test list, a report, a webhook
inline constexpr std::size_t kNameBytes = 200;            // of an environment, a build, a suite
inline constexpr std::size_t kVariablesBytes = 1u << 20;  // all of an environment, expanded
inline constexpr std::size_t kWarnings = 100;             // beyond: counted, not kept
inline constexpr int kMaxTimeoutSeconds = 7 * 86'400;
inline constexpr int kMaxCores = 4'096;
inline constexpr int kMaxRamGb = 65'536;

// What is kept.
inline constexpr std::uint64_t kLogBytes = 16ull << 20;    // per attempt: half head, half tail
inline constexpr std::size_t kRunLogBytes = 1u << 20;      // of one run's output, from the report
inline constexpr std::size_t kRunLogsBytes = 16u << 20;    // of all such outputs of an attempt
inline constexpr std::size_t kPassedLogsBytes = 4u << 20;  // of them, of runs that did not fail
inline constexpr std::size_t kOpenMarks = 1'000;  // tests that are marked as running at once
inline constexpr std::uint64_t kArtifactBytes = 64ull << 20;  // all of an attempt
inline constexpr std::size_t kArtifactFiles = 1'000;          // of an attempt
inline constexpr std::size_t kArtifactPathBytes = 512;        // below TEST_ARTIFACTS
inline constexpr std::size_t kArtifactDepth = 16;             // folders within folders
inline constexpr std::size_t kArtifactWarnings = 20;          // beyond: counted, not named
inline constexpr std::size_t kMessageBytes = 8u << 10;        // a run's failure message
inline constexpr std::size_t kCauseBytes = 1u << 10;          // a task's cause, one sentence

// Retention.
inline constexpr int kRetentionPeriodSeconds = 3'600;  // between two runs
inline constexpr int kRetentionFirstSeconds = 60;      // after the start, at most
inline constexpr int kRetentionStep = 200;             // what goes with one transaction
inline constexpr int kDiskLookSeconds = 5;             // between two looks at the free room
inline constexpr std::int64_t kDiskReserveMb = 1'024;  // below: no new work

// Engine.
inline constexpr int kInfraAttempts = 3;                   // attempts of a task the machine failed
inline constexpr int kInfraBackoffSeconds = 2;             // doubled with each attempt
inline constexpr int kBatchTargetSeconds = 30;             // of tests in one task
inline constexpr int kGuessedTestMs = 50;                  // a run of a test never measured
inline constexpr int kContainerStartMs = 1'000;            // what a task takes beside its tests
inline constexpr int kGuessedStepSeconds = 5;              // a step of preparation
inline constexpr int kRecordedSteps = 5;                   // tell how long the next one may take
inline constexpr std::size_t kQueueTasks = 1'000;          // whose start is foreseen, and shown
inline constexpr int kReservedCores = 1;                   // of a task that names none
inline constexpr int kReservedRamMb = 512;                 // likewise
inline constexpr int kBigTaskPatienceSeconds = 30;         // then nothing overtakes it any more
inline constexpr int kContainersPerCore = 4;               // where `workers` says nothing
inline constexpr int kOpenRunTasksPerDesired = 64;         // more are made as these finish
inline constexpr int kSeriesRuns = 50;                     // of each test, by a task of reruns
inline constexpr int kSandboxStartMs = 2;                  // what a sandbox takes beside its tests
inline constexpr int kSeriesMs = 1'000;                    // which is to be about so long
inline constexpr int kSeriesMostMs = 3'000;                // after it, nothing more of it starts
inline constexpr std::size_t kSeriesBytes = 1u << 20;      // of its logs; then it ends
inline constexpr std::int64_t kRunsPerRequest = 100'000;   // of a test, by any wish
inline constexpr int kFlakeMemoryCommits = 20;             // ancestors whose flakes are remembered
inline constexpr std::size_t kLineageTests = 1'000;        // told by their texts, of one commit
inline constexpr std::size_t kLineagePairs = 40'000;       // of tests whose texts are compared
inline constexpr std::size_t kLineageFiles = 200;          // read for that
inline constexpr std::size_t kLineageFileBytes = 1 << 20;  // larger ones are not read
inline constexpr double kLineageSimilarity = .5;           // of texts, at least
inline constexpr std::int64_t kLineageListed = 50'000;     // beyond: no names are followed
inline constexpr int kLineagesAtOnce = 2;                  // commits compared with parents
inline constexpr int kLineageSeconds = 60;                 // then its tests go on nowhere
inline constexpr std::size_t kNamesOfTest = 16;            // followed through history
inline constexpr std::int64_t kComparedTests = 1'000;      // of each change, shown
inline constexpr std::size_t kRenameCandidates = 1'000;    // files that git compares for renames
inline constexpr std::size_t kRulesPerRepo = 100;
inline constexpr std::size_t kBranchPatternBytes = 250;
inline constexpr std::size_t kScheduleBytes = 200;
inline constexpr int kAuditEntries = 200;                 // of one answer
inline constexpr std::int64_t kMatchedTests = 50;         // named in a preview of a selection
inline constexpr std::size_t kAuditTextBytes = 1u << 10;  // what an entry says of a change
inline constexpr std::size_t kInboxEvents = 10'000;       // beyond: 503 with Retry-After
inline constexpr int kScanPeriodSeconds = 60;             // refs are looked at again
inline constexpr int kScanRetrySeconds = 5;               // after a look that failed
inline constexpr int kRepos = 1'000;                      // tested by one server
inline constexpr int kRepoProbeSeconds = 5;               // a new URL is asked whether it is one
inline constexpr int kLocalScans = 2;                     // repositories looked at at the same time
inline constexpr int kFetches = 4;                        // by URL, that could be read last time
inline constexpr int kUnprovenFetches = 4;                // by URL, of new ones and failed ones
inline constexpr int kPurgeRows = 2'000;                  // deleted between two events
inline constexpr int kPurgeWaitSeconds = 1;   // between two looks whether files are gone
inline constexpr int kScanDepthCommits = 20;  // of a branch that is new to us
inline constexpr int kNewCommitsPerScan = 5'000;
inline constexpr int kFetchSilenceSeconds = 120;  // a fetch without any progress is given up
inline constexpr int kFetchSeconds = 3'600;       // and so is one that is just slow
inline constexpr int kRepoProblems = 20;          // sentences kept of a damaged repository
inline constexpr std::size_t kCommitMessageBytes = 64u << 10;
inline constexpr std::size_t kPersonBytes = 512;  // an author's name, or e-mail address
inline constexpr int kTreeDepth = 512;            // folders within folders
inline constexpr int kHookSpoolFiles = 1'000;     // beyond: one that says "look at everything"
inline constexpr int kHookPostSeconds = 10;       // one delivery of the git hook

// Idle room.
inline constexpr int kIdleHeads = 64;  // with something left to run, that are looked at
inline constexpr int kIdleTestMs = 1;  // what a run takes at least, when gain is told by the second

// Flaky tests.
inline constexpr int kFlakyHistoryCommits = 2'000;      // of a test, the newest, are assessed
inline constexpr std::size_t kFlakyHistoryPoints = 24;  // of it, shown
inline constexpr int kFlakyAtOnce = 8;                  // tests assessed between two events
inline constexpr int kFlakySettleMs = 200;              // after a run, then it is looked at
inline constexpr int kFlakyTests = 1'000;               // of a list, at most
inline constexpr std::size_t kClusterTextBytes = 500;   // of a cluster's message, kept
inline constexpr int kClustersPerPage = 200;            // the newest
inline constexpr int kClusterTests = 200;               // of a cluster, shown
inline constexpr int kClusterRuns = 50;                 // of a cluster, shown
inline constexpr int kQuarantineDays = 30;              // where nobody says how long
inline constexpr int kMostQuarantineDays = 366;
inline constexpr std::size_t kQuarantined = 1'000;        // of a repository, at once
inline constexpr std::size_t kReasonBytes = 1u << 10;     // why a test is quarantined
inline constexpr std::size_t kImportBytes = 32u << 20;    // of a request with a report in it
inline constexpr std::size_t kImportResults = 50'000;     // of a report
inline constexpr std::int64_t kImportTests = 1'000'000;   // of a suite, whose names are known
inline constexpr const char* kImportedName = "imported";  // of a suite that nobody named
inline constexpr const char* kImportKnown = "this report was imported before; nothing was added";
inline constexpr int kFailuresCompared = 100;  // of a test, to see who fails with it
// Experiments.
inline constexpr std::int64_t kExperimentRuns = 1'000'000;      // of one, at most
inline constexpr std::int64_t kExperimentRunsUnasked = 50'000;  // above: only for who says yes
inline constexpr std::int64_t kHuntRuns = 10'000;               // where a hunt names no bound
inline constexpr std::int64_t kHuntFailures = 10;               // likewise, where it names nothing
inline constexpr std::int64_t kBisectRuns = 20'000;             // where a bisection names none
inline constexpr std::int64_t kDiagnoseRuns = 5'000;            // where a diagnosis names none
inline constexpr int kDiagnoseEffort = 10;                      // of a diagnosis, at most
inline constexpr int kExperimentInFlight = 8;                   // where it names none
inline constexpr int kExperimentInFlightMost = 64;              // runs at once, of one
inline constexpr int kExperimentTries = 3;  // given up or skipped, none measured: it can't run
inline constexpr std::int64_t kAgainstRuns = 10;  // of a commit that a proof is against, at least
inline constexpr double kLeastOldRate = 1e-6;     // of a proof
inline constexpr std::size_t kBisectCommits = 10'000;        // of a range
inline constexpr std::size_t kBisectCommitsUnnamed = 1'000;  // of one whose beginning is open
inline constexpr std::size_t kShownCommits = 50;             // of a range, the likeliest
inline constexpr std::size_t kShownFailures = 100;           // of an experiment's runs
inline constexpr std::size_t kExportedRuns = 100'000;        // the newest
inline constexpr int kExperimentsOfPage = 200;               // of one answer
inline constexpr std::size_t kWatchedCommits = 500;          // since a fix, the newest

// The data folder.
inline constexpr int kDataFolderMs = 3'000;  // until a server that was killed has let go of it

// Containers.
inline constexpr int kDefaultTimeoutSeconds = 3'600;  // a suite that names none
inline constexpr int kSetupTimeoutSeconds = 1'800;    // plan, list, image, custom-setup
inline constexpr int kBuildTimeoutSeconds = 7'200;    // a build's command
inline constexpr int kKillGraceSeconds = 2;           // TERM, then KILL
inline constexpr int kCancelSeconds = 2;              // then the containers are gone
inline constexpr int kCancelGraceMs = 500;            // TERM, then KILL, where somebody cancels
inline constexpr int kPidsPerContainer = 2'048;
inline constexpr std::int64_t kShmBytes = 256ll << 20;
inline constexpr int kOpenFilesPerContainer = 65'536;
inline constexpr std::int64_t kDefaultMemoryBytes = 4ll << 30;
inline constexpr std::uint64_t kBuildOutputBytes = 8ull << 30;  // what one build leaves
inline constexpr int kShownPaths = 5;               // of what a build wrote in the wrong place
inline constexpr int kDockerCallSeconds = 60;       // any call that should answer at once
inline constexpr int kSandboxIdleSeconds = 60;      // a warm container stays so long without a run
inline constexpr int kSandboxRefusedSeconds = 600;  // then a host that refused one is asked again
inline constexpr std::uint64_t kSandboxDiskPart = 2;  // of a run's memory, 1/this may be files
inline constexpr int kFirstRuns = 5;        // of a test at a commit: never in a sandbox by itself
inline constexpr int kSpareSandboxes = 8;   // warm containers beyond one a slot
inline constexpr int kSpareContainers = 4;  // started before anybody asks for them
inline constexpr int kSpareContainerSeconds = 600;  // kept so long for a kind of run
inline constexpr int kSpareCalmMs = 200;            // without a run, until one is started
inline constexpr int kSurplusPauseSeconds = 10;     // without a run, until spare networks go
inline constexpr std::uint64_t kFilesSentAlong = 4u << 20;  // a commit's, to a spare container
inline constexpr std::size_t kStarterParts = 12;  // places of tests that `init` writes suites for
inline constexpr int kContainerOneIn = 50;     // reruns stays in a container, to compare the places
inline constexpr int kRepeatsPerTask = 1'000;  // of one test, by one call of repeat-tests

// Conditions of a run.
inline constexpr std::size_t kConditionParts = 2'000;        // words of one condition
inline constexpr std::size_t kConditionBytes = 256u << 10;   // all of them
inline constexpr std::int64_t kConditionLeastMemoryMb = 16;  // below: nothing starts
inline constexpr double kConditionLeastCpus = .01;
inline constexpr int kConditionStress = 64;    // busy processes
inline constexpr int kConditionCopies = 16;    // of a suite's command, side by side
inline constexpr int kConditionRepeats = 100;  // of a test in one process

// Login.
inline constexpr std::size_t kSecretBytes = 32;  // drawn for a token, a session, a sign-in code
inline constexpr std::size_t kTokenNameBytes = 64;
inline constexpr std::int64_t kTokens = 1'000;          // that stand, at once
inline constexpr int kMostTokenDays = 3'660;            // until one expires
inline constexpr int kSessionDays = 14;                 // then a browser signs in again
inline constexpr std::int64_t kSessionsPerToken = 100;  // beyond: the oldest ends
inline constexpr std::size_t kAgentBytes = 200;         // of what a browser calls itself
inline constexpr int kSignInCodeSeconds = 600;          // a one-click address works once, so long
inline constexpr std::size_t kSignInCodes = 100;        // that wait for use
inline constexpr int kFailedLogins = 10;                // from one address, in:
inline constexpr int kFailedLoginSeconds = 60;          // then it waits until they are over
inline constexpr std::size_t kFailedLoginAddresses = 10'000;
inline constexpr int kLastUsedSeconds = 3'600;       // between two notes that a login is in use
inline constexpr int kKnownLoginSeconds = 5;         // a login is believed without looking again
inline constexpr std::size_t kKnownLogins = 10'000;  // of them

// Pages.
inline constexpr int kCommitsPerTestPage = 500;
inline constexpr std::size_t kRunsPerTestPage = 10'000;

// HTTP.
inline constexpr std::size_t kHttpHeaderBytes = 16u << 10;
inline constexpr std::size_t kHttpTargetBytes = 8u << 10;
inline constexpr std::size_t kHttpBodyBytes = 1u << 20;
inline constexpr std::size_t kWebhookBodyBytes = 8u << 20;  // a forge lists many commits
inline constexpr int kHttpHeaderSeconds = 10;
inline constexpr int kHttpIdleSeconds = 60;
inline constexpr int kHttpBodySeconds = 30;
inline constexpr int kHttpWriteSeconds = 60;  // one piece of an answer
inline constexpr int kHttpReplySeconds = 30;  // of the engine, to a request that changes something
inline constexpr int kHttpQueueMs = 500;      // of the engine, to why tasks wait; then without
inline constexpr int kHttpStopSeconds = 3;    // beyond: connections are cut
inline constexpr int kHttpHeartbeatSeconds = 15;
inline constexpr int kHttpConnections = 2'048;
inline constexpr std::size_t kEventQueuePerViewer = 256;  // beyond: the viewer is told to reload
inline constexpr int kChangeIntervalMs = 100;             // between two change events of a viewer
inline constexpr int kSharedPageMs = 100;  // a page is given to others who ask, unless news came
inline constexpr std::size_t kSharedPagesBytes = 16u << 20;  // of them; the oldest go first
inline constexpr std::size_t kHttpChunkBytes = 64u << 10;    // of a log, read and sent at once
inline constexpr std::size_t kLogSwitches = 500'000;  // of stream, in a log that is taken apart

}  // namespace testlooper::limits
