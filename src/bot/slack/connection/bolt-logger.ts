import { type Logger as BoltLogger, LogLevel } from '@slack/bolt';
import type { Logger } from 'pino';

const inText = (parts: unknown[]): string =>
  parts
    .map((part) =>
      part instanceof Error ? part.message : typeof part === 'string' ? part : JSON.stringify(part),
    )
    .join(' ');

/**
 * Bolt's logger over pino, each level one lower: Bolt's info is our debug. With `quiet`, warnings and errors are
 * debug too, for parts whose errors are logged elsewhere.
 */
export const boltLogger = (log: Logger, { quiet = false } = {}): BoltLogger => {
  let level = LogLevel.INFO;
  const debug = (...parts: unknown[]): void => log.debug(inText(parts));
  return {
    debug: (...parts) => log.trace(inText(parts)),
    info: debug,
    warn: quiet ? debug : (...parts) => log.warn(inText(parts)),
    error: quiet ? debug : (...parts) => log.error(inText(parts)),
    setLevel: (next) => {
      level = next;
    },
    getLevel: () => level,
    setName: () => undefined,
  };
};
