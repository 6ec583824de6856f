/** Deliveries remembered. */
const REMEMBERED = 1000;

/** Runs the work of each key once. A second call with the same key gets the first call's result. */
export interface Once<T> {
  /** @throws what `work` throws; the key is then forgotten, so the next call tries again */
  run(key: string, work: () => Promise<T>): Promise<T>;
  /** Forgets the key, so that the next call tries again. */
  forget(key: string): void;
}

/** Chats deliver an event twice if the first acknowledgement was lost. */
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
