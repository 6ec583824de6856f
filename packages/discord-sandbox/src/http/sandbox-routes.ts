import type { IncomingMessage, ServerResponse } from 'node:http';
import { isObject, parseJson } from 'sandbox-kit/json';
import { readBody, sendFound, sendJson } from 'sandbox-kit/requests';
import { z } from 'zod';
import type { SandboxActs } from '../controls.ts';
import type { Core } from '../core.ts';
import { type FaultEvent, faultEventSchema } from '../faults/fault-controls.ts';
import { faultChangeSchema } from '../faults/fault-schema.ts';
import type { FaultState } from '../faults/faults.ts';
import { ids } from '../guild/ids.ts';
import { ImpossibleAct } from '../interactivity/acts.ts';
import { act } from './act-requests.ts';
import type { LiveStream } from './live-stream.ts';

/** What the page's addresses use. */
export interface SandboxParts {
  readonly core: Core;
  readonly act: SandboxActs;
  readonly changeFaults: (change: Partial<FaultState>) => void;
  readonly happen: (event: FaultEvent) => Promise<void>;
  readonly live: LiveStream;
}

/** Answers /sandbox/*, for the page and for sandbox-client.ts. */
export const createSandboxRoutes = ({
  core,
  act: acts,
  changeFaults,
  happen,
  live,
}: SandboxParts): ((request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>) => {
  const { storage } = core.guild;

  const read = (path: string, query: URLSearchParams): unknown => {
    switch (path) {
      case 'messages':
        return storage.messages({ channel: query.get('channel') ?? ids.channel, ascending: true });
      case 'ephemerals':
        return storage.messages({ onlyTo: query.get('user') ?? '*', ascending: true });
      case 'modal':
        return { modal: core.modals.of(query.get('user') ?? '') ?? null };
      case 'channels':
        return core.guild.channels();
      case 'status':
        return {
          connections: core.gateway.connected(),
          botToken: core.token.current(),
          startLimit: core.gateway.startLimit(),
        };
      case 'commands':
        return [...storage.commands(ids.guild), ...storage.commands(null)];
      case 'faults':
        return core.faults.state();
      default:
        return undefined;
    }
  };

  const inject = async (name: string, body: unknown, response: ServerResponse): Promise<unknown> => {
    if (name === 'set') changeFaults(faultChangeSchema.parse(body));
    else {
      const event = faultEventSchema.parse({ ...(isObject(body) ? body : {}), name });
      // After the answer, since the server is about to go away.
      if (event.name !== 'goAway') await happen(event);
      else if (event.forMs === undefined) return undefined;
      else response.once('finish', () => void happen(event));
    }
    return core.faults.state();
  };

  return async (request, response, url) => {
    const [, , path = '', name = ''] = url.pathname.split('/');
    try {
      if (request.method === 'GET' && path === 'events')
        return live.watch(url.searchParams.get('user') ?? '', response);
      if (request.method === 'GET') return sendFound(response, read(path, url.searchParams));
      const body = parseJson((await readBody(request, 1_000_000)).toString()) ?? {};
      if (path === 'act') return sendFound(response, await act(name, body, acts));
      return sendFound(response, path === 'faults' ? await inject(name, body, response) : undefined);
    } catch (error) {
      if (error instanceof ImpossibleAct) sendJson(response, 409, { error: error.message });
      else if (error instanceof z.ZodError) sendJson(response, 400, { error: z.prettifyError(error) });
      else throw error;
    }
  };
};
