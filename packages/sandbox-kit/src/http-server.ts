import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

/** The sandbox's HTTP server. It can go away and come back on the same port. */
export interface SandboxServer {
  readonly port: number;
  /** Closes every connection and stops listening, for this many ms or until `comeBack`. */
  readonly goAway: (forMs: number | undefined) => Promise<void>;
  readonly comeBack: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Time for which a port that was taken meanwhile is tried, ms. */
const RETURN_MS = 5_000;

export const startServer = async (given: {
  readonly port: number;
  readonly host: string;
  readonly onRequest: (request: IncomingMessage, response: ServerResponse) => void;
  readonly onUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Called when the server goes away, to end connections that it does not hold. */
  readonly onAway: () => void;
}): Promise<SandboxServer> => {
  const server = createServer(given.onRequest);
  server.on('upgrade', given.onUpgrade);
  const port = await listen(server, given.port, given.host);
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const shut = async (): Promise<void> => {
    clearTimeout(timer);
    if (!server.listening) return;
    const done = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await done;
  };
  const comeBack = async (): Promise<void> => {
    clearTimeout(timer);
    const end = performance.now() + RETURN_MS;
    while (!server.listening && !closed) {
      try {
        await listen(server, port, given.host);
      } catch (error) {
        if (performance.now() > end) throw error;
        await sleep(50);
      }
    }
  };
  return {
    port,
    goAway: async (forMs) => {
      given.onAway();
      await shut();
      // If the port stays taken the process ends with the reason.
      if (forMs !== undefined) timer = setTimeout(() => void comeBack(), forMs);
    },
    comeBack,
    close: () => {
      closed = true;
      return shut();
    },
  };
};

const listen = (server: Server, port: number, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const refused = (error: NodeJS.ErrnoException): void =>
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(
              `Port ${port} is taken: stop what listens there, or choose another port for the sandbox.`,
            )
          : error,
      );
    server.once('error', refused);
    server.listen(port, host, () => {
      server.removeListener('error', refused);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
