/**
 * Runs the command line in its own process, and prints its peak memory on standard error. Takes the command's
 * arguments.
 */
process.on('exit', () => {
  process.stderr.write(`peakMemoryMb ${Math.round(process.resourceUsage().maxRSS / 1024)}\n`);
});
await import('../../src/cli/main.ts');
