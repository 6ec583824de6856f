import type { JsonObject } from 'sandbox-kit/json';
import { nestedErrors, type Problem } from '../validate/problems.ts';

/** A refusal of Discord: an HTTP status, a code and a message. */
export class DiscordApiError extends Error {
  override name = 'DiscordApiError';
  readonly status: number;
  readonly code: number;
  readonly errors: JsonObject | undefined;
  constructor(status: number, code: number, message: string, errors?: JsonObject) {
    super(message);
    this.status = status;
    this.code = code;
    this.errors = errors;
  }
}

const known = {
  unauthorized: [401, 0, '401: Unauthorized'],
  notFound: [404, 0, '404: Not Found'],
  methodNotAllowed: [405, 0, '405: Method Not Allowed'],
  unknownChannel: [404, 10_003, 'Unknown Channel'],
  unknownGuild: [404, 10_004, 'Unknown Guild'],
  unknownMember: [404, 10_007, 'Unknown Member'],
  unknownMessage: [404, 10_008, 'Unknown Message'],
  unknownUser: [404, 10_013, 'Unknown User'],
  unknownWebhook: [404, 10_015, 'Unknown Webhook'],
  unknownInteraction: [404, 10_062, 'Unknown interaction'],
  unknownCommand: [404, 10_063, 'Unknown application command'],
  unknownApplication: [404, 10_002, 'Unknown Application'],
  tooLarge: [413, 40_005, 'Request entity too large'],
  alreadyAnswered: [400, 40_060, 'Interaction has already been acknowledged.'],
  missingAccess: [403, 50_001, 'Missing Access'],
  editOfAnother: [403, 50_005, 'Cannot edit a message authored by another user'],
  emptyMessage: [400, 50_006, 'Cannot send an empty message'],
  closedDirectMessages: [403, 50_007, 'Cannot send messages to this user'],
  missingPermissions: [403, 50_013, 'Missing Permissions'],
  badWebhookToken: [401, 50_027, 'Invalid Webhook Token'],
  archivedThread: [400, 50_083, 'Thread is archived'],
  badJson: [400, 50_109, 'The request body contains invalid JSON.'],
  threadExists: [400, 160_004, 'A thread has already been created for this message'],
} as const satisfies Record<string, readonly [number, number, string]>;

/**
 * Throws one of Discord's documented errors.
 * @throws always
 */
export const refuse = (name: keyof typeof known): never => {
  const [status, code, message] = known[name];
  throw new DiscordApiError(status, code, message);
};

/** Refuses an invalid form: 50035, with every problem at its place. */
export const refuseForm = (problems: readonly Problem[]): void => {
  if (problems.length > 0)
    throw new DiscordApiError(400, 50_035, 'Invalid Form Body', nestedErrors(problems));
};
