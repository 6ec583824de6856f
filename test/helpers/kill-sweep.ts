import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { Sandbox } from 'slack-sandbox';
import { SIMULATED_PREFIX } from '../../src/pipeline/enrich/object-links.ts';
import { createRandom, shuffle } from '../../src/pipeline/learning/seeded-random.ts';
import { DEFAULT_SIMULATION_NIGHT, simulateNight } from '../../src/simulation/simulated-night.ts';
import { startLasairStandIn } from '../lasair/stand-in.ts';
import { startMlflowStandIn } from '../mlflow/stand-in.ts';
import { avscType, writeContainer } from '../pipeline/ingest/packets.ts';
import {
  type Answer,
  faultsOf,
  isSettled,
  knowsItsMessages,
  REAL_PREFIX,
  ROUND_SIZES,
  rightAnswer,
  SEED,
} from './after-kills.ts';
import { startRoomySandbox } from './sandbox.ts';
import {
  messagesOf,
  openCards,
  type RunningService,
  slackSettings,
  spawnFinkvra,
  startService,
  subjectOf,
  temporaryFolder,
} from './service.ts';

const ROUNDS = ROUND_SIZES.length;
/** Packets of the night: two batches. */
const PACKETS = 80;
/** Without progress for this long the service counts as stuck, ms. */
const STUCK_MS = 120_000;
/** Of the last log, in characters. */
const LOG_TAIL = 3000;
/** A sweep that found this many has found enough. */
const MOST_FAILURES = 10;
const PRELOAD = pathToFileURL(join(import.meta.dirname, 'kill-at.ts')).href;

/** The result of a whole scenario. */
export interface Played {
  /** Store writes and outgoing calls in their order, over all lives of the service; see kill-at.ts. */
  readonly events: readonly string[];
  /** At which points it was killed. */
  readonly killed: readonly string[];
  /** Violations; empty if all is well. */
  readonly faults: readonly string[];
  /** Candids in the store. */
  readonly alerts: readonly string[];
}

/** The points of a scenario: every event, for its first, second, ... time. */
const pointsOf = (events: readonly string[]): string[] => {
  const counts = new Map<string, number>();
  return events.map((event) => {
    const n = (counts.get(event) ?? 0) + 1;
    counts.set(event, n);
    return `${event}#${n}`;
  });
};

const readEvents = (plan: string): string[] => {
  const log = join(plan, 'events.log');
  return existsSync(log) ? readFileSync(log, 'utf8').split('\n').slice(0, -1) : [];
};

const logOf = (service: RunningService | null): string => service?.log().slice(-LOG_TAIL) ?? 'nothing ran';

const stopOf = async (service: RunningService | null): Promise<void> => {
  await service?.stop();
};

/** A night of packets in a file, as they would come from Fink. */
const writeNight = async (path: string): Promise<void> => {
  const packets = [...simulateNight({ seed: SEED, night: DEFAULT_SIMULATION_NIGHT, size: PACKETS })];
  const type = avscType(JSON.parse(String(packets[0]?.key)));
  await writeContainer(
    path,
    packets.map(({ value }) => {
      const packet = type.fromBuffer(value);
      packet.objectId = packet.objectId.replace(SIMULATED_PREFIX, REAL_PREFIX);
      return packet;
    }),
    { type },
  );
};

/**
 * A person who answers every card of the first rounds correctly and requests one digest. Every second card waits
 * until the service knows the place of all its messages, since a click would settle an unconfirmed post.
 */
const startPerson = (sandbox: Sandbox, store: string) => {
  const [vera = ''] = sandbox.users.map(({ id }) => id);
  const acknowledged = new Map<string, Answer>();
  let asked = 0;
  const isAsked = (round: unknown): boolean => typeof round === 'number' && round <= ROUNDS;

  const answerOne = async (): Promise<void> => {
    const isCalm = knowsItsMessages(store);
    const card = openCards(sandbox).find(
      (one) =>
        isAsked(one.metadata?.event_payload.round) &&
        !acknowledged.has(subjectOf(one).object) &&
        (isCalm || Number(one.metadata?.event_payload.candidate) % 2 === 0),
    );
    if (card === undefined) return;
    const { object } = subjectOf(card);
    const actionId = rightAnswer(object);
    const { outcome } = await sandbox.act.click({ user: vera, ts: card.ts, actionId });
    if (outcome === 'acknowledged') acknowledged.set(object, actionId);
  };
  /** Retries a request that failed. */
  const askForDigest = async (): Promise<void> => {
    if (messagesOf(sandbox, 'report', 1).length === 0 || messagesOf(sandbox, 'digest').length > 0) return;
    if (performance.now() - asked < 3000) return;
    const { outcome } = await sandbox.act.command({ user: vera, command: '/finkvra', text: 'digest' });
    if (outcome === 'acknowledged') asked = performance.now();
  };
  return {
    acknowledged,
    act: async (): Promise<void> => {
      await answerOne();
      await askForDigest();
    },
  };
};

