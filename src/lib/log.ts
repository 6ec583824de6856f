import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';

/** Values that never reach a log, whatever object carries them. */
const SECRET_PATHS = [
  'token',
  'botToken',
  'appToken',
  'password',
  '*.token',
  '*.botToken',
  '*.appToken',
  '*.password',
];

/**
 * The service's log: on a terminal one readable line an event, else one JSON document a line, always on
 * standard error, so that standard output stays free for what a command prints.
 */
export const createLog = (level: string, stream: NodeJS.WriteStream = process.stderr): Logger => {
  const options = { level, base: null, redact: SECRET_PATHS, timestamp: pino.stdTimeFunctions.isoTime };
  if (!stream.isTTY) return pino(options, stream);
  return pino(
    options,
    pretty({
      destination: stream,
      colorize: true,
      translateTime: 'UTC:HH:MM:ss',
      ignore: 'pid,hostname,part',
    }),
  );
};
