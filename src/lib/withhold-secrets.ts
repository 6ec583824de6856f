type Done = (error?: Error | null) => void;

/** Shorter values are words, and nothing could be read any more if they were taken out. */
const LEAST_LENGTH = 6;
const HIDDEN = '•••';

const quoted = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Takes these values out of a text, also in the forms in which they go over the wire or into JSON. */
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
 * Takes these values out of all that is written to the streams from now on, whoever writes it: the log, an
 * error of a library, a stack trace. To be called once, where a process begins.
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
