import type { Sandbox, StoredMessage } from 'slack-sandbox';
import { afterEach, describe, expect, test } from 'vitest';
import type { People } from '../../src/bot/access.ts';
import { findLabel } from '../../src/store/answers/labels.ts';
import { eventually, subjectOf } from '../helpers/service.ts';
import { startTeam, type Team } from '../helpers/team.ts';

const GROUP = 'S0ASTRONOMERS'; // Vera and Subrahmanyan
const ofGroup: People = { users: [], groups: [GROUP] };
const everyone = { labellers: 'everyone', operators: 'everyone' } as const;

let team: Team;
afterEach(() => team.stop());

const start = (
  people: { readonly labellers: People; readonly operators: People },
  prepare: (sandbox: Sandbox) => Promise<void> = async () => undefined,
): Promise<void> =>
  startTeam({ bot: { people }, prepare: ({ sandbox }) => prepare(sandbox) }).then((started) => {
    team = started;
  });

const card = async (index: number): Promise<StoredMessage> => {
  const found = (await team.cards(1, 6))[index];
  if (found === undefined) throw new Error(`no card ${index}`);
  return found;
};

const labelOf = async (index: number) => findLabel(team.db, subjectOf(await card(index)).object);
const answer = async (user: string, index: number) =>
  team.sandbox.act.click({ user, ts: (await card(index)).ts, actionId: 'answer_galactic' });

describe('a user group that Slack is slow to list', () => {
  const slowly = (ms: number) => (sandbox: Sandbox) =>
    sandbox.faults.slowAnswers(ms, 'usergroups.users.list');

  test('at the first start holds the acknowledgement back until the answer is in the store', async () => {
    await start({ labellers: ofGroup, operators: ofGroup }, slowly(2000));
    await eventually('two connections', () => team.sandbox.connections() === 2);
    const { outcome } = await answer(team.vera, 0);
    expect(outcome).toBe('acknowledged');
    expect(await labelOf(0)).toMatchObject({ user_id: team.vera });
  });

  test('for longer than Slack waits: the person is told, and told again when it is stored', async () => {
    await start({ labellers: ofGroup, operators: ofGroup }, slowly(4000));
    await eventually('two connections', () => team.sandbox.connections() === 2);
    expect((await answer(team.vera, 0)).outcome).toBe('timeout');
    expect(await labelOf(0)).toBeUndefined();
    await team.note(team.vera, 'Not stored yet');
    await eventually('label', () => labelOf(0));
    await team.note(team.vera, 'Stored now');
  });

  test('holds nothing up once it is known, over a restart too', async () => {
    await start({ labellers: ofGroup, operators: ofGroup });
    await answer(team.vera, 0);
    await slowly(5000)(team.sandbox);
    await team.restart('galactic');
    await eventually('two connections', () => team.sandbox.connections() === 2);
    const { outcome, ms } = await answer(team.chandra, 1);
    expect(outcome).toBe('acknowledged');
    expect(ms).toBeLessThan(1000);
  });
});

describe('a group that Slack does not tell', () => {
  test('for now: nothing is kept, and the person is told to try again; then it works', async () => {
    await start({ labellers: ofGroup, operators: ofGroup }, (sandbox) =>
      sandbox.faults.failNext(Number.POSITIVE_INFINITY, { method: 'usergroups.users.list', status: 503 }),
    );
    await eventually('two connections', () => team.sandbox.connections() === 2);
    await answer(team.vera, 0);
    await team.note(team.vera, 'your permission could not be checked just now');
    expect(await labelOf(0)).toBeUndefined();
    await team.sandbox.faults.clear();
    await answer(team.vera, 0);
    expect(await labelOf(0)).toMatchObject({ user_id: team.vera });
  });

  test('for good: nobody of it is let in, and they are told whom to ask', async () => {
    await start({ labellers: { users: [], groups: ['S0GONE'] }, operators: everyone.operators });
    await answer(team.vera, 0);
    await team.note(team.vera, 'Labels are given by');
    expect(await labelOf(0)).toBeUndefined();
  });
});

describe('everyone', () => {
  test('means the members of the channel: others are refused', async () => {
    await start(everyone, ({ act, channel }) => act.leaveChannel({ user: 'U0CECILIA', channel }));
    await answer(team.vera, 0);
    expect(await labelOf(0)).toMatchObject({ user_id: team.vera });
    await answer(team.cecilia, 1);
    expect(await labelOf(1)).toBeUndefined();
    await team.note(team.cecilia, 'Only members of this channel may do this');
  });

  test.each([
    ['', 60_000],
    [', also where the clock was set back', -10 * 3_600_000],
  ])('who has joined since the members were last asked for may at once%s', async (_when, later) => {
    let now = Date.now();
    team = await startTeam({
      clock: () => new Date(now),
      bot: { people: everyone },
      prepare: ({ sandbox: { act, channel } }) => act.leaveChannel({ user: 'U0CECILIA', channel }),
    });
    await answer(team.vera, 0);
    await team.sandbox.act.joinChannel({ user: team.cecilia, channel: team.sandbox.channel });
    now += later;
    await answer(team.cecilia, 1);
    expect(await labelOf(1)).toMatchObject({ user_id: team.cecilia });
  });
});

describe('export and names', () => {
  const ask = (user: string, text: string) => team.sandbox.act.command({ user, command: '/finkvra', text });

  test('are for labellers: the export, who labelled an object, and the team on the Home tab', async () => {
    await start({ labellers: { users: ['U0VERA'], groups: [] }, operators: everyone.operators });
    await answer(team.vera, 0);
    await ask(team.cecilia, 'export');
    await team.note(team.cecilia, 'Labels are given by');
    await ask(team.cecilia, `show ${subjectOf(await card(0)).object}`);
    await team.note(team.cecilia, 'Labels are given by');
    await ask(team.vera, `show ${subjectOf(await card(0)).object}`);
    await team.note(team.vera, 'Galactic – Vera');
    await team.sandbox.act.openHome({ user: team.cecilia });
    await team.sandbox.act.openHome({ user: team.vera });
    const homeOf = (user: string): string => JSON.stringify(team.sandbox.home(user) ?? {});
    await eventually(
      'two Home tabs',
      () => homeOf(team.cecilia).length > 100 && homeOf(team.vera).length > 100,
    );
    expect(homeOf(team.cecilia)).not.toContain('Vera');
  });
});
