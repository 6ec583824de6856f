import { createHash } from 'node:crypto';
import type { ModalView } from '@slack/types';
import { validateMessage, validateView } from 'slack-sandbox/validate';
import { describe, expect, test } from 'vitest';
import { type CardInput, cardContent } from '../../src/bot/content/card-content.ts';
import { digestContent } from '../../src/bot/content/digest-content.ts';
import { progressBar } from '../../src/bot/content/format.ts';
import { headerContent, reminderContent } from '../../src/bot/content/header-content.ts';
import { homeContent } from '../../src/bot/content/home-content.ts';
import { noteOnAnswer, noteOnHints } from '../../src/bot/content/note-content.ts';
import { objectContent } from '../../src/bot/content/object-content.ts';
import { promotionContent } from '../../src/bot/content/report/promotion-content.ts';
import { reportContent } from '../../src/bot/content/report/report-content.ts';
import { reviewAnswers } from '../../src/bot/content/review/review-content.ts';
import { statusContent } from '../../src/bot/content/status-content.ts';
import type { SlackMessage } from '../../src/bot/slack/messages/blocks.ts';
import { cardMessage } from '../../src/bot/slack/messages/card-message.ts';
import { digestDetailsMessage, digestMessage } from '../../src/bot/slack/messages/digest-message.ts';
import { headerMessage, reminderMessage } from '../../src/bot/slack/messages/header-message.ts';
import { homeView } from '../../src/bot/slack/messages/home-view.ts';
import { relabelModal } from '../../src/bot/slack/messages/modals/relabel-modal.ts';
import { remarkModal } from '../../src/bot/slack/messages/modals/remark-modal.ts';
import { reviewModal } from '../../src/bot/slack/messages/modals/review-modal.ts';
import { noteMessage } from '../../src/bot/slack/messages/note-message.ts';
import { promotionMessage } from '../../src/bot/slack/messages/promotion-message.ts';
import { helpMessage, objectMessage, statusMessage } from '../../src/bot/slack/messages/reply-message.ts';
import { reportDetailsMessage, reportMessage } from '../../src/bot/slack/messages/report-message.ts';
import { words } from '../../src/bot/words/index.ts';
import { readAnswers } from '../../src/loop/answers/read-answers.ts';
import { historiesOf } from '../../src/loop/answers/round-votes.ts';
import type { Digest } from '../../src/loop/digest/digest.ts';
import type { Status } from '../../src/loop/digest/status.ts';
import { progressOf } from '../../src/loop/reports/freeze-round.ts';
import type { FrozenRound } from '../../src/loop/reports/frozen-round.ts';
import type { RoundReport } from '../../src/loop/rounds/round-report.ts';
import { type Alert, NO_CONTEXT } from '../../src/pipeline/alert.ts';
import { alertFeatures } from '../../src/pipeline/features/alert-features.ts';
import { FEATURE_NAMES, type Features } from '../../src/pipeline/features/feature-table.ts';
import { readPath } from '../../src/pipeline/ingest/read-path.ts';
import type { AlertSource } from '../../src/pipeline/ingest/source.ts';
import { MODEL_TYPES } from '../../src/pipeline/learning/label-maps.ts';
import { DEFAULT_SIMULATION_NIGHT, simulatedSource } from '../../src/simulation/simulated-night.ts';
import type { AnswerRow } from '../../src/store/answers/answers.ts';
import type { AnswerValue, CandidateRow, LabelRow, RoundRow } from '../../src/store/schema.ts';
import { alertWith } from '../helpers/alerts.ts';
import { hasSharedData, sharedNote, sharedPath } from '../shared-data.ts';

const AT = '2026-05-02T14:03:00.000Z';
const NASTY = `<!channel> & <script> *b* _i_ \`c\` ${'x'.repeat(170)}`;

