import { setTimeout as sleep } from 'node:timers/promises';

/** Slack gives a listener 3 s; should the store take longer than this, it is told to wait no more. */
const ACKNOWLEDGE_BY_MS = 1500;

/**
 * Acknowledges once the store has what was done, a few milliseconds later: sent first, a process that dies
 * in between has told Slack that it took an answer which nobody will find again (a kill -9 right after the
 * last click did exactly that). A store that fails outright is not acknowledged: Slack then tells the
 * person that it did not work.
 */
export const storeThenAcknowledge = async <T>(ack: () => Promise<void>, stored: Promise<T>): Promise<T> => {
  await Promise.race([stored, sleep(ACKNOWLEDGE_BY_MS, undefined, { ref: false })]);
  await ack();
  return stored;
};
