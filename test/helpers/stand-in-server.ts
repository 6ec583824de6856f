import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export interface StandInServer {
  /** Its address, such as http://127.0.0.1:40123. */
  readonly url: string;
  /** Ends it, with the connections that are open. */
  stop(): Promise<void>;
}

/** An HTTP server on a free local port; drops the connection if a request's handler fails. */
export const startStandInServer = async (
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<StandInServer> => {
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) =>
      response.destroy(error instanceof Error ? error : undefined),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

/** Faults of the next calls, each once and in order; or of all calls from now on. */
export const createFaultQueue = <Fault>() => {
  const queue: Fault[] = [];
  let always: Fault | null = null;
  return {
    next: (): Fault | null => queue.shift() ?? always,
    fail: (...more: readonly Fault[]): void => {
      queue.push(...more);
    },
    failAlways: (fault: Fault | null): void => {
      always = fault;
    },
  };
};
