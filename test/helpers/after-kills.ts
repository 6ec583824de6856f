import { DatabaseSync } from 'node:sqlite';
import type { Sandbox } from 'slack-sandbox';
import { SIMULATED_PREFIX } from '../../src/pipeline/enrich/object-links.ts';
import { classOfLabel } from '../../src/pipeline/learning/label-maps.ts';
import { simulatedTruth } from '../../src/simulation/simulated-night.ts';
import { openStore } from '../../src/store/open-store.ts';
import { checkStamps } from '../../src/store/stamps/check-stamps.ts';
import type { MlflowStandIn } from '../mlflow/stand-in.ts';
import { messagesOf } from './service.ts';

/** Ten clicks: a first round of four and three rounds of two. A fifth round stays open. */
export const ROUND_SIZES = [4, 2, 2, 2] as const;
const ROUNDS = ROUND_SIZES.length;
const CLICKS = ROUND_SIZES.reduce((sum, size) => sum + size, 0);
export const SEED = 1;

/** Simulated objects with names like real ones, so that Sherlock is asked about them. */
export const REAL_PREFIX = 'ZTF18';

export type Answer = 'answer_galactic' | 'answer_not_galactic';

export const rightAnswer = (object: string): Answer => {
  const truth = simulatedTruth(object.replace(REAL_PREFIX, SIMULATED_PREFIX), SEED);
  if (truth === null) throw new Error(`${object} is not simulated`);
  return classOfLabel('galactic', truth.label) === 1 ? 'answer_galactic' : 'answer_not_galactic';
};

/** The state of a whole scenario after the service has stopped. */
export interface Outcome {
  readonly sandbox: Sandbox;
  readonly mlflow: MlflowStandIn;
  readonly store: string;
  /** Acknowledged answers, by object. */
  readonly acknowledged: ReadonlyMap<string, Answer>;
}

const LAST_PULL_ENDED =
  '(select finished_at is not null and error is null from pulls order by id desc limit 1)';

const repeated = (values: readonly unknown[]): unknown[] =>
  values.filter((value, index) => values.indexOf(value) !== index);

/** Alerts whose stamps differ from the packet's: every packet had some. */
const withoutWholeStamps = async (store: string): Promise<number> => {
  const db = await openStore(store);
  try {
    const rows = await db.selectFrom('alerts').select('candid').execute();
    const { alerts, lost, unmoved } = await checkStamps(db);
    return rows.length - (alerts - lost) + unmoved;
  } finally {
    await db.destroy();
  }
};

/** Checks every promise that a kill could break, in the store, the channel and MLflow. */
export const faultsOf = async ({
  sandbox,
  mlflow,
  store,
  acknowledged,
}: Outcome): Promise<{ faults: string[]; alerts: string[] }> => {
  const faults: string[] = [];
  const same = (what: string, found: unknown, wanted: unknown): void => {
    const [a, b] = [JSON.stringify(found), JSON.stringify(wanted)];
    if (a !== b) faults.push(`${what}: ${a}, not ${b}`);
  };
  const db = new DatabaseSync(store, { readOnly: true });
  const rows = (sql: string): Record<string, unknown>[] => db.prepare(sql).all();
  const column = (sql: string): unknown[] => rows(sql).map((row) => Object.values(row)[0]);
  const rounds = ROUND_SIZES.map((_, index) => index + 1);

  same('the store is sound', column('pragma integrity_check'), ['ok']);
  const labels = rows('select object_id, answer from labels');
  same('labels', labels.length, CLICKS);
  for (const [object, answer] of acknowledged) {
    const kept = labels.find(({ object_id }) => object_id === object)?.answer;
    same(`the acknowledged answer on ${object}`, kept, answer.replace('answer_', ''));
  }
  for (const { object_id, answer } of labels) {
    same(`the label of ${object_id}`, `answer_${answer}`, rightAnswer(String(object_id)));
  }
  same('votes', column("select count(*) from answers where kind = 'vote'"), [CLICKS]);
  same('rounds', column('select state from rounds order by id'), [...rounds.map(() => 'closed'), 'open']);
  same('rounds of models', column('select round_id from models order by round_id'), rounds);
  same('messages that are not settled', column("select key from messages where state <> 'posted'"), []);
  // The row of a pull that was killed never ends; the one after it does.
  same('the last pull ended', column(`select ${LAST_PULL_ENDED}`), [1]);
  same('lookups left', column('select object_id from sherlock where result is null'), []);
  same('MLflow jobs left', column('select id from tracking_jobs where done_at is null'), []);
  const alerts = column('select candid from alerts order by candid').map(String);
  db.close();
  same('alerts without stamps', await withoutWholeStamps(store), 0);

  const keys = sandbox.messages().map((message) => message.metadata?.event_payload.key ?? message.text);
  same('messages twice in the channel', repeated(keys), []);
  for (const [index, size] of [...ROUND_SIZES, 2].entries()) {
    same(`headers of round ${index + 1}`, messagesOf(sandbox, 'header', index + 1).length, 1);
    same(`cards of round ${index + 1}`, messagesOf(sandbox, 'card', index + 1).length, size);
  }
  for (const round of rounds)
    same(`reports of round ${round}`, messagesOf(sandbox, 'report', round).length, 1);
  same('reports', messagesOf(sandbox, 'report').length, ROUNDS);
  same('digests', messagesOf(sandbox, 'digest').length, 1);

  const runs = mlflow.runs.filter(({ deleted }) => !deleted);
  same(
    'runs in MLflow',
    runs.map(({ status }) => status),
    rounds.map(() => 'FINISHED'),
  );
  same('runs of the same name', repeated(runs.map(({ name }) => name)), []);
  const versions = [...mlflow.models.values()].flatMap((model) => model.versions.map(({ runId }) => runId));
  same('models registered twice', repeated(versions), []);
  return { faults, alerts };
};

const countIn = (store: string, sql: string): unknown => {
  const db = new DatabaseSync(store, { readOnly: true, timeout: 1000 });
  try {
    return db.prepare(`select ${sql} as n`).get()?.n;
  } finally {
    db.close();
  }
};

/** Whether the store has no work left. */
export const isSettled = (store: string): boolean =>
  countIn(
    store,
    `(select count(*) from messages where state <> 'posted' or wanted > drawn)
     + (select count(*) from sherlock where result is null)
     + (select count(*) from tracking_jobs where done_at is null)
     + 1 - (${LAST_PULL_ENDED})`,
  ) === 0;

/** Whether the store knows the place of every message. */
export const knowsItsMessages = (store: string): boolean =>
  countIn(store, "(select count(*) from messages where state in ('sending', 'unsure'))") === 0;
