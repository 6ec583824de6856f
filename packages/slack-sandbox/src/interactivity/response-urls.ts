import { newSecret } from '../workspace/ids.ts';

/** Where a response_url leads: to whom it speaks, and which message it came from. */
export interface ResponseTarget {
  readonly user: string;
  readonly channel: string;
  /** The message that was clicked; none for a command. */
  readonly messageTs?: string | undefined;
  readonly threadTs?: string | undefined;
}

export interface ResponseUrls {
  /** The secret part of a fresh response_url. */
  readonly issue: (target: ResponseTarget) => string;
  /** Uses it once: at most 5 times within 30 minutes. */
  readonly use: (secret: string) => ResponseTarget | 'expired_url' | 'used_url';
  readonly expireAll: () => void;
}

const lifetimeMs = 30 * 60_000;
const maxUses = 5;

/** `now` in milliseconds; it must not jump. */
export const createResponseUrls = (now: () => number = () => performance.now()): ResponseUrls => {
  const open = new Map<string, { readonly target: ResponseTarget; readonly until: number; uses: number }>();
  return {
    issue: (target) => {
      for (const [secret, { until }] of open) if (until < now()) open.delete(secret);
      const secret = newSecret();
      open.set(secret, { target, until: now() + lifetimeMs, uses: 0 });
      return secret;
    },
    use: (secret) => {
      const entry = open.get(secret);
      if (entry === undefined || entry.until < now()) return 'expired_url';
      if (entry.uses >= maxUses) return 'used_url';
      entry.uses += 1;
      return entry.target;
    },
    expireAll: () => open.clear(),
  };
};
