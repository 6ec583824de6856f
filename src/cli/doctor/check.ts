import type { Config } from '../../config/config.ts';
import { networkReason } from '../../lib/errors.ts';

/** Result of a check: fine; absent, so that something is left out; or wrong. */
export interface Finding {
  readonly name: string;
  readonly state: 'ok' | 'missing' | 'wrong';
  readonly text: string;
  /** What to do; null if all is well. */
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

/** One check of doctor. */
export type Check = (config: Config) => Promise<Finding[]>;

const PATIENCE_MS = 10_000;

/** Why an address is unreachable; null if it answers anything. */
export const whyUnreachable = async (address: string): Promise<string | null> => {
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(PATIENCE_MS) });
    await response.body?.cancel();
    return null;
  } catch (error) {
    return networkReason(error);
  }
};
