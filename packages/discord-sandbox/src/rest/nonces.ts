/** Messages made lately with an enforced nonce. */
export interface Nonces {
  readonly messageOf: (author: string, nonce: string | number) => string | undefined;
  readonly remember: (author: string, nonce: string | number, message: string) => void;
  readonly forgetAll: () => void;
}

/**
 * Time for which nonces are remembered. Discord says "the past few minutes", and checks the author but not the
 * channel (docs, Create Message, `enforce_nonce`).
 */
export const createNonces = (keptMs: number): Nonces => {
  const known = new Map<string, { readonly message: string; readonly until: number }>();
  const keyOf = (author: string, nonce: string | number): string => `${author} ${nonce}`;
  return {
    messageOf: (author, nonce) => {
      const found = known.get(keyOf(author, nonce));
      return found !== undefined && found.until > performance.now() ? found.message : undefined;
    },
    remember: (author, nonce, message) => {
      known.set(keyOf(author, nonce), { message, until: performance.now() + keptMs });
    },
    forgetAll: () => known.clear(),
  };
};
