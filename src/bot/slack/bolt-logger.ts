import { type Logger as BoltLogger, LogLevel } from '@slack/bolt';
import type { Logger } from 'pino';

const inText = (parts: unknown[]): string =>
  parts
    .map((part) =>
      part instanceof Error ? part.message : typeof part === 'string' ? part : JSON.stringify(part),
    )
    .join(' ');

/** Bolt's logger over pino. Bolt's info is what our debug is, so each level moves one down. */
export const boltLogger = (log: Logger): BoltLogger => {
  let level = LogLevel.INFO;
  return {
    debug: (...parts) => log.trace(inText(parts)),
    info: (...parts) => log.debug(inText(parts)),
    warn: (...parts) => log.warn(inText(parts)),
    error: (...parts) => log.error(inText(parts)),
    setLevel: (next) => {
      level = next;
    },
    getLevel: () => level,
    setName: () => undefined,
  };
};
