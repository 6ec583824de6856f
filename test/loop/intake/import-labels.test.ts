import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { csvOfRecords } from '../../../src/lib/csv.ts';
import type { DateOrder } from '../../../src/lib/read-dates.ts';
import { decodeTableText, parseTableText } from '../../../src/lib/read-table-text.ts';
import { importLabels, importTraining } from '../../../src/loop/intake/reference-files.ts';
import { exportReferenceLabels } from '../../../src/loop/rounds/export-tables.ts';
import { exportLabels } from '../../../src/store/answers/labels.ts';
import type { Db } from '../../../src/store/open-store.ts';
import { alertWith } from '../../helpers/alerts.ts';
import { storeAlerts } from '../../helpers/loop-parts.ts';
import { openTestStore } from '../../helpers/test-store.ts';
import { hasSharedData, sharedNote, sharedPath } from '../../shared-data.ts';

let db: Db;
beforeEach(async () => {
  db = await openTestStore();
});
afterEach(() => db.destroy());

const NOW = '2026-01-01T00:00:00.000Z';
const rowsOf = (bytes: Uint8Array) => parseTableText(decodeTableText(bytes, 'x.csv'), 'x.csv').rows;
const imported = (bytes: Uint8Array | string, order?: DateOrder) =>
  importLabels(db, rowsOf(Buffer.from(bytes)), 'x.csv', () => new Date(NOW), order);
const labels = async (): Promise<string[]> => {
  const rows: string[] = [];
  for await (const row of exportReferenceLabels(db)) rows.push(Object.values(row).join(' '));
  return rows;
};

const HEADER = 'objectId,candid,label,timestamp';
const TWO = `${HEADER}
ZTF18abfisdf,975188145315015000,gal,2025-06-01T10:00:00
ZTF18abadigg,1786104593715015000,extragal,2025-06-01T10:01:00
`;
const TWO_LABELS = [
  '975188145315015000 ZTF18abfisdf gal 2025-06-01T10:00:00',
  '1786104593715015000 ZTF18abadigg extragal 2025-06-01T10:01:00',
];
const utf16 = (text: string) => Buffer.from(text, 'utf16le');

