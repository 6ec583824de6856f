import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createHistoryClient } from '../../../../src/pipeline/enrich/history/history-client.ts';
import { ServiceError } from '../../../../src/pipeline/enrich/service-error.ts';
import {
  type ArchivedPoint,
  type Fault,
  type FinkStandIn,
  startFinkStandIn,
} from '../../../fink/stand-in.ts';

const JD = 2_460_000.5;
const ARCHIVE: Readonly<Record<string, readonly ArchivedPoint[]>> = {
  ZTF18aaaaaaa: [
    { jd: JD, fid: 1, magpsf: 19 },
    { jd: JD - 500, fid: 2, magpsf: 18.5, isdiffpos: 'f' },
    { jd: JD - 800, fid: 1, magpsf: null, diffmaglim: 20.25 },
    { jd: JD - 900, fid: 1, magpsf: 17, tag: 'badquality' },
  ],
  ZTF18bbbbbbb: [{ jd: JD - 1, fid: 2, magpsf: 20 }],
};
const [FIRST, SECOND] = ['ZTF18aaaaaaa', 'ZTF18bbbbbbb'] as const;

let fink: FinkStandIn;
beforeEach(async () => {
  fink = await startFinkStandIn((id) => ARCHIVE[id] ?? []);
});
afterEach(() => fink.stop());

const fetchOf = (ids: readonly string[], options: { timeoutMs?: number; maxBytes?: number } = {}) =>
  createHistoryClient({ url: fink.url, ...options }).fetch(ids, new AbortController().signal);

describe("a light curve from Fink's API", () => {
  test('comes oldest first, limits in it and bad detections not, of several objects in one call', async () => {
    const found = await fetchOf([FIRST, SECOND, 'ZTF18ccccccc']);
    expect(found.get(FIRST)).toEqual([
      { jd: JD - 800, fid: 1, magpsf: null, sigmapsf: null, diffmaglim: 20.25, isdiffpos: null },
      { jd: JD - 500, fid: 2, magpsf: 18.5, sigmapsf: 0.1, diffmaglim: 20.5, isdiffpos: 'f' },
      { jd: JD, fid: 1, magpsf: 19, sigmapsf: 0.1, diffmaglim: 20.5, isdiffpos: 't' },
    ]);
    expect(found.get(SECOND)).toHaveLength(1);
    expect(found.get('ZTF18ccccccc')).toEqual([]);
    expect(fink.calls).toEqual([{ objectIds: [FIRST, SECOND, 'ZTF18ccccccc'], status: 200 }]);
  });

  test('has null where Python wrote NaN or None', async () => {
    fink.fail({ kind: 'nan' });
    expect((await fetchOf([FIRST])).get(FIRST)?.map(({ sigmapsf }) => sigmapsf)).toEqual([null, null, null]);
  });

  test.each<[Fault, string]>([
    [{ kind: 'status', status: 500 }, "Fink's API answered 500"],
    [{ kind: 'html' }, 'no JSON array of rows: "<html>Bad Gateway'],
    [{ kind: 'no-body' }, 'the answer is empty'],
    [{ kind: 'truncated' }, 'breaks off'],
    [{ kind: 'huge', bytes: 2_000_000 }, 'more than 1 MB'],
    [{ kind: 'wrong-object' }, 'answered about ZTF18zzzzzzz, which was not asked for'],
    [{ kind: 'hang-up' }, 'Cannot reach 127.0.0.1'],
    [{ kind: 'slow', ms: 5000 }, 'did not answer within 0 s'],
  ])('is refused in words where the service answers with %j', async (fault, words) => {
    fink.fail(fault);
    const failure = fetchOf([FIRST], { maxBytes: 1e6, timeoutMs: fault.kind === 'slow' ? 100 : 5000 });
    await expect(failure).rejects.toThrow(words);
    await expect(failure).rejects.toBeInstanceOf(ServiceError);
    expect((await fetchOf([FIRST])).get(FIRST)).toHaveLength(3);
  });

  test('says how long the service wants to be left alone', async () => {
    fink.fail({ kind: 'status', status: 429, retryAfter: 7 });
    await expect(fetchOf([FIRST])).rejects.toMatchObject({ retryAfterMs: 7000 });
  });

  test('ends with whoever asked', async () => {
    fink.fail({ kind: 'slow', ms: 5000 });
    const stopping = new AbortController();
    const asked = createHistoryClient({ url: fink.url }).fetch([FIRST], stopping.signal);
    stopping.abort(new Error('the service ends'));
    await expect(asked).rejects.toThrow('the service ends');
  });
});
