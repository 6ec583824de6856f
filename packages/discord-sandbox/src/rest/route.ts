import type { JsonObject } from 'sandbox-kit/json';
import type { Core } from '../core.ts';
import type { Rate } from './rate-limits.ts';

/** A file of a multipart request, by its number in `files[n]`. */
export interface UploadedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** One parsed API call. */
export interface Call {
  readonly core: Core;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: JsonObject;
  /** The body, if it is a list of objects. */
  readonly list: readonly JsonObject[];
  readonly files: ReadonlyMap<number, UploadedFile>;
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

export interface Route {
  /** Its title in Discord's documentation, such as `create-message`. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** `/channels/:channel/messages`; each channel, guild or webhook (with its token) has its own bucket. */
  readonly path: string;
  /** Null: unlimited, such as an interaction's first answer. */
  readonly rate: Rate | null;
  /** Needs no token in the header: an interaction's token is in the address. */
  readonly open?: boolean;
  readonly run: (call: Call) => Answer;
}

export const ok = (body: unknown): Answer => ({ status: 200, body });
export const created = (body: unknown): Answer => ({ status: 201, body });
export const noContent: Answer = { status: 204 };

/** A part of the address; the router has checked that it exists. */
export const param = (call: Call, name: string): string => call.params[name] ?? '';