describe('a file as spreadsheets and programs write it', () => {
  test.each([
    ['plain', TWO],
    ['a byte order mark and Windows line ends', `\uFEFF${TWO.replaceAll('\n', '\r\n')}`],
    ['UTF-16, as Excel’s "Unicode text" is', utf16(`\uFEFF${TWO.replaceAll(',', '\t')}`)],
    ['UTF-16, big end first', utf16(`\uFEFF${TWO}`).swap16()],
    ['tabs', TWO.replaceAll(',', '\t')],
    [
      'pandas’ index column',
      TWO.replace('objectId', ',objectId').replace('\nZTF', '\n0,ZTF').replace('\nZTF', '\n1,ZTF'),
    ],
    [
      'quotes and other spellings',
      TWO.replace(HEADER, '"Object ID","CANDID","Label","Timestamp"')
        .replaceAll('ZTF18', '"ztf18')
        .replaceAll(/"ztf(\w+)/g, '"ZTF$1"'),
    ],
    [
      'objects as people paste them',
      TWO.replace('ZTF18abfisdf', 'https://ztf.fink-portal.org/ZTF18abfisdf').replace(
        'ZTF18abadigg',
        '`ztf18ABADIGG`.',
      ),
    ],
  ])('%s', async (_, file) => {
    expect(await imported(file)).toEqual({ read: 2, kept: 2, repeated: 0, attached: 0, waiting: 2 });
    expect(await labels()).toEqual(TWO_LABELS);
  });

  test('semicolons, and dates with the day first, which is said where nothing tells', async () => {
    const french = `objectId;candid;label;timestamp
ZTF18abfisdf;975188145315015000;gal;01/06/2025 10:00
ZTF18abadigg;1786104593715015000;extragal;01/06/2025 10:01
`;
    const { kept, notes } = await imported(french);
    expect(kept).toBe(2);
    expect(notes).toEqual([expect.stringContaining('day-first (01/06/2025 10:00)')]);
    expect(await labels()).toEqual(TWO_LABELS);
  });

  test('without dates the labels are of now, and that is said', async () => {
    const { notes } = await imported(
      'candid,objectId,label,class,how\n1,ZTF18abfisdf,not_galactic,QSO,simbad\n',
    );
    expect(notes).toEqual([`x.csv has no dates (column timestamp): its labels are of now, ${NOW}`]);
    expect(await labels()).toEqual([`1 ZTF18abfisdf extragal ${NOW.replace('Z', '')}`]);
  });

  test('words for galactic or not', async () => {
    await imported(`${HEADER}\nZTF18aaaaaaa,1,Galactic,2025-06-01\nZTF18aaaaaab,2,not galactic,2025-06-01\n`);
    expect(await labels()).toEqual([
      '1 ZTF18aaaaaaa gal 2025-06-01T00:00:00',
      '2 ZTF18aaaaaab extragal 2025-06-01T00:00:00',
    ]);
  });
});

describe('a candid whose last digits a program has lost', () => {
  const row = (candid: string) => `${HEADER}\nZTF18aapgymv,${candid},gal,2025-06-01T10:00:00\n`;
  const alert = (candid: string) => alertWith({ candid, objectId: 'ZTF18aapgymv' });

  test.each(['1786182920315010000', '1.78618E+18', '"1,78618E+18"'])(
    '%s becomes that of the only alert that fits, and that is said',
    async (candid) => {
      await storeAlerts(db, [alert('1786182920315010011')], NOW);
      const { attached, notes } = await imported(row(candid));
      expect(attached).toBe(1);
      expect(notes).toEqual([expect.stringContaining('line 2: the candid')]);
      expect(notes?.[0]).toContain('it is 1786182920315010011');
      expect(await labels()).toEqual(['1786182920315010011 ZTF18aapgymv gal 2025-06-01T10:00:00']);
    },
  );

  test('is refused with its line where two fit, and where the object is not there', async () => {
    await expect(imported(row('1786182920315010000'))).rejects.toThrow('x.csv line 2');
    await storeAlerts(db, [alert('1786182920315010011'), alert('1786182920315010046')], NOW);
    await expect(imported(row('1786182920315010000'))).rejects.toThrow(
      /line 2: .*010011, 1786182920315010046/,
    );
    await expect(
      importTraining(db, rowsOf(Buffer.from('candid,round\n1.79E+18,1\n')), 'x.csv', () => new Date(NOW)),
    ).rejects.toThrow('x.csv line 2');
    expect(await labels()).toEqual([]);
  });
});

test('a rounded candid of a training file is that of the only alert of the store that fits', async () => {
  await storeAlerts(
    db,
    ['1786182920315010011', '1886182920315010011'].map((candid) =>
      alertWith({ candid, objectId: `ZTF18aa${candid[1]}` }),
    ),
    NOW,
  );
  const training = (candid: string) =>
    importTraining(db, rowsOf(Buffer.from(`candid,round\n${candid},1\n`)), 'x.csv', () => new Date(NOW));
  const { kept, notes } = await training('1786182920315010000');
  expect(kept).toBe(1);
  expect(notes).toEqual([expect.stringContaining('it is 1786182920315010011, the only alert in the store')]);
  expect(await training('1.79E+18')).toMatchObject({ kept: 0, repeated: 1 });
  await expect(training('1.5E+18')).rejects.toThrow('x.csv line 2');
  await expect(training('2786182920315010000')).rejects.toThrow('x.csv line 2');
});

test('two classes for one object are told with both lines, and which one counts', async () => {
  const { notes } = await imported(`${HEADER}
ZTF18aaaaaaa,1,gal,2025-06-02
ZTF18aaaaaab,3,agn,2025-06-01
ZTF18aaaaaaa,2,extragal,2025-06-01
ZTF18aaaaaab,4,agn,2025-06-02
`);
  expect(notes).toEqual([
    'x.csv: ZTF18aaaaaaa is gal in line 2 and extragal in line 4; the later one counts, line 2',
  ]);
});

test('our own export comes back in, names that a spreadsheet would compute too', async () => {
  await storeAlerts(db, [alertWith({ objectId: 'ZTF25aapafwq', candid: '3063176310015015002' })], NOW);
  await imported(`${HEADER}\nZTF25aapafwq,3063176310015015002,agn,2025-06-01T10:00:00\n`);
  await db.updateTable('labels').set({ user_name: '=HYPERLINK("x")' }).execute();
  const text = await csvOfRecords(exportLabels(db, 'galactic'));
  expect(text).toContain(`"'=HYPERLINK(""x"")"`);
  const other = await openTestStore();
  try {
    const rows = rowsOf(Buffer.from(text));
    expect(rows[0]?.values.user_name).toBe('=HYPERLINK("x")');
    const { kept } = await importLabels(other, rows, 'x.csv', () => new Date(NOW));
    expect(kept).toBe(1);
  } finally {
    await other.destroy();
  }
});

describe('a row that can be of no alert is refused with its line', () => {
  test.each([
    ['an object that is none', 'hello,975188145315015000', '"hello" names no object'],
    ['two objects', 'ZTF18abfisdf ZTF18abadigg,975188145315015000', 'names no object'],
    ['a candid of zero', 'ZTF18abfisdf,0', '"0" is no candid'],
    ['a candid of more than 64 bits', 'ZTF18abfisdf,99999999999999999999', 'is no candid'],
  ])('%s', async (_, cells, words) => {
    await expect(imported(`${TWO}${cells},gal,2025-06-01\n`)).rejects.toThrow(words);
    await expect(imported(`${TWO}${cells},gal,2025-06-01\n`)).rejects.toThrow('x.csv line 4');
    expect(await labels()).toEqual([]);
  });
});

describe.skipIf(!hasSharedData)(`the cases that failed${sharedNote}`, () => {
  test.each(['bom-crlf.csv', 'semicolon-excel-fr.csv', 'utf16.csv'])('%s', async (name) => {
    expect((await imported(readFileSync(sharedPath('cases', 'labels', name)))).kept).toBe(2);
    expect(await labels()).toEqual(TWO_LABELS);
  });

  test('excel-rounded.csv', async () => {
    const file = readFileSync(sharedPath('cases', 'labels', 'excel-rounded.csv'));
    await expect(imported(file)).rejects.toThrow('x.csv line 2');
    await storeAlerts(db, [alertWith({ candid: '1786182920315010011', objectId: 'ZTF18aapgymv' })], NOW);
    expect((await imported(file)).notes).toHaveLength(1);
  });

  test('the labelled alerts’ own table', async () => {
    const { kept, notes } = await imported(readFileSync(sharedPath('alerts', 'labelled.csv')));
    expect(kept).toBe(206);
    expect(notes?.[0]).toContain('no dates');
  });
});