const NOT_POSTED: Status['messages'] = {
  waiting: 3,
  unsure: 1,
  failed: 2,
  trouble: [{ channel: 'C1', what: 'posts', advice: NASTY, since: AT }],
};

const alertsOf = async (source: AlertSource, most: number): Promise<Alert[]> => {
  const alerts: Alert[] = [];
  for await (const { items } of source.batches()) {
    for (const item of items) if (item.kind === 'alert') alerts.push(item.alert);
    if (alerts.length >= most) break;
  }
  return alerts.slice(0, most);
};

const round: RoundRow = {
  id: 2,
  number: 2,
  state: 'open',
  size: 10,
  strategy: 'uncertainty',
  model_type: 'galactic',
  seed: 1,
  pool_size: 120,
  model_id: 1,
  opened_at: AT,
  closed_at: null,
  report: null,
  ended_as: null,
  ended_by: null,
};

const candidateOf = (alert: Alert, over: Partial<CandidateRow> = {}): CandidateRow => ({
  id: 17,
  round_id: 2,
  candid: alert.candid,
  object_id: alert.objectId,
  draw_order: 3,
  drawn: 'uncertainty',
  p: 0.47,
  q: null,
  pool_size: 120,
  state: 'open',
  replaces_id: null,
  ...over,
});

const answerRow = (id: number, over: Partial<AnswerRow> = {}): AnswerRow => ({
  id,
  candidate_id: 17,
  user_id: `U${id}`,
  user_name: 'Vera',
  answer: 'galactic',
  decided: 0,
  at: AT,
  kind: 'vote',
  click: null,
  p_seen: 0,
  note: null,
  unsure: 0,
  ...over,
});

const labelOf = (alert: Alert, over: Partial<LabelRow> = {}): LabelRow => ({
  object_id: alert.objectId,
  candid: alert.candid,
  answer: 'galactic',
  candidate_id: 17,
  user_id: 'U1',
  user_name: 'Vera',
  at: AT,
  ...over,
});

const cardInput = (alert: Alert, over: Partial<CardInput> = {}): CardInput => ({
  candidate: candidateOf(alert),
  round,
  alert,
  features: alertFeatures(alert),
  answers: [],
  label: null,
  corrections: [],
  sherlock: null,
  reasons: [
    { feature: 'linear_fit_slope', value: 0.02, push: 0.09 },
    { feature: 'sep_arcsec', value: null, push: -0.04 },
    { feature: 'drb', value: 0.9, push: 0.001 },
  ],
  quorum: 1,
  hints: 'before',
  ...over,
});

const withoutFeatures = (): Features => {
  const features = alertFeatures(alertWith());
  return Object.assign({ ...features }, Object.fromEntries(FEATURE_NAMES.map((name) => [name, null])));
};

/** Every state of a card, with whatever is nastiest in it. */
const cardsOf = (alert: Alert): SlackMessage[] => {
  const hundred = Array.from({ length: 100 }, (_, i) => answerRow(i + 1, { user_name: NASTY }));
  const dissent = hundred.map((row, i) => ({
    ...row,
    id: 200 + i,
    kind: 'disagree' as const,
    answer: 'agn' as const,
  }));
  const correction = {
    id: 1,
    object_id: alert.objectId,
    candid: alert.candid,
    before: 'galactic' as const,
    before_name: NASTY,
    after: 'agn' as const,
    user_id: 'U1',
    user_name: NASTY,
    note: NASTY.repeat(2),
    at: AT,
  };
  const label = labelOf(alert, { user_name: NASTY });
  const decided = candidateOf(alert, { state: 'labelled' });
  const sherlock = { class: 'SN', description: `${NASTY} `.repeat(20), separationArcsec: 2.31 };
  const inputs: Partial<CardInput>[] = [
    {},
    { sherlock },
    { features: withoutFeatures(), candidate: candidateOf(alert, { p: null, drawn: 'random' }) },
    { answers: hundred, quorum: 200 },
    { candidate: decided, label, answers: hundred.slice(0, 1) },
    {
      candidate: decided,
      label,
      answers: [...hundred, ...dissent],
      corrections: [correction],
      quorum: 3,
      sherlock,
    },
    {
      candidate: decided,
      label,
      answers: dissent,
      corrections: [correction],
      round: { number: 2, state: 'closed', model_type: 'galactic' },
    },
  ];
  return inputs.flatMap((over) => {
    const content = cardContent(cardInput(alert, over));
    return [cardMessage(content), cardMessage(content, 'F0123456789')];
  });
};

