import type { StoredMessage } from 'slack-sandbox';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPictureClient } from '../../src/pictures/picture-client.ts';
import { eventually, messagesOf, subjectOf, textOf } from '../helpers/service.ts';
import { startTeam, type Team } from '../helpers/team.ts';

let team: Team;
const pictures = createPictureClient();

const ask = async (text: string, user = team.vera): Promise<StoredMessage> => {
  const before = team.sandbox.ephemerals(user).length;
  await team.sandbox.act.command({ user, command: '/finkvra', text });
  return eventually(`answer to ${text}`, () => team.sandbox.ephemerals(user)[before]);
};
const said = async (text: string, user?: string): Promise<string> => {
  const note = await ask(text, user);
  return `${note.text} ${textOf(note)}`;
};

const cardsOf = (round: number) => messagesOf(team.sandbox, 'card', round);

const answerRound = async (round: number, size: number): Promise<void> => {
  for (const [index, card] of (await team.cards(round, size)).entries())
    await team.click(team.vera, card, index % 2 === 0 ? 'answer_galactic' : 'answer_not_galactic');
  await eventually(`report ${round}`, () => messagesOf(team.sandbox, 'report', round)[0]);
};

beforeAll(async () => {
  team = await startTeam({
    next: 'scheduled',
    bot: {
      pictures,
      people: {
        labellers: { users: [], groups: ['S0ASTRONOMERS'] },
        operators: { users: ['U0VERA'], groups: [] },
      },
      jobs: {
        pull: async () => '3 read, 2 kept, 1 filtered out (drb 1)',
        labelsCsv: async () => 'candid,object_id\n1,SIM\n',
      },
      settings: [{ name: 'Source', value: 'simulated <b>&' }],
      guidelines: '# How to label\n\n- **Look** at the [stamps](https://example.org/a)\n',
    },
  });
});
afterAll(async () => {
  await team.stop();
  await pictures.close();
});

