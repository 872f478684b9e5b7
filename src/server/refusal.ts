import type { ContentfulStatusCode } from "hono/utils/http-status";

/** A request that is not done; told to the client as a `Problem`. */
export class Refusal extends Error {
  readonly status: ContentfulStatusCode;
  readonly code: string;

  constructor(status: ContentfulStatusCode, code: string, message: string) {
    super(message);
    this.name = "Refusal";
    this.status = status;
    this.code = code;
  }
}
