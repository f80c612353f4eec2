// Tasks of the engine: what, for which commit, how long, and why one waits or failed. As a table where
// there is width, as a list beside other things.
import type { TaskSummary } from "../api/shapes.ts";
import { kindWords, plural } from "../model/format.ts";
import { taskLook } from "../model/looks.ts";
import { printableName } from "../model/printable.ts";
import { cancelQuestion } from "../model/questions.ts";
import { taskUrl } from "../model/routes.ts";
import { isWaiting, whyOf } from "../model/task.ts";
import { AskButton } from "./confirm.tsx";
import { Mark } from "./mark.tsx";
import { Ago, CommitLink, Elapsed, Name, Sentence, Starts } from "./text.tsx";

function aboutOf(task: TaskSummary): string {
  const about = [];
  if (task.suite !== "") about.push(printableName(task.suite));
  if (task.tests > 0) about.push(plural(task.tests, "test"));
  if (task.attempts > 1) about.push(`attempt ${task.attempts}`);
  return about.join(" · ");
}

// Resolves to "" where the server took it, else to what is wrong.
export type CancelTask = (task: number) => Promise<string>;

// Of a task that has not ended.
export function CancelButton(props: { task: TaskSummary; onCancel: CancelTask; loud?: boolean }) {
  const { task, onCancel } = props;
  if (task.state === "finished") return null;
  const name = `${kindWords[task.kind]}, task ${task.id}`;
  return (
    <AskButton
      text={props.loud ? "Cancel" : "cancel"}
      label={`cancel ${name}`}
      quiet={!props.loud}
      question={cancelQuestion(name, () => onCancel(task.id))}
    />
  );
}

export function TaskTable(props: { tasks: TaskSummary[]; label: string; onCancel: CancelTask }) {
  const { tasks, label, onCancel } = props;
  return (
    <table class="tasks" aria-label={label}>
      <colgroup>
        <col class="col-verdict" />
        <col class="col-kind" />
        <col class="col-commit" />
        <col />
        <col class="col-time" />
        <col class="col-when" />
      </colgroup>
      <tbody>
        {tasks.map((task) => (
          <TaskRow key={task.id} task={task} onCancel={onCancel} />
        ))}
      </tbody>
    </table>
  );
}

function TaskRow({ task, onCancel }: { task: TaskSummary; onCancel: CancelTask }) {
  return (
    <tr data-row={task.id}>
      <td>
        <Mark look={taskLook(task.state, task.outcome)} />
      </td>
      <td>
        <a href={taskUrl(task.id)} data-row-link>
          {kindWords[task.kind]}
        </a>
      </td>
      <td>
        <span class="dim">
          <Name text={task.repo} />
        </span>{" "}
        <CommitLink repo={task.repo} sha={task.sha} /> <Name text={task.subject} />
      </td>
      <td class="why">
        <span class="dim">
          <bdi>{aboutOf(task)}</bdi>
        </span>{" "}
        <Sentence text={whyOf(task)} /> <CancelButton task={task} onCancel={onCancel} />
      </td>
      <td class="number dim">
        <TaskTime task={task} />
      </td>
      <td class="number dim">
        <Ago at={task.finished_at ?? task.started_at ?? task.created_at} />
      </td>
    </tr>
  );
}

// How long it takes, or when it starts.
function TaskTime({ task }: { task: TaskSummary }) {
  if (isWaiting(task)) return <Starts task={task} />;
  if (task.started_at === null) return null; // it was cancelled before; when that was stands beside
  return <Elapsed from={task.started_at} to={task.finished_at} />;
}

export function TaskList({ tasks, onCancel }: { tasks: TaskSummary[]; onCancel: CancelTask }) {
  return (
    <ul class="task-list">
      {tasks.map((task) => (
        <li key={task.id}>
          <Mark look={taskLook(task.state, task.outcome)} />
          <span class="task-what">
            <a href={taskUrl(task.id)}>{kindWords[task.kind]}</a>
            <bdi class="dim">{aboutOf(task)}</bdi>
            <CancelButton task={task} onCancel={onCancel} />
          </span>
          <span class="number dim">
            <TaskTime task={task} />
          </span>
          {whyOf(task) !== "" && (
            <span class="task-why">
              <Sentence text={whyOf(task)} />
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
