import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseJson } from 'sandbox-kit/json';
import { readBody, sendFound, sendJson } from 'sandbox-kit/requests';
import { z } from 'zod';
import type { SandboxActs, SandboxFaults } from '../controls.ts';
import type { Core } from '../core.ts';
import { faultChangeSchema } from '../faults/fault-schema.ts';
import { ImpossibleAct, placeholdersAt } from '../interactivity/acts.ts';
import { ids } from '../workspace/ids.ts';
import { act } from './act-requests.ts';
import type { LiveStream } from './live-stream.ts';

const oneOrAll = z.object({ which: z.enum(['one', 'all']).default('one') });
const howLong = z.object({ forMs: z.number().positive() });

/** What the page's addresses use. */
export interface SandboxParts {
  readonly core: Core;
  readonly act: SandboxActs;
  readonly faults: SandboxFaults;
  readonly live: LiveStream;
}

/** Answers /sandbox/*, for the page and for sandbox-client.ts. */
export const createSandboxRoutes = ({
  core,
  act: acts,
  faults,
  live,
}: SandboxParts): ((request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>) => {
  const { storage } = core.workspace;

  const read = (path: string, query: URLSearchParams): unknown => {
    const channel = query.get('channel') ?? ids.channel;
    switch (path) {
      case 'state':
        return live.stateOf(query.get('user') ?? '');
      case 'messages': {
        const before = query.get('before') ?? undefined;
        const limit = query.has('limit') ? Number(query.get('limit')) : undefined;
        return storage.messages({ channel, thread: 'all', before, limit }).reverse();
      }
      case 'ephemerals':
        return storage.messages({ thread: 'all', onlyTo: query.get('user') ?? '*' }).reverse();
      case 'placeholders':
        return placeholdersAt(Object.fromEntries(query), core);
      case 'faults':
        return core.faults.state();
      default:
        return undefined;
    }
  };

  const inject = (name: string, body: unknown, response: ServerResponse): Promise<void> | undefined => {
    switch (name) {
      case 'goAway': {
        // After the answer, since the server is about to go away.
        const { forMs } = howLong.parse(body);
        response.once('finish', () => void faults.goAway(forMs));
        return Promise.resolve();
      }
      case 'set':
        return faults.set(faultChangeSchema.parse(body));
      case 'dropConnections':
        return faults.dropConnections();
      case 'refreshConnections':
        return faults.refreshConnections(oneOrAll.parse(body).which);
      case 'silenceConnections':
        return faults.silenceConnections(oneOrAll.parse(body).which);
      case 'expireTriggers':
        return faults.expireTriggers();
      case 'expireResponseUrls':
        return faults.expireResponseUrls();
      default:
        return undefined;
    }
  };

  return async (request, response, url) => {
    const [, , path = '', name = ''] = url.pathname.split('/');
    try {
      if (request.method === 'GET') {
        if (path === 'events') live.watch(url.searchParams.get('user') ?? '', response);
        else if (path === 'traffic') live.watchTraffic(response);
        else sendFound(response, read(path, url.searchParams));
        return;
      }
      const body = parseJson((await readBody(request, 1_000_000)).toString()) ?? {};
      if (path === 'act') sendFound(response, await act(name, body, acts));
      else if (path === 'faults') {
        const injected = inject(name, body, response);
        await injected;
        sendFound(response, injected === undefined ? undefined : core.faults.state());
      } else sendFound(response, undefined);
    } catch (error) {
      if (error instanceof ImpossibleAct) sendJson(response, 409, { error: error.message });
      else if (error instanceof z.ZodError) sendJson(response, 400, { error: z.prettifyError(error) });
      else throw error;
    }
  };
};
