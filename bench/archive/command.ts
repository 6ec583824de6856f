/*
 * The command line in a process of its own, whose peak memory is told on standard error when it ends. Its
 * arguments are the command's.
 */
process.on('exit', () => {
  process.stderr.write(`peakMemoryMb ${Math.round(process.resourceUsage().maxRSS / 1024)}\n`);
});
await import('../../src/cli/main.ts');
