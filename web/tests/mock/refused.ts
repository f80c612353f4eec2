// What an answer of the mock API gets, and how it says no.
import type { ErrorCode } from "../../src/api/shapes.ts";

export class Refused extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
  ) {
    super(message);
  }
}

export const missing = (what: string): never => {
  throw new Refused("not_found", `there is no ${what}`);
};

export type Answer = (request: {
  parts: string[];
  params: URLSearchParams;
  body: string;
}) => object;
