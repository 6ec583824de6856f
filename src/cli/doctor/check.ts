import type { Config } from '../../config/config.ts';
import { networkReason } from '../../lib/errors.ts';

/** What a check found: fine; not there, so that something does without it; not as it must be. */
export interface Finding {
  readonly name: string;
  readonly state: 'ok' | 'missing' | 'wrong';
  readonly text: string;
  /** What to do, unless all is well. */
  readonly todo: string | null;
}

export const ok = (name: string, text: string): Finding => ({ name, state: 'ok', text, todo: null });
export const missing = (name: string, text: string, todo: string): Finding => ({
  name,
  state: 'missing',
  text,
  todo,
});
export const wrong = (name: string, text: string, todo: string): Finding => ({
  name,
  state: 'wrong',
  text,
  todo,
});

/** One of the things that doctor looks at. */
export type Check = (config: Config) => Promise<Finding[]>;

const PATIENCE_MS = 10_000;

/** Why an address cannot be reached; null where it answers, whatever it says. */
export const whyUnreachable = async (address: string): Promise<string | null> => {
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(PATIENCE_MS) });
    await response.body?.cancel();
    return null;
  } catch (error) {
    return networkReason(error);
  }
};