/** A review's step with each of the cards, pictured and not. */
const reviewsOf = (alert: Alert, over: Partial<CardInput> = {}): ModalView[] => {
  const card = cardContent(cardInput(alert, over));
  const step = {
    kind: 'candidate' as const,
    place: { round: 1, since: AT, after: null },
    card,
    answers: reviewAnswers(card.modelType),
    link: 'https://a.slack.com/archives/C/p1',
    progress: '3 of 10',
    done: 2,
    total: 10,
    more: true,
  };
  return [
    reviewModal({ ...step, said: { text: NASTY, undo: 17 }, picture: 'F0123456789' }),
    reviewModal({ ...step, said: null, picture: null, link: null }),
  ];
};

const isFine = (message: SlackMessage): void => {
  expect(validateMessage(message)).toBeNull();
  expect(validateMessage(message, { update: true })).toBeNull();
  // Neither in the blocks nor in what notifications and screen readers get.
  expect(JSON.stringify(message)).not.toMatch(/<!channel>|<script>/);
  expect(JSON.stringify(message)).not.toMatch(/undefined|NaN|\[object/);
};

describe('every card passes Slack’s limits', () => {
  test('of simulated alerts, in every state, with the longest names and a hundred labellers', async () => {
    const source = simulatedSource({ seed: 1, night: DEFAULT_SIMULATION_NIGHT, size: 60 });
    const alerts = await alertsOf(source, 30);
    expect(alerts).toHaveLength(30);
    for (const alert of alerts) {
      cardsOf(alert).forEach(isFine);
      for (const view of reviewsOf(alert)) expect(validateView(view)).toBeNull();
    }
  });

  test.skipIf(!hasSharedData)(`of the real alerts${sharedNote}`, async () => {
    const paths = ['simbad-2021.parquet', 'labelled.avro', 'live-2025.parquet'];
    const alerts = await alertsOf(await readPath(paths.map((name) => sharedPath('alerts', name))), 300);
    expect(alerts.length).toBeGreaterThan(200);
    const hash = createHash('sha256');
    for (const alert of alerts) {
      const cards = cardsOf(alert);
      cards.forEach(isFine);
      for (const view of reviewsOf(alert, { hints: 'before' })) expect(validateView(view)).toBeNull();
      hash.update(JSON.stringify(cards[0]));
    }
    // Real alerts are no part of the project, so their cards are held by a fingerprint: run
    // `vitest run -u` after looking at a card that was meant to change.
    expect(hash.digest('hex')).toMatchSnapshot();
  });

  test('with an empty history and nothing known', () => {
    const empty = alertWith({
      epochs: [],
      drb: null,
      sigmapsf: null,
      context: NO_CONTEXT,
    });
    cardsOf(empty).forEach(isFine);
  });
});

test('an open and a decided card read as they should', async () => {
  const source = simulatedSource({ seed: 1, night: DEFAULT_SIMULATION_NIGHT, size: 60 });
  const [alert] = await alertsOf(source, 1);
  if (alert === undefined) throw new Error('no alert');
  expect(cardMessage(cardContent(cardInput(alert)), 'F0123456789')).toMatchSnapshot('open');
  const decided = { candidate: candidateOf(alert, { state: 'labelled' }), label: labelOf(alert) };
  expect(cardMessage(cardContent(cardInput(alert, decided)))).toMatchSnapshot('decided');
});

test('what the model thinks is on the card once it is decided, and before only where that is wanted', () => {
  const alert = alertWith();
  const said = (over: Partial<CardInput>): string =>
    JSON.stringify(cardMessage(cardContent(cardInput(alert, over))));
  const thinks = /P\(galactic\)|points by feature/;
  expect(said({ hints: 'after' })).not.toMatch(thinks);
  expect(said({ hints: 'before' })).toMatch(thinks);
  const decided = { candidate: candidateOf(alert, { state: 'labelled' }), label: labelOf(alert) };
  expect(said({ hints: 'after', ...decided })).toMatch(thinks);
  expect(said({ hints: 'after', candidate: candidateOf(alert, { p: null }) })).toContain('No model yet');
});

test('who has answered is told what the model thinks, once there is something to tell', () => {
  const seen = {
    objectId: 'ZTF25aapafwq',
    probability: 'P(galactic) 47 %',
    pushed: 'slope g +9',
    others: [{ name: 'Vera', answer: 'agn' as const }],
  };
  expect(noteOnHints({ votes: 2, quorum: 3 }, seen, 'galactic')).toEqual({
    kind: 'text',
    text: 'Kept: 2 of 3 answers to ZTF25aapafwq · P(galactic) 47 % · points by feature: slope g +9 · Vera: Not galactic: AGN.',
  });
  const nothing = { ...seen, probability: null, pushed: null, others: [] };
  expect(noteOnHints({ votes: 1, quorum: 3 }, nothing, 'galactic')).toBeNull();
});

describe('every other message passes Slack’s limits', () => {
  const people = Array.from({ length: 100 }, (_, i) => ({ name: `${NASTY}${i}`, labels: 3, skips: 1 }));
  const votes = people.map(({ name }, i) => answerRow(i, { user_name: name, candidate_id: i }));
  const histories = historiesOf(votes);
  const candidates = votes.map((_, i) =>
    candidateOf(alertWith(), { id: i, state: 'labelled', draw_order: i }),
  );
  const labels = votes.map((vote, i) =>
    labelOf(alertWith({ objectId: `ZTF25${i}` }), {
      candidate_id: i,
      user_name: vote.user_name,
      answer: 'not_galactic',
    }),
  );
  const roundVotes = { candidates, histories, labels };
  const progress = progressOf(roundVotes, 'galactic');
  const frozen: FrozenRound = {
    quorum: 3,
    progress,
    agreement: { kappa: 0.4, candidates: 12 },
    disputed: labels.map(({ object_id, answer, user_name }) => ({
      objectId: object_id,
      answer,
      by: user_name,
      others: [{ name: user_name, answer: 'galactic' }],
    })),
    candidates: [],
  };

  const report: RoundReport = {
    labels: 70,
    positive: 40,
    negative: 30,
    skipped: 2,
    untrained: null,
    engine: NASTY,
    seconds: 0.2,
    honest: {
      estimator: 'weighted',
      accuracy: 0.87,
      low: 0.7,
      high: 0.95,
      n: 30,
      nEff: 21.5,
      majorityRate: 0.6,
      balancedAccuracy: 0.85,
      precision: null,
      recall: null,
      f1: null,
      rocAuc: null,
      brier: null,
    },
    trainingAccuracy: 1,
    before: { agreed: 6, n: 10 },
    previousAccuracy: 0.8,
    confusion: { truePositive: 12.25, falsePositive: 1, trueNegative: 14, falseNegative: 2.5 },
    hardest: { objectId: NASTY, candid: '1', positive: true, p: 0.1 },
  };
  const points = Array.from({ length: 40 }, (_, i) => ({
    round: i + 1,
    labels: 30 + 10 * Math.floor(i / 2),
    accuracy: 0.8,
    low: 0.7,
    high: 0.9,
    majorityRate: i === 3 ? null : 0.6,
  }));

  test('a progress bar that shows its first answer, and is full only when all is done', () => {
    expect([0, 1, 15, 29, 30].map((done) => progressBar(done, 30))).toEqual([
      '▱▱▱▱▱▱▱▱▱▱▱▱',
      '▰▱▱▱▱▱▱▱▱▱▱▱',
      '▰▰▰▰▰▰▱▱▱▱▱▱',
      '▰▰▰▰▰▰▰▰▰▰▰▱',
      '▰▰▰▰▰▰▰▰▰▰▰▰',
    ]);
  });

  test('headers', () => {
    const kept = {
      report: { ...reported.report, untrained: NASTY },
      reportLink: 'https://a.slack.com/archives/C/p1',
    };
    for (const state of ['open', 'training', 'closed'] as const) {
      const input = { round: { ...round, state, closed_at: AT }, progress, quorum: 3, simulated: true };
      for (const report of [kept, { report: { ...kept.report, honest: null }, reportLink: null }])
        isFine(headerMessage(headerContent({ ...input, ...report })));
    }
    const closed = { round: { ...round, state: 'closed' as const }, progress, quorum: 1, simulated: false };
    expect(headerContent({ ...closed, ...kept }).summary).toEqual({
      text: 'accuracy 87 % (95 % interval 70 % to 95 %, +7 points)',
      report: kept.reportLink,
    });
    const none = progressOf({ candidates: [], histories: new Map(), labels: [] }, 'galactic');
    isFine(
      headerMessage(
        headerContent({ round, progress: none, quorum: 1, report: null, reportLink: null, simulated: false }),
      ),
    );
  });

  const reported = {
    roundNumber: 5,
    modelType: 'galactic' as const,
    report,
    frozen,
    since: { relabelled: 0, disagreed: 0 },
    points: points.slice(0, 3),
  };

  test('reports and their details, with a picture and without', () => {
    for (const picture of ['F0123456789', null]) {
      const untrained = { ...report, honest: null, untrained: NASTY, hardest: null, confusion: null };
      for (const input of [
        { ...reported, points },
        { ...reported, report: untrained, points: [] },
      ]) {
        isFine(reportMessage(reportContent(input), picture));
        isFine(reportDetailsMessage(reportContent(input)));
      }
    }
    const content = reportContent({ ...reported, frozen: { ...frozen, disputed: [] } });
    expect(reportMessage(content, 'F0123456789')).toMatchSnapshot('report');
    expect(reportDetailsMessage(content)).toMatchSnapshot('report, details');
  });

  test('a report without a picture says in words what the picture would show', () => {
    const content = reportContent(reported);
    const words = JSON.stringify(reportMessage(content, null));
    expect(words).toContain('Accuracy by labels: 30: 80');
    expect(words).toContain('truth');
    expect(JSON.stringify(reportMessage(content, 'F0123456789'))).not.toContain('Accuracy by labels');
  });

  test('three sentences, whatever figures are missing', () => {
    const said = (over: Partial<NonNullable<RoundReport['honest']>>): readonly string[] =>
      reportContent({
        ...reported,
        report: { ...report, honest: report.honest && { ...report.honest, ...over } },
      }).sentences;
    const full = said({ recall: 0.9, precision: 0.8, rocAuc: 0.934, objects: 120 });
    expect(full).toEqual([
      'Accuracy 87 % (95 % interval 70 % to 95 %) of the 120 objects labelled or still to choose from: better than always answering the more frequent class (60 %); +7 points since the last round, within the interval.',
      'It finds 90 % of the galactic objects, and 80 % of what it calls galactic is; balanced accuracy 85 %, ROC-AUC 0.93.',
      '70 labels in all: 40 galactic, 30 not galactic; 2 skipped in this round.',
    ]);
    expect(said({ majorityRate: 0.9 })[0]).toContain('not clearly better than always answering');
    expect(said({ majorityRate: 0.97 })[0]).toContain('less than always answering');
    const missing = said({ recall: null, precision: null, rocAuc: null, balancedAccuracy: null });
    expect(missing).toHaveLength(3);
    expect(missing[1]).toMatch(/it calls nothing galactic, no ROC-AUC/);
    expect(missing.join()).not.toMatch(/–|null|NaN/);
  });

  test('what was relabelled since the round closed is a note beside figures that stay', () => {
    const before = reportContent(reported);
    const after = reportContent({ ...reported, since: { relabelled: 2, disagreed: 1 } });
    expect(after.since).toContain('relabelled since: 2, disagreed with since: 1');
    expect({ ...after, since: null }).toEqual(before);
  });

  test('the question whether to promote a model, open, answered and out of date', () => {
    const worse = { ...report, honest: report.honest && { ...report.honest, accuracy: 0.62 } };
    const messages = [4, 5, 6].map((champion) =>
      promotionMessage(promotionContent({ round: 5, report: worse, champion: { round: champion, report } })),
    );
    for (const message of messages) isFine(message);
    expect(messages).toMatchSnapshot('promotion');
    isFine(promotionMessage(promotionContent({ round: 5, report: worse, champion: null })));
  });

  test('digests, their details and reminders', () => {
    const surest = Array.from({ length: 5 }, (_, i) => ({
      candid: String(i),
      objectId: `ZTF25${NASTY}`,
      ra: 10,
      dec: -20,
      magpsf: 20.1,
      fid: 1,
      p: 0.03,
    }));
    const digest: Digest = {
      day: '2026-05-02',
      modelType: 'galactic',
      since: AT,
      read: 1000,
      kept: 800,
      filtered: { drb: 150, roid: 50 },
      quarantined: 7,
      failures: Array.from({ length: 30 }, () => NASTY.repeat(4)),
      people,
      labels: { positive: 40, negative: 30, withoutClass: 5 },
      accuracy: { round: 5, accuracy: 0.87, low: 0.7, high: 0.95, majorityRate: 0.6 },
      surest,
      changed: surest.map(({ objectId, ra, dec }) => ({ objectId, ra, dec, before: 0.9, after: 0.1 })),
    };
    isFine(digestMessage(digestContent(digest), 'F0123456789'));
    isFine(digestDetailsMessage(digestContent(digest)));
    const empty: Digest = {
      ...digest,
      read: 0,
      kept: 0,
      filtered: {},
      quarantined: 0,
      failures: [],
      people: [],
      accuracy: null,
      surest: [],
      changed: [],
    };
    isFine(digestMessage(digestContent(empty), null));
    isFine(digestDetailsMessage(digestContent(empty)));
    const asked = { candidates, first: 'https://a.slack.com/archives/C/p1', at: new Date(AT) };
    for (const state of ['open', 'closed'] as const)
      isFine(reminderMessage(reminderContent({ round: { ...round, state }, ...asked })));
  });

  test('notes, help, status and what is shown of an object', () => {
    const answers: AnswerValue[] = ['galactic', 'not_galactic', 'skip', 'agn', 'varstar', 'bogus', 'unclear'];
    for (const given of answers) {
      const by = { userId: 'U1', name: NASTY, answer: 'galactic' as const, at: AT };
      const outcome = {
        kind: 'late' as const,
        objectId: NASTY,
        candidateId: 1,
        given,
        by,
        differs: given !== 'galactic',
      };
      for (const type of MODEL_TYPES) {
        for (const user of ['U1', 'U2']) {
          const note = noteOnAnswer(outcome, user, type);
          if (note === null) throw new Error('a late answer has its note');
          isFine({ blocks: [], ...noteMessage(note, { labellers: 'everyone', operators: 'everyone' }) });
        }
      }
    }
    isFine(helpMessage(words, null));
    isFine(helpMessage(words, { word: NASTY, nearest: 'status' }));
    const alert = alertWith({ objectId: NASTY });
    const unscored = { modelType: 'galactic' as const, opinion: { of: 'newest' as const, p: null } };
    const about = {
      hidden: false,
      alert,
      features: withoutFeatures(),
      sherlock: null,
      corrections: [],
      history: readAnswers([answerRow(1, { note: NASTY, unsure: 1 })]),
      ...unscored,
    };
    const shown = objectContent({ ...about, label: labelOf(alert, { user_name: NASTY }) });
    isFine(objectMessage(shown, { kind: 'shown', id: 'F0123456789' }, 'https://a.slack.com/archives/C/p1'));
    isFine(objectMessage(shown, { kind: 'sent' }, null));
    const pull = { source: NASTY, startedAt: AT, finishedAt: AT, error: NASTY };
    const status = {
      at: AT,
      modelType: 'galactic' as const,
      alerts: { alerts: 3, objects: 2, pool: 1 },
      labels: { positive: 1, negative: 0, withoutClass: 0 },
      current: null,
      closed: [],
      numbering: null,
      lastPull: { read: 1, kept: 1, known: 0, quarantined: 0, filtered: {}, ...pull },
      nextPull: null,
      stamps: { alerts: 12_000, bytes: 480_000_000, nights: 30, on: '2026-05-09' },
      messages: NOT_POSTED,
      failingPull: null,
      sherlock: { found: 0, waiting: 0, excluded: {} },
      poolLeft: { at: AT, objects: 12, days: 30 },
      services: [{ name: 'process 7 on a', leads: true, since: AT }],
      ingest: [],
    };
    isFine(statusMessage(statusContent(status)));
  });

  test('the modal that corrects a label, and App Home', () => {
    for (const type of MODEL_TYPES) {
      for (const answer of ['galactic', 'skip'] as const) {
        const label = { object_id: NASTY, answer, user_name: NASTY, at: AT };
        expect(validateView(relabelModal(label, type))).toBeNull();
        const remark = { note: NASTY.slice(0, 300), unsure: true };
        const form = { modelType: type, candidateId: 1, objectId: NASTY, answer, remark };
        expect(validateView(remarkModal(form, null))).toBeNull();
      }
    }
    const stats = people.map(({ name }, i) => ({
      userId: `U${i}`,
      name,
      positive: 3,
      negative: 2,
      withoutClass: 1,
      shared: 2,
      agreed: 1,
      predicted: 4,
      asPredicted: 2,
      pace: { seconds: 12.4, steps: 31 },
    }));
    const open = candidates.map((one) => ({ ...one, state: 'open' as const }));
    const modelType = 'galactic' as const;
    const base = {
      userId: 'U1',
      modelType,
      points,
      paused: true,
      simulated: true,
      now: new Date(AT),
      messages: NOT_POSTED,
    };
    const access = { labellers: 'everyone' as const, operators: { users: ['U1'], groups: ['S1'] } };
    const parts = {
      guidelines: `# A\n${NASTY}\n`.repeat(100),
      settings: [{ name: NASTY, value: NASTY }],
    };
    const full = homeContent({
      ...base,
      round,
      candidates: open,
      histories,
      links: new Map(open.map(({ id }) => [id, `https://a.slack.com/archives/C/p${id}`])),
      people: stats,
    });
    const empty = homeContent({
      ...base,
      round: null,
      candidates: [],
      histories: new Map(),
      links: new Map(),
      people: [],
    });
    for (const home of [full, empty]) {
      for (const picture of [null, 'F0123456789'])
        expect(validateView(homeView({ home, picture, report: picture, ...parts }, access))).toBeNull();
    }
    const blank = homeView(
      { home: empty, picture: null, report: null, guidelines: '', settings: [] },
      access,
    );
    expect(validateView(blank)).toBeNull();
  });
});
