import { newSecret } from '../workspace/ids.ts';

/** What a response_url refers to: the person and the message. */
export interface ResponseTarget {
  readonly user: string;
  readonly channel: string;
  /** The clicked message; none for a command. */
  readonly messageTs?: string | undefined;
  readonly threadTs?: string | undefined;
}

export interface ResponseUrls {
  /** The secret part of a new response_url. */
  readonly issue: (target: ResponseTarget) => string;
  /** Uses it once, of at most 5 times within 30 minutes. */
  readonly use: (secret: string) => ResponseTarget | 'expired_url' | 'used_url';
  readonly expireAll: () => void;
}

const LIFETIME_MS = 30 * 60_000;
const MAX_USES = 5;

/** `now` in ms; must be monotonic. */
export const createResponseUrls = (now: () => number = () => performance.now()): ResponseUrls => {
  const open = new Map<string, { readonly target: ResponseTarget; readonly until: number; uses: number }>();
  return {
    issue: (target) => {
      for (const [secret, { until }] of open) if (until < now()) open.delete(secret);
      const secret = newSecret();
      open.set(secret, { target, until: now() + LIFETIME_MS, uses: 0 });
      return secret;
    },
    use: (secret) => {
      const entry = open.get(secret);
      if (entry === undefined || entry.until < now()) return 'expired_url';
      if (entry.uses >= MAX_USES) return 'used_url';
      entry.uses += 1;
      return entry.target;
    },
    expireAll: () => open.clear(),
  };
};
