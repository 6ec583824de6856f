import { messageOf } from '../../src/lib/errors.ts';
import { takeServiceLock } from '../../src/service/service-lock.ts';

// A process of its own that takes and gives back locks as its parent says, at the instant that it says.
let release: (() => void) | null = null;

const take = (folder: string): string => {
  try {
    release = takeServiceLock(folder);
    return 'held';
  } catch (error) {
    return messageOf(error);
  }
};

process.on('message', (order: { readonly folder: string; readonly at: number } | 'give-back') => {
  if (order === 'give-back') {
    release?.();
    release = null;
    process.send?.('given back');
    return;
  }
  while (Date.now() < order.at); // both come out of this within microseconds
  process.send?.(take(order.folder));
});
process.send?.('ready');
