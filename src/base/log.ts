/** The log: one wide line a happening, ids always, secrets and addresses never. pino, as JSON or for people. */
import { destination, type Logger, pino } from 'pino';

export type Log = Pick<Logger, 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal'>;

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Writes JSON lines to standard error, so that standard output stays for answers. */
export function makeLog(level: LogLevel): Logger {
  return pino(
    { level, base: null, redact: ['req.headers.authorization', 'req.headers["waybell-api-key"]'] },
    destination(2),
  );
}
