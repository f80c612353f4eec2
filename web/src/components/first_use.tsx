// What a server without repositories shows: how to give it one.
import { useHead } from "../state/head.ts";

const config = `version: 1
name: my-project
image:
  docker:
    image: python:3.12
command: cp .testlooper/plan.yaml "$TEST_PLAN_OUTPUT"`;

const server = `repos:
  - name: my-project
    source: /path/to/my-project.git`;

export function FirstUse() {
  useHead("Welcome");
  return (
    <section class="first-use">
      <h1>No repository yet</h1>
      <p>TestLooper tests the commits of git repositories. It takes three steps to give it one.</p>
      <ol>
        <li>
          <h2>Tell the repository how it is tested</h2>
          <p>
            Commit <code>.testlooper/config.yaml</code>; its command writes the test plan.
          </p>
          <pre>{config}</pre>
        </li>
        <li>
          <h2>Name the repository to the server</h2>
          <p>In the server's configuration, then start the server again:</p>
          <pre>{server}</pre>
        </li>
        <li>
          <h2>Let pushes be announced</h2>
          <p>Once, for a repository on this machine; others are looked at each minute.</p>
          <pre>testlooper hook install /path/to/my-project.git</pre>
        </li>
      </ol>
      <p>Its commits appear here by themselves. No need to reload.</p>
    </section>
  );
}