describe('/finkvra', () => {
  test('help lists every word, and an unknown word gets the nearest one', async () => {
    const help = await said('help');
    for (const word of 'status mine show relabel history export next pull digest pause resume'.split(' '))
      expect(help).toMatch(new RegExp(`\`${word}( &lt;objectId&gt;)?\``));
    const meant = await said('statsu');
    expect(meant).toContain('Did you mean `/finkvra status`');
    expect(meant).not.toContain('For those who run the loop');
    expect(await said('<b>&zzzzzz')).toContain('&lt;b&gt;&amp;zzzzzz');
  });

  test('next says what comes first, pause stops rounds and resume lets them go on', async () => {
    expect(await said('next')).toContain('Round 1 is still open');
    await answerRound(1, 6);
    expect(await said('pause')).toContain('Paused');
    expect(await said('next')).toContain('The loop is paused');
    expect(await said('resume')).toContain('Resumed');
    expect(await said('next')).toContain('Round 2 is on its way');
    await team.cards(2, 3);
  });

  test('is refused to those who may not, privately, with whom to ask', async () => {
    expect(await said('next', team.chandra)).toContain('Only <@U0VERA> may do this');
    expect(await said('relabel X', team.cecilia)).toContain('Labels are given by <!subteam^S0ASTRONOMERS>');
  });

  test('pull tells what came in', async () => {
    expect(await said('pull')).toContain('3 read, 2 kept');
  });

  test('show gives an object with the picture that its card has shared, and a link to the card', async () => {
    const card = await eventually('a card with its picture', () =>
      cardsOf(2).find((one) => textOf(one).includes('slack_file')),
    );
    const { object } = subjectOf(card);
    const note = await ask(`show ${object}`);
    expect(textOf(note)).toContain(object);
    expect(textOf(note)).toContain('slack_file');
    expect(team.sandbox.placeholders({ ts: note.ts, user: team.vera })).toEqual([]);
    expect(textOf(note)).toContain(`archives/C0FINKVRA/p${card.ts.replace('.', '')}|Its card`);
    expect(await said(`show <https://ztf.fink-portal.org/${object.toLowerCase()}|the portal>.`)).toContain(
      object,
    );
    expect(await said('show ZTFnothing')).toContain('The store has no alert of ZTFnothing');
  });

  test('show sends a picture that nobody has shared to whoever asks, and posts nothing in the channel', async () => {
    const { object_id: object } = await team.db
      .selectFrom('pool')
      .innerJoin('alerts', 'alerts.candid', 'pool.candid')
      .select('alerts.object_id')
      .executeTakeFirstOrThrow();
    const posted = team.sandbox.messages().length;
    const note = await ask(`show ${object}`);
    expect(team.sandbox.placeholders({ ts: note.ts, user: team.vera })).toEqual([]);
    expect(textOf(note)).toContain('Its picture is in our direct messages');
    const direct = team.sandbox.messages('D0VERA').filter(({ files }) => files.length === 1);
    expect(direct).toHaveLength(1);
    expect(team.sandbox.messages().filter(({ ephemeral_to }) => ephemeral_to === undefined)).toHaveLength(
      posted,
    );
  });

  test('mine counts my labels and how they compare', async () => {
    const mine = await said('mine');
    expect(mine).toContain('6 labels: 3 galactic, 3 not galactic');
    expect(mine).toMatch(/Pace: \d+ s an answer, the median of \d in a row/);
    expect(await said('mine', team.cecilia)).toContain('You have not labelled anything yet');
  });

  test('history lists the rounds', async () => {
    expect(await said('history')).toMatch(/round +labels +accuracy/);
  });

  test('importance says which features the model stands on', async () => {
    const note = await ask('importance');
    expect(textOf(note)).toMatch(/feature +AUC lost/);
    expect(textOf(note)).toContain('Round 1, 6 labels');
    expect(team.sandbox.placeholders({ ts: note.ts, user: team.vera })).toEqual([]);
    expect(textOf(note)).toContain('The picture is in our direct messages');
  });

  test('a card of a later round and show say what the model thinks once it is answered, not while it waits', async () => {
    const thinks = /P\(galactic\) \d+ %/;
    const card = await eventually('round 2', () => cardsOf(2)[0]);
    expect(textOf(card)).not.toMatch(/P\(galactic\)|points by feature/);
    const { object } = subjectOf(card);
    expect(await said(`show ${object}`)).toContain('P(galactic) is shown once its card is answered');
    await team.click(team.vera, card, 'answer_galactic');
    await team.says(card, thinks);
    await eventually('reasons', () => /points by feature: [^"]+ [+−]\d+/.test(textOf(team.now(card))));
    expect(await said(`show ${object}`)).toMatch(thinks);
    await team.click(team.vera, card, 'undo_answer');
    await eventually('a card that does not lead', () => !textOf(team.now(card)).includes('P(galactic)'));
  });

  test('export sends the labels to me alone', async () => {
    expect(await said('export')).toContain('in our direct messages');
    const direct = team.sandbox.messages('D0VERA');
    expect(direct.some(({ files }) => files.length === 1)).toBe(true);
    expect(team.sandbox.messages().some(({ files }) => files.length > 0)).toBe(false);
  });

  test('relabel corrects a label of a closed round; the card shows both', async () => {
    const card = cardsOf(1)[0];
    if (card === undefined) throw new Error('no card');
    const { object } = subjectOf(card);
    await team.sandbox.act.command({ user: team.chandra, command: '/finkvra', text: `relabel ${object}` });
    await eventually('modal', () => team.sandbox.modals(team.chandra).length === 1);
    const { outcome } = await team.sandbox.act.submit({
      user: team.chandra,
      values: { relabel_answer: 'agn', relabel_note: 'broad <lines> & a nucleus' },
    });
    expect(outcome).toBe('acknowledged');
    await team.says(card, 'Not galactic: AGN – Subrahmanyan');
    await team.says(card, 'Corrected: it was Galactic (Vera) – broad &lt;lines&gt; &amp; a nucleus');
    await team.note(team.chandra, 'is now *Not galactic: AGN*');
    const corrections = await team.db.selectFrom('corrections').selectAll().execute();
    expect(corrections).toMatchObject([{ before: 'galactic', after: 'agn', user_id: team.chandra }]);
  });

  test('relabel of an object in an open round points to its card', async () => {
    const { object } = subjectOf(
      cardsOf(2)[0] ?? { ts: '', channel: '', user: '', text: '', blocks: [], files: [] },
    );
    expect(await said(`relabel ${object}`)).toContain('in round 2, which is still open');
  });

  test('digest posts the day with its details in the thread, once', async () => {
    expect(await said('digest')).toContain('is in the channel');
    await said('digest');
    const details = await eventually('details', () => messagesOf(team.sandbox, 'digest_details')[0]);
    const [digest, ...more] = messagesOf(team.sandbox, 'digest');
    expect(more).toHaveLength(0);
    expect(details.thread_ts).toBe(digest?.ts);
    expect(digest === undefined ? '' : textOf(digest)).toMatch(/6 made: .*Vera 6/);
    expect(textOf(details)).toContain('known to SIMBAD');
  });

  test('a failure is told, without its inside', async () => {
    await team.sandbox.faults.failNext(1, { method: 'views.open', error: 'internal_error' });
    const { object } = subjectOf(
      cardsOf(1)[1] ?? { ts: '', channel: '', user: '', text: '', blocks: [], files: [] },
    );
    expect(await said(`relabel ${object}`, team.chandra)).toContain('This did not work');
  });
});

describe('App Home', () => {
  test('shows the round and what waits for me, my counts, the team, guidelines and settings', async () => {
    await team.sandbox.act.openHome({ user: team.vera });
    const home = JSON.stringify(await eventually('home', () => team.sandbox.home(team.vera)));
    expect(home).toContain('0 of 3 labelled');
    expect(home).toContain('Waiting for you');
    expect(home).toMatch(/archives\/C0FINKVRA\/p\d+/);
    expect(home).toContain('6 labels: 3 galactic, 3 not galactic');
    expect(home).toContain('"text":"How to label"');
    expect(home).toContain('• *Look* at the <https://example.org/a|stamps>');
    expect(home).toContain('simulated &lt;b&gt;&amp;');
    expect(home).toContain('<!subteam^S0ASTRONOMERS>');
  });
});
