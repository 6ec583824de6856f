type Done = (error?: Error | null) => void;

/** Shorter values are left in: they may be ordinary words. */
const LEAST_LENGTH = 6;
const HIDDEN = '•••';

const quoted = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Removes these values from a text, also where they are URL-encoded or JSON-escaped. */
export const secretHider = (secrets: readonly string[]): ((text: string) => string) => {
  const forms = secrets
    .filter((secret) => secret.length >= LEAST_LENGTH)
    .flatMap((secret) => [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]);
  if (forms.length === 0) return (text) => text;
  // The longest first: one may be part of another. As a whole word only: `secret1` does not hide in `secret12`.
  const longest = [...new Set(forms)].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(`(?<![\\w-])(?:${longest.map(quoted).join('|')})(?![\\w-])`, 'g');
  return (text) => text.replaceAll(pattern, HIDDEN);
};

/**
 * Removes these values from everything written to the streams from now on: log lines, errors of libraries, stack
 * traces. Call it once, when the process starts.
 */
export const withholdSecrets = (secrets: readonly string[], streams: readonly NodeJS.WriteStream[]): void => {
  const hide = secretHider(secrets);
  for (const stream of streams) {
    const write = stream.write.bind(stream);
    stream.write = (chunk: string | Uint8Array, encoding?: BufferEncoding | Done, done?: Done): boolean => {
      const shown = typeof chunk === 'string' ? hide(chunk) : chunk;
      return typeof encoding === 'string' ? write(shown, encoding, done) : write(shown, encoding ?? done);
    };
  }
};
