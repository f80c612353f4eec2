// What is asked before something is stopped: it says what that comes to.
export interface Stopping {
  title: string;
  text: string;
  does: string;
  danger: true;
  act: () => Promise<string>;
}

export const cancelQuestion = (what: string, act: Stopping["act"]): Stopping => ({
  title: `Cancel ${what}?`,
  text:
    "What has not started of it is given up, and containers that run for it alone are gone within two seconds. " +
    "What was measured stays.",
  does: "Cancel it",
  danger: true,
  act,
});

export const branchQuestion = (branch: string, act: Stopping["act"]): Stopping => ({
  ...cancelQuestion(`the testing of ${branch}`, act),
  text:
    "What its pushes want is given up, and all that is wanted of its newest commit; containers that run for it " +
    "alone are gone within two seconds. What was measured stays, and the next push is tested again.",
});