/** The environment for processes to be killed at these points, in all later runs. */
const planKills = (plan: string, points: readonly string[]): Record<string, string> => {
  mkdirSync(plan, { recursive: true });
  writeFileSync(join(plan, 'points.json'), JSON.stringify(points));
  return { NODE_OPTIONS: `--import ${PRELOAD}`, KILL_PLAN: plan };
};

/** How a process ended: `killed` at a point, or with an exit code. */
type Ended = { readonly killed: true } | { readonly killed: false; readonly code: number | null };

const endOf = (child: RunningService['child']): Promise<Ended> =>
  new Promise((resolve) =>
    child.once('close', (code, signal) =>
      resolve(signal === 'SIGKILL' ? { killed: true } : { killed: false, code }),
    ),
  );

/** Pulls until a pull ends by itself; `onKill` after each that was killed. @returns its exit code */
const pullThroughKills = async (
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  onKill: () => unknown,
): Promise<number | null> => {
  while (true) {
    const ended = await endOf(spawnFinkvra(['pull', ...args], env));
    if (!ended.killed) return ended.code;
    await onKill();
  }
};

/**
 * Pulls with the kill points that `choose` makes of the events of a pull that nothing interrupts.
 * @param envOf the settings of a pull, which have a store and a consumer group of their own for each name
 * @param onKill called after each kill
 * @returns the points at which it was killed
 */
export const sweepPull = async (
  envOf: (name: string) => Record<string, string>,
  choose: (points: readonly string[]) => readonly string[],
  onKill: () => Promise<void>,
): Promise<string[]> => {
  const folder = temporaryFolder();
  const plan = join(folder.path, 'killed');
  const killed: string[] = [];
  try {
    const whole = join(folder.path, 'whole');
    const failed = () => {
      throw new Error('killed without a plan');
    };
    await pullThroughKills(['--no-filter'], { ...envOf('whole'), ...planKills(whole, []) }, failed);
    const points = choose(pointsOf(readEvents(whole)));
    const env = { ...envOf('killed'), ...planKills(plan, points) };
    const code = await pullThroughKills(['--no-filter'], env, async () => {
      killed.push(pointsOf(readEvents(plan)).at(-1) ?? '');
      await onKill();
    });
    if (code !== 0) throw new Error(`the pull ended with ${code}`);
    return killed;
  } finally {
    folder.remove();
  }
};

/**
 * Plays a whole scenario: a night is pulled, enriched, asked about in rounds, trained on, reported, logged to
 * MLflow and summed up in a digest. The processes are killed at each of the points, as soon as they come there,
 * and started again on the same folder.
 */
