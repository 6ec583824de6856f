import { isObject, type JsonObject, parseJson } from 'sandbox-kit/json';
import type { Core } from '../core.ts';
import { missing } from './api-error.ts';

/** One method of the Web API. */
export interface Method {
  /** The token that it takes. */
  readonly token: 'bot' | 'app' | 'any';
  /** The required scope, if any. */
  readonly scope?: string;
  /** Calls per minute (Slack's tiers 2 to 4: 20, 50, 100); posts have their own limit. */
  readonly perMinute: number;
  /** The answer without `ok`. @throws SlackApiError to refuse */
  readonly run: (args: Arguments, core: Core, call: { readonly token: 'bot' | 'app' }) => JsonObject;
}

/** A method that a bot calls. */
export const asBot = (scope: string, perMinute: number, run: Method['run']): Method => ({
  token: 'bot',
  scope,
  perMinute,
  run,
});

export type Methods = Readonly<Record<string, Method>>;

/**
 * The arguments of a Web API call. Clients send them form-encoded (objects as JSON text, numbers and booleans as
 * text) or as JSON; these readers take both.
 */
export interface Arguments {
  readonly text: (name: string) => string | undefined;
  /** A required text. @throws `invalid_arguments` if it is missing */
  readonly required: (name: string) => string;
  readonly number: (name: string) => number | undefined;
  readonly flag: (name: string) => boolean;
  /** An object or array. Text that is not JSON stays text, for the validators to refuse. */
  readonly json: (name: string) => unknown;
}

export const readArguments = (values: JsonObject): Arguments => {
  const text = (name: string): string | undefined => {
    const value = values[name];
    return value === undefined || value === null || typeof value === 'object' ? undefined : String(value);
  };
  return {
    text,
    required: (name) => {
      const value = text(name);
      if (value === undefined || value === '') throw missing(name);
      return value;
    },
    number: (name) => {
      const value = Number(text(name) ?? Number.NaN);
      return Number.isFinite(value) ? value : undefined;
    },
    flag: (name) => ['true', '1'].includes(text(name) ?? ''),
    json: (name) => {
      const value = values[name];
      return typeof value === 'string' ? (parseJson(value) ?? value) : value;
    },
  };
};

/** The fields of a request's body by its content type; a GET's query fields. */
export const parseBody = (contentType: string, body: string, query: URLSearchParams): JsonObject => {
  if (contentType.startsWith('application/json')) {
    const parsed = parseJson(body);
    return isObject(parsed) ? parsed : {};
  }
  return { ...Object.fromEntries(query), ...Object.fromEntries(new URLSearchParams(body)) };
};
