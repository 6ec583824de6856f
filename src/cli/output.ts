/** Output of a command: results on standard output, everything else on standard error. */
export interface Output {
  print(text: string): void;
  note(text: string): void;
  /** Replaces the last progress line on a terminal; does nothing elsewhere. Null clears it. */
  progress(text: string | null): void;
  /** Whether standard error is a terminal; only then progress and colour. */
  readonly interactive: boolean;
  exitCode(): number;
  fail(code: number): void;
}

export const createOutput = (
  out: NodeJS.WriteStream = process.stdout,
  err: NodeJS.WriteStream = process.stderr,
): Output => {
  let code = 0;
  let shown = false;
  const clear = (): void => {
    if (shown) err.write('\r\x1b[2K');
    shown = false;
  };
  // A reader such as `head` may close the pipe early; that is not an error.
  out.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
  // A closed standard error must not stop the work.
  err.on('error', () => undefined);
  return {
    interactive: err.isTTY === true,
    print: (text) => {
      clear();
      out.write(`${text}\n`);
    },
    note: (text) => {
      clear();
      err.write(`${text}\n`);
    },
    progress: (text) => {
      if (err.isTTY !== true) return;
      clear();
      if (text === null) return;
      err.write(text.slice(0, (err.columns ?? 80) - 1));
      shown = true;
    },
    exitCode: () => code,
    fail: (next) => {
      code = next;
    },
  };
};

/** A whole number of at least 0 with separators: 12,345. Intl would take 20 ms to set up. */
export const thousands = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');

const BAR_CELLS = 24;

/**
 * `[#####-----]  120/303 packets  1,900/s`. Without a known total only count and rate; for a topic also the lag.
 */
export const progressLine = (
  done: number,
  total: number | null,
  seconds: number,
  isTopic = false,
): string => {
  const rate = seconds > 0.2 ? `  ${thousands(Math.round(done / seconds))}/s` : '';
  if (total === null) return `${thousands(done)} packets${rate}`;
  const filled = total === 0 ? BAR_CELLS : Math.min(BAR_CELLS, Math.floor((done / total) * BAR_CELLS));
  const lag = isTopic ? `  lag ${thousands(Math.max(0, total - done))}` : '';
  return `[${'#'.repeat(filled)}${'-'.repeat(BAR_CELLS - filled)}]  ${done}/${total} packets${rate}${lag}`;
};

const PLAIN_EVERY_MS = 10_000;

/** Without a terminal, long work reports its progress now and then on a line of its own. */
export const plainProgress = (output: Output, everyMs = PLAIN_EVERY_MS): ((line: string) => void) => {
  let last = performance.now();
  return (line) => {
    if (output.interactive || performance.now() - last < everyMs) return;
    last = performance.now();
    output.note(line.replace(/^\[[#-]*\] */, ''));
  };
};
