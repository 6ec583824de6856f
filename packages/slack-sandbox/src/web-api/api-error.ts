import type { JsonObject } from 'sandbox-kit/json';
import type { Refusal } from '../validate/validate-message.ts';

/** A refusal of the Web API: `{ok: false, error, ...details}`. */
export class SlackApiError extends Error {
  override name = 'SlackApiError';
  readonly code: string;
  readonly details: JsonObject;

  constructor(code: string, details: JsonObject = {}) {
    super(code);
    this.code = code;
    this.details = details;
  }
}

/** Throws the validator's findings in Slack's wording. */
export const refuse = (refusal: Refusal | null): void => {
  if (refusal === null) return;
  throw new SlackApiError(
    refusal.error,
    refusal.messages.length === 0
      ? {}
      : {
          errors: refusal.messages.map((message) => message.replace(/^\[ERROR\] /, '')),
          response_metadata: { messages: refusal.messages },
        },
  );
};

export const missing = (name: string): SlackApiError =>
  new SlackApiError('invalid_arguments', {
    response_metadata: { messages: [`[ERROR] missing required field: ${name}`] },
  });
