import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom, shuffle } from '../../src/pipeline/learning/seeded-random.ts';
import { percentile } from './percentile.ts';
import { startRoomySandbox } from './sandbox.ts';
import { scenario } from './scenario.ts';
import {
  eventually,
  messagesOf,
  openCards,
  slackSettings,
  startService,
  temporaryFolder,
} from './service.ts';
import { OWN_TEAM } from './signed-requests.ts';

export interface LoadOptions {
  readonly people: number;
  /** Open candidates when the clicks begin. */
  readonly candidates: number;
  /** At most two per person and candidate, so that no click repeats another. */
  readonly clicks: number;
  /** Time over which they are spread evenly. */
  readonly seconds: number;
}

export interface LoadResult {
  readonly offered: number;
  readonly acknowledged: number;
  /** Acknowledged but not stored. */
  readonly lost: number;
  /** Stored, acknowledged in time or not. */
  readonly kept: number;
  /** Not acknowledged within Slack's 3 s, or without a connection. */
  readonly unanswered: number;
  /** Milliseconds to the acknowledgement. */
  readonly median: number;
  readonly p99: number;
  /** Most drawings of a header within any 2 s. */
  readonly headersIn2s: number;
  /** Private messages; each may hold several notes. */
  readonly privateMessages: number;
  /** Cards changed by a click's response_url. */
  readonly cardChanges: number;
  readonly logLines: number;
  /** Highest resident memory of the service, in MB; null where the system does not say. */
  readonly peakMb: number | null;
}

/** What stands in for the addresses that come with clicks: it counts what is sent to them. */
const startAddresses = async () => {
  let notes = 0;
  let changes = 0;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      if (body.includes('"replace_original":true')) changes += 1;
      else notes += 1;
      response.end('ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    counts: () => ({ privateMessages: notes, cardChanges: changes }),
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
};

interface PlannedClick {
  readonly user: string;
  readonly candidate: number;
  readonly ts: string;
  readonly answer: 'answer_galactic' | 'answer_not_galactic';
  readonly id: string;
}

const payloadOf = ({ user, candidate, ts, answer, id }: PlannedClick, channel: string, url: string) => ({
  type: 'block_actions',
  user: { id: user, username: user.toLowerCase(), name: user.toLowerCase(), team_id: OWN_TEAM },
  team: { id: OWN_TEAM, domain: 'sandbox' },
  api_app_id: 'A0FINKVRA',
  token: 'x',
  trigger_id: id,
  container: { type: 'message', message_ts: ts, channel_id: channel },
  channel: { id: channel, name: 'finkvra' },
  response_url: `${url}${id}`,
  actions: [
    { type: 'button', action_id: answer, block_id: 'answers', value: String(candidate), action_ts: id },
  ],
});

const peakMemoryMb = (pid: number | undefined): number | null => {
  const status = `/proc/${pid}/status`;
  if (!existsSync(status)) return null;
  const kb = /VmHWM:\s+(\d+) kB/.exec(readFileSync(status, 'utf8'))?.[1];
  return kb === undefined ? null : Math.round(Number(kb) / 1024);
};

/** Notes when the header is drawn again, until it is told to stop. */
const watchHeader = (look: () => string) => {
  const drawn: number[] = [];
  let last = look();
  const timer = setInterval(() => {
    const now = look();
    if (now !== last) drawn.push(performance.now());
    last = now;
  }, 20);
  return (): number => {
    clearInterval(timer);
    return Math.max(
      0,
      ...drawn.map((at) => drawn.filter((other) => other >= at && other < at + 2000).length),
    );
  };
};

/**
 * Simulates a crowd that clicks on the cards of one round, each person with both answers to each candidate in
 * turn, over real sockets to a service in its own process. Answers after the decision are late: stored, and
 * acknowledged with a private note.
 */
export const playLoad = async ({ people, candidates, clicks, seconds }: LoadOptions): Promise<LoadResult> => {
  const folder = temporaryFolder();
  const sandbox = await startRoomySandbox();
  const addresses = await startAddresses();
  const users = Array.from({ length: people }, (_, index) => `U${String(index).padStart(8, '0')}`);
  const env = {
    DATA_DIR: folder.path,
    SOURCE: 'none',
    NEXT_ROUND: 'at-once',
    FIRST_ROUND_SIZE: String(candidates),
    LABELLERS: users.join(','),
    ...slackSettings(sandbox),
  };
  await scenario.load(folder.path);
  const service = startService(env);
  try {
    const cards = await eventually(
      'cards',
      () => openCards(sandbox).length === candidates && openCards(sandbox),
      service.log,
      120_000,
    );
    await eventually('connections', () => sandbox.connections() === 2, service.log);
    const answers = ['answer_galactic', 'answer_not_galactic'] as const;
    const all = cards.flatMap((card) =>
      users.flatMap((user) =>
        answers.map((answer) => ({
          user,
          candidate: Number(card.metadata?.event_payload.candidate),
          ts: card.ts,
          answer,
        })),
      ),
    );
    const planned = shuffle(all, createRandom(1))
      .slice(0, clicks)
      .map((click, index): PlannedClick => ({ ...click, id: `${1_700_000_000 + index}.000100` }));
    if (planned.length < clicks)
      throw new Error(`${people} people on ${candidates} cards cannot click so often`);

    const header = (): string => JSON.stringify(messagesOf(sandbox, 'header', 1).map(({ blocks }) => blocks));
    const headersSeen = watchHeader(header);
    const since = performance.now();
    const outcomes = await Promise.all(
      planned.map(async (click, index) => {
        await sleep((index / clicks) * seconds * 1000);
        const payload = payloadOf(click, sandbox.channel, addresses.url);
        return sandbox.act.deliver({ type: 'interactive', payload });
      }),
    );
    const offeredIn = performance.now() - since;
    if (offeredIn > (seconds + 5) * 1000) throw new Error(`the clicks took ${offeredIn} ms to offer`);
    // Remaining notes and redraws.
    await sleep(2500);
    const headersIn2s = headersSeen();
    const peakMb = peakMemoryMb(service.child.pid);
    const code = await service.stop();
    if (code !== 0) throw new Error(`the service ended with ${code}: ${service.log().slice(-2000)}`);

    const store = new DatabaseSync(join(folder.path, 'finkvra.sqlite'), { readOnly: true });
    const kept = new Set(
      store
        .prepare('select click from answers where click is not null')
        .all()
        .map(({ click }) => String(click)),
    );
    store.close();
    const acknowledged = planned.filter((_, index) => outcomes[index]?.outcome === 'acknowledged');
    const ms = outcomes.filter(({ outcome }) => outcome === 'acknowledged').map((one) => one.ms);
    return {
      offered: clicks,
      acknowledged: acknowledged.length,
      lost: acknowledged.filter(({ id }) => !kept.has(id)).length,
      kept: planned.filter(({ id }) => kept.has(id)).length,
      unanswered: clicks - acknowledged.length,
      median: percentile(ms, 0.5),
      p99: percentile(ms, 0.99),
      headersIn2s,
      ...addresses.counts(),
      logLines: service.log().split('\n').length - 1,
      peakMb,
    };
  } finally {
    await service.kill();
    await sandbox.stop();
    await addresses.stop();
    folder.remove();
  }
};
