import type { CardContent } from '../../src/bot/content/card-content.ts';
import { reviewAnswers } from '../../src/bot/content/review/review-content.ts';
import type { Note, Reply, Said } from '../../src/bot/content/said.ts';
import { words } from '../../src/bot/words/index.ts';
import type { ModelType } from '../../src/pipeline/learning/label-maps.ts';

/*
 * One message at least of each kind, with texts as long and as hostile as they may get. A kind that is added has no
 * sample yet, and this file does not compile.
 */

type Samples<T extends { readonly kind: string }> = {
  readonly [K in T['kind']]: readonly Extract<T, { readonly kind: K }>[];
};

export const NASTY = `@everyone <!channel> <@1> <script> *b* _i_ \`c\` [x](http://evil) # ${'x'.repeat(230)}\n- y`;
export const LONG = `${NASTY} `.repeat(30);
/** Of a name, which has a line to itself. */
const NAME = NASTY.slice(0, 170).replaceAll('\n', ' ');
const AT = '2026-05-02T14:03:00.000Z';
const OBJECT = 'ZTF25aapafwq';
const PAGE = 'https://lasair-ztf.lsst.ac.uk/objects/ZTF25aapafwq/';

/** @param file the chat's name of a picture */
export const nastyCard = (modelType: ModelType, over: Partial<CardContent> = {}): CardContent => ({
  modelType,
  candidateId: 123_456,
  objectId: OBJECT,
  page: PAGE,
  links: [{ name: NAME, url: 'https://example.org/a(b)c d' }],
  simulated: false,
  place: 'Round 12, no. 3',
  probability: NAME,
  why: NAME,
  pushed: NAME,
  facts: Array.from({ length: 8 }, (_, i) => ({ name: `Fact ${i}`, text: NAME })),
  position: '10.5 +12.5',
  waiting: NAME,
  decision: null,
  withdrawn: null,
  ...over,
});
const decided = (undoable: boolean): Partial<CardContent> => ({
  decision: { answer: 'galactic', words: NAME, notes: [NAME, NAME], undoable },
});

const people = Array.from({ length: 100 }, (_, i) => ({ name: NAME, count: i }));
const listed = (text: string) => ({ objectId: OBJECT, page: 'https://example.org', text });

/**
 * @param text of everything in it that may be long
 * @param entry of each object that it lists
 */
export const nastyReport = (text: string, entry: string) => ({
  title: 'Round 1 is closed',
  figure: 'Accuracy 87 %',
  sentences: [`Accuracy 87 % ${text}`, text, text],
  warning: text,
  since: text,
  pictured: { alt: LONG, curve: text },
  confusion: 'truth \\ model  galactic',
  details: {
    hardest: listed(entry),
    disputed: Array.from({ length: 40 }, () => listed(entry)),
    notSure: Array.from({ length: 40 }, () => listed(entry)),
    lines: [text, text],
  },
});
const report = nastyReport(NAME, NAME);
const found = { ...listed(NAME), links: [{ name: 'Fink', url: 'https://example.org/a(b)' }] };
const digest = {
  title: 'Fink alerts on 2026-05-02',
  lines: Array.from({ length: 8 }, () => ({ name: 'Labels', text: NAME })),
  surestTitle: 'Surest not galactic',
  surest: Array.from({ length: 5 }, () => found),
  changed: Array.from({ length: 5 }, () => found),
  takenOut: Array.from({ length: 6 }, () => NAME),
  failures: Array.from({ length: 10 }, () => NAME),
  accuracyNote: NAME,
  simulated: true,
};

/** @param text of everything in it that may be long */
export const nastyHeader = (state: 'open' | 'training' | 'closed', text: string) => ({
  title: 'Round 1: 30 candidates to label',
  chosen: text,
  labelled: 3,
  total: 30,
  skipped: 1,
  disputed: 1,
  state,
  opened: text,
  people,
  asked: text,
  ended: text,
  summary: { text, report: 'https://example.org' },
  simulated: true,
});

