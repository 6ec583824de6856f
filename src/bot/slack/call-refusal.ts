import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api';
import { codeOf } from '../../lib/errors.ts';
import type { Refusal } from '../port.ts';
import { PASSING } from './connection/until-answered.ts';
import { DeletedFile } from './shared-files.ts';

/** The message itself is at fault; a retry cannot help. */
const CONTENT_ERRORS = new Set([
  'invalid_blocks',
  'invalid_blocks_format',
  'invalid_arguments',
  'invalid_attachments',
  'too_many_attachments',
  'attachment_payload_limit_exceeded',
  'markdown_text_conflict',
  'msg_too_long',
  'msg_blocks_too_long',
  'no_text',
  'metadata_too_large',
  'invalid_metadata_format',
  'invalid_metadata_schema',
  'metadata_must_be_sent_from_app',
]);
/** The message to change, or the thread to post to, is not there, or the thread takes no replies. */
const GONE_ERRORS = new Set([
  'message_not_found',
  'thread_not_found',
  'cannot_reply_to_message',
  'restricted_action_thread_locked',
  'restricted_action_non_threadable_channel',
]);
/** The message is there, but is not ours or is too old for the workspace's rules. */
const FIXED_ERRORS = new Set(['cant_update_message', 'edit_window_closed']);

/** No connection was made, so nothing was done. */
const NEVER_REACHED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);
/** Pause before the next try, s. */
const AWAY_S = 2;

/** The system's code of a failed request, which fetch hides in `cause`. */
const reasonCode = (error: unknown): string =>
  codeOf(error) || (error instanceof Error ? codeOf(error.cause) : '');

/** Advice on a refusal by its name. */
const adviceOn = (name: string): string => {
  switch (name) {
    case 'channel_not_found':
    case 'not_in_channel':
    case 'is_archived':
    case 'is_inactive':
      return 'Slack cannot post to the channel: check SLACK_CHANNEL and invite the bot with /invite';
    case 'invalid_auth':
    case 'not_authed':
    case 'account_inactive':
    case 'token_revoked':
      return 'Slack does not accept the bot token: check SLACK_BOT_TOKEN';
    case 'missing_scope':
      return 'the Slack app lacks a scope: reinstall it with manifest.yaml';
    default:
      return 'Slack refused; trying again later';
  }
};

/** What a failed call to Slack means. */
export const slackRefusal = (error: unknown): Refusal => {
  if (error instanceof WebAPIRateLimitedError) return { kind: 'limited', seconds: error.retryAfter };
  if (error instanceof WebAPIRequestError && NEVER_REACHED.has(reasonCode(error.original)))
    return { kind: 'limited', seconds: AWAY_S };
  if (error instanceof DeletedFile) return { kind: 'content' };
  if (error instanceof WebAPIHTTPError || error instanceof WebAPIRequestError) return { kind: 'unsure' };
  if (!(error instanceof WebAPIPlatformError)) return { kind: 'unsure' };
  const { error: name } = error.data;
  if (CONTENT_ERRORS.has(name)) return { kind: 'content' };
  if (GONE_ERRORS.has(name)) return { kind: 'gone' };
  if (FIXED_ERRORS.has(name)) return { kind: 'fixed' };
  if (PASSING.has(name)) return { kind: 'unsure' };
  return { kind: 'refused', advice: adviceOn(name) };
};
