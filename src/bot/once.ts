/** What was done is remembered for this many deliveries. */
const REMEMBERED = 1000;

/** Does each thing once, however often it is asked for; who asks again gets the first one's outcome. */
export interface Once<T> {
  /** @throws what `work` throws; it is forgotten then, and the next one may try again */
  run(key: string, work: () => Promise<T>): Promise<T>;
  /** The next one may try again. */
  forget(key: string): void;
}

/** A chat delivers a thing a second time when the first acknowledgement got lost. */
export const createOnce = <T>(): Once<T> => {
  const done = new Map<string, Promise<T>>();
  return {
    run: async (key, work) => {
      const known = done.get(key);
      if (known !== undefined) return known;
      const outcome = work();
      done.set(key, outcome);
      const [oldest] = done.keys();
      if (done.size > REMEMBERED && oldest !== undefined) done.delete(oldest);
      try {
        return await outcome;
      } catch (error) {
        done.delete(key);
        throw error;
      }
    },
    forget: (key) => done.delete(key),
  };
};
