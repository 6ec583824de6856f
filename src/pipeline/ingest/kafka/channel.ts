/** A short queue between one writer and one reader, each waiting for the other: what bounds the memory. */
export interface Channel<T> {
  /** Hands a value over in any case; resolves when there is room for the next one, or the channel closes. */
  put(value: T): Promise<void>;
  /** The next value, when there is one; undefined once the channel is closed and empty. */
  take(): Promise<T | undefined>;
  /** After this, values put are dropped; `take` gives what is left, then throws the error or ends. */
  close(error?: Error): void;
  /** True while the writer waits for the reader. */
  isFull(): boolean;
}

/** @param capacity values that wait in the queue before the writer has to. */
export function createChannel<T>(capacity: number): Channel<T> {
  const queue: T[] = [];
  let closed = false;
  let failure: Error | undefined;
  let wakeReader = (): void => {};
  let room = Promise.withResolvers<void>();

  return {
    put(value) {
      if (closed) return Promise.resolve();
      queue.push(value);
      wakeReader();
      return queue.length <= capacity ? Promise.resolve() : room.promise;
    },
    async take() {
      for (;;) {
        const value = queue.shift();
        if (value !== undefined) {
          room.resolve();
          room = Promise.withResolvers<void>();
          return value;
        }
        if (failure !== undefined) throw failure;
        if (closed) return undefined;
        const arrival = Promise.withResolvers<void>();
        wakeReader = arrival.resolve;
        await arrival.promise;
      }
    },
    close(error) {
      if (closed) return;
      closed = true;
      failure = error;
      wakeReader();
      room.resolve();
    },
    isFull: () => queue.length > capacity,
  };
}
