/** Gateway opcodes by number. */
export const op = {
  dispatch: 0,
  heartbeat: 1,
  identify: 2,
  presence: 3,
  voice: 4,
  resume: 6,
  reconnect: 7,
  requestMembers: 8,
  invalidSession: 9,
  hello: 10,
  acknowledge: 11,
} as const;

/** Close codes of the Gateway, in the words of Discord's documentation. */
export const closeReasons: Readonly<Record<number, string>> = {
  4000: 'Unknown error.',
  4001: 'Unknown opcode.',
  4002: 'Error while decoding payload.',
  4003: 'Not authenticated.',
  4004: 'Authentication failed.',
  4005: 'Already authenticated.',
  4007: 'Invalid `seq`.',
  4008: 'Rate limited.',
  4009: 'Session timed out.',
  4010: 'Invalid shard.',
  4011: 'Sharding required.',
  4012: 'Invalid API version.',
  4013: 'Invalid intent(s).',
  4014: 'Disallowed intent(s).',
};

/**
 * Close codes after which a session cannot be resumed. After 4004 and 4010 to 4014 an app must not reconnect at
 * all.
 */
export const endsSession = (code: number): boolean =>
  [1000, 1001, 4003, 4004, 4005, 4007, 4009].includes(code) || (code >= 4010 && code <= 4014);
