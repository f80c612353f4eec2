// What a server without repositories shows: how to give it one.
import type { ComponentChildren } from "preact";
import { useHead } from "../state/head.ts";

const config = `version: 1
name: my-project
image:
  docker:
    image: python:3.12
command: cp .testlooper/plan.yaml "$TEST_PLAN_OUTPUT"`;

export function FirstUse({ children }: { children: ComponentChildren }) {
  useHead("Welcome");
  return (
    <section class="first-use">
      <h1>No repository yet</h1>
      <p>TestLooper tests the commits of git repositories. It takes three steps to give it one.</p>
      <ol>
        <li>
          <h2>Tell the repository how it is tested</h2>
          <p>
            Commit <code>.testlooper/config.yaml</code>; its command writes the test plan.{" "}
            <code>testlooper check .</code> tells what is wrong with it.
          </p>
          <pre>{config}</pre>
        </li>
        <li>
          <h2>Name the repository to the server</h2>
          {children}
        </li>
        <li>
          <h2>Let pushes be announced</h2>
          <p>
            Once, for a repository on this machine; others are looked at each minute. The command for it
            is shown when the repository is added.
          </p>
          <pre>testlooper hook install /path/to/my-project.git</pre>
        </li>
      </ol>
      <p>Its commits appear here by themselves. No need to reload.</p>
    </section>
  );
}