/** @param picture the chat's name of one */
export const everySaid = (picture: string): Samples<Said> => ({
  header: (['open', 'training', 'closed'] as const).map((state) => ({
    kind: 'header',
    header: nastyHeader(state, NAME),
  })),
  card: [nastyCard('galactic'), nastyCard('real', decided(true)), nastyCard('transient', decided(false))]
    .concat(nastyCard('galactic', { withdrawn: NAME }))
    .flatMap((card) => [null, picture].map((shown) => ({ kind: 'card', card, picture: shown }))),
  report: [null, picture].map((shown) => ({ kind: 'report', report, picture: shown })),
  report_details: [{ kind: 'report_details', report }],
  digest: [null, picture].map((shown) => ({ kind: 'digest', digest, picture: shown })),
  digest_details: [{ kind: 'digest_details', digest }],
  reminder: [true, false].map((open) => ({
    kind: 'reminder',
    reminder: { round: 12, text: NAME, open, first: open ? 'https://example.org' : null },
  })),
  promotion: [null, NAME].map((decision) => ({
    kind: 'promotion',
    promotion: { roundNumber: 12, title: 'Promote the model of round 12?', text: NAME, decision },
  })),
});

const late = {
  modelType: 'galactic' as const,
  objectId: OBJECT,
  candidateId: 123_456,
  given: 'not_galactic' as const,
  by: { userId: 'U1', name: NAME, answer: 'galactic' as const, at: AT },
  mine: false,
  differs: true,
};

export const EVERY_NOTE: Samples<Note> = {
  text: [{ kind: 'text', text: NAME }],
  refused: (['label', 'operate'] as const).map((what) => ({ kind: 'refused', what })),
  late: [late, { ...late, mine: true }, { ...late, differs: false }].map((one) => ({
    kind: 'late',
    late: one,
  })),
  doubt: [{ kind: 'doubt', doubt: { messageId: 17, text: NAME } }],
};

const label = {
  object_id: OBJECT,
  candid: '1',
  answer: 'galactic' as const,
  candidate_id: 17,
  user_id: 'U1',
  user_name: NAME,
  at: AT,
};

/** @param picture the chat's name of one */
export const everyReply = (picture: string): Samples<Reply> => ({
  text: EVERY_NOTE.text,
  refused: EVERY_NOTE.refused,
  help: [null, { word: LONG, nearest: null }, { word: LONG, nearest: 'status' }].map((unknown) => ({
    kind: 'help',
    words,
    unknown,
  })),
  status: [
    {
      kind: 'status',
      status: {
        round: NAME,
        labels: NAME,
        table: '1  2  3\n'.repeat(20),
        tableNote: NAME,
        numbering: NAME,
        alerts: NAME,
        lastPull: NAME,
        nextPull: NAME,
        processes: NAME,
        trouble: NAME,
      },
    },
  ],
  figures: [null, picture].map((shown) => ({
    kind: 'figures',
    figures: {
      title: 'Importance',
      table: 'a  b\n'.repeat(30),
      picture: shown,
      pictured: NAME,
      note: 'as of round 3',
    },
  })),
  object: ([{ kind: 'shown', id: picture }, { kind: 'sent' }, { kind: 'none' }] as const).map((shown) => ({
    kind: 'object',
    object: {
      objectId: OBJECT,
      candid: '306317631001501500',
      links: [{ name: NAME, url: 'https://example.org' }],
      simulated: false,
      probability: NAME,
      label: NAME,
      remarks: [NAME],
      facts: Array.from({ length: 8 }, (_, i) => ({ name: `Fact ${i}`, text: NAME })),
      position: '10.5 +12.5',
    },
    picture: shown,
    card: 'https://example.org',
  })),
  file: [{ kind: 'file', file: { filename: 'a.csv', bytes: new Uint8Array(3) }, text: NAME }],
  review: [
    {
      kind: 'review',
      review: {
        kind: 'candidate',
        place: { round: 99_999, since: AT, after: 999_999 },
        said: { text: NAME, undo: 999_999 },
        progress: '3 of 10',
        done: 2,
        total: 10,
        answers: reviewAnswers('galactic'),
        card: nastyCard('galactic'),
        picture,
        link: null,
        more: true,
      },
    },
    {
      kind: 'review',
      review: {
        kind: 'end',
        place: { round: 99_999, since: AT, after: null },
        said: null,
        lines: [NAME],
        goOn: { round: 7, waiting: 3 },
      },
    },
  ],
  relabel: [{ kind: 'relabel', label, modelType: 'galactic' }],
});