const playScenario = async (points: readonly string[]): Promise<Played> => {
  const folder = temporaryFolder();
  const plan = join(folder.path, 'plan');
  const night = join(folder.path, 'night.avro');
  const data = join(folder.path, 'data');
  await writeNight(night);
  const sandbox = await startRoomySandbox();
  const lasair = await startLasairStandIn({ sky: () => ({ class: 'SN' }) });
  const mlflow = await startMlflowStandIn();
  const env = {
    DATA_DIR: data,
    SOURCE: 'none',
    DIGEST_SCHEDULE: '0 0 1 1 *',
    NEXT_ROUND: 'at-once',
    FIRST_ROUND_SIZE: String(ROUND_SIZES[0]),
    ROUND_SIZE: String(ROUND_SIZES[1]),
    LASAIR_ENDPOINT: lasair.endpoint,
    LASAIR_TOKEN: 'power-token',
    LASAIR_TOKEN_KIND: 'power',
    MLFLOW_TRACKING_URI: mlflow.url,
    ...slackSettings(sandbox),
    ...planKills(plan, points),
  };
  const store = join(data, 'finkvra.sqlite');
  const killed: string[] = [];
  const faults: string[] = [];
  const noteKill = (): void => {
    killed.push(pointsOf(readEvents(plan)).at(-1) ?? '');
  };
  let service: RunningService | null = null;
  let over = false;

  const live = (): void => {
    const life = startService(env);
    service = life;
    void endOf(life.child).then((ended) => {
      if (over) return;
      if (ended.killed) {
        noteKill();
        live();
      } else faults.push(`the service ended with ${ended.code}: ${life.log().slice(-LOG_TAIL)}`);
    });
  };
  const isDone = (): boolean =>
    messagesOf(sandbox, 'report').length >= ROUNDS &&
    messagesOf(sandbox, 'digest').length > 0 &&
    messagesOf(sandbox, 'card', ROUNDS + 1).length >= 2 &&
    isSettled(store);

  try {
    const code = await pullThroughKills(['--from', night], env, noteKill);
    if (code !== 0) faults.push(`the pull ended with ${code}`);
    live();
    const person = startPerson(sandbox, store);
    let seen = -1;
    let since = performance.now();
    while (!isDone() && faults.length === 0) {
      await person.act();
      const now = readEvents(plan).filter((event) => !event.startsWith('call GET /link')).length;
      if (now !== seen) [seen, since] = [now, performance.now()];
      if (performance.now() - since > STUCK_MS)
        faults.push(`stuck after ${killed.at(-1)}: ${logOf(service)}`);
      await sleep(25);
    }
    over = true;
    await stopOf(service);
    const found = await faultsOf({ sandbox, mlflow, store, acknowledged: person.acknowledged });
    return { events: readEvents(plan), killed, faults: [...faults, ...found.faults], alerts: found.alerts };
  } finally {
    over = true;
    await stopOf(service);
    await Promise.all([sandbox.stop(), lasair.stop(), mlflow.stop()]);
    folder.remove();
  }
};

export interface SweepOptions {
  /** How many points are drawn, or all of them. */
  readonly points: number | 'all';
  readonly seed: number;
  /** Kills in one scenario. */
  readonly perScenario: number;
  /** Scenarios side by side. */
  readonly atOnce: number;
}

export interface SweepResult {
  /** Points of a scenario that nothing interrupts. */
  readonly points: number;
  /** Points at which a process was killed. */
  readonly killed: number;
  /** Points that no scenario reached: some events depend on timing. */
  readonly unreached: readonly string[];
  readonly scenarios: number;
  readonly failures: readonly { readonly killed: readonly string[]; readonly faults: readonly string[] }[];
}

/** How often a point is tried that no scenario comes to, where all are wanted. */
const TRIES = 3;

/** Kills at drawn points, several in a scenario; every scenario has to end as one that nothing interrupts. */
export const sweepKills = async (options: SweepOptions): Promise<SweepResult> => {
  const whole = await playScenario([]);
  const failures: { killed: readonly string[]; faults: readonly string[] }[] = [];
  if (whole.faults.length > 0) failures.push({ killed: [], faults: whole.faults });
  const all = pointsOf(whole.events);
  const drawn = shuffle(all, createRandom(options.seed));
  const tries = new Map<string, number>();
  const killed = new Set<string>();
  const mostTries = options.points === 'all' ? TRIES : 1;
  let queue = options.points === 'all' ? drawn : drawn.slice(0, options.points);
  let scenarios = 1;

  const playOne = async (): Promise<void> => {
    const points = queue.slice(0, options.perScenario);
    queue = queue.slice(options.perScenario);
    scenarios += 1;
    const played = await playScenario(points);
    const faults = [...played.faults];
    if (String(played.alerts) !== String(whole.alerts)) faults.push('its alerts are not those of the night');
    if (faults.length > 0) failures.push({ killed: played.killed, faults });
    for (const point of played.killed) killed.add(point);
    for (const point of points.filter((one) => !killed.has(one))) {
      const n = (tries.get(point) ?? 0) + 1;
      tries.set(point, n);
      if (n < mostTries) queue.push(point);
    }
  };
  const playOn = async (): Promise<void> => {
    while (queue.length > 0 && failures.length < MOST_FAILURES) await playOne();
  };
  await Promise.all(Array.from({ length: options.atOnce }, playOn));
  const unreached = [...tries.keys()].filter((point) => !killed.has(point));
  return { points: all.length, killed: killed.size, unreached, scenarios, failures };
};
