import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import {
  createSherlockClient,
  SherlockError,
  type SherlockErrorKind,
} from '../../../../src/pipeline/enrich/sherlock/sherlock-client.ts';
import {
  type Fault,
  type LasairStandIn,
  type StandInOptions,
  startLasairStandIn,
} from '../../../lasair/stand-in.ts';

const here = { ra: 150.097, dec: 1.6369 };
const running: LasairStandIn[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((lasair) => lasair.stop()));
});

const start = async (options: StandInOptions = {}): Promise<LasairStandIn> => {
  const lasair = await startLasairStandIn(options);
  running.push(lasair);
  return lasair;
};

const failureOf = async (lookup: Promise<unknown>): Promise<SherlockError> => {
  try {
    await lookup;
  } catch (error) {
    if (error instanceof SherlockError) return error;
    throw error;
  }
  throw new Error('the lookup did not fail');
};

describe('a Sherlock lookup', () => {
  it('brings the class, the sentence, the separation and the source, whatever key the answer has', async () => {
    const lasair = await start();
    const client = createSherlockClient({ endpoint: `${lasair.endpoint}/`, token: 'user-token' });
    for (let call = 0; call < 3; call += 1) {
      const result = await client.lookup(here);
      expect(result.class).toBe('VS');
      expect(result.description).toMatch(
        /^The transient is synonymous with \S+ J\S+; a G=19\.\d\d mag stellar/,
      );
      expect(result.separationArcsec).toBeCloseTo(0.5, 1);
      expect(result.host).toMatchObject({ catalogue: 'SDSS/GAIA/PS1', type: 'star' });
    }
    expect(lasair.calls.map(({ ra, dec, token }) => ({ ra, dec, token }))).toEqual(
      Array(3).fill({ ...here, token: 'user-token' }),
    );
  });

  it('brings an orphan as one', async () => {
    const lasair = await start({ sky: ({ dec }) => (dec > 1 ? 'orphan' : { class: 'SN' }) });
    const client = createSherlockClient({ endpoint: lasair.endpoint, token: 'user-token' });
    expect(await client.lookup(here)).toMatchObject({ class: 'ORPHAN', separationArcsec: null, host: null });
    expect(await client.lookup({ ra: 1, dec: -1 })).toMatchObject({ class: 'SN' });
  });

  it('works without a token, ten times an hour', async () => {
    const lasair = await start();
    const client = createSherlockClient({ endpoint: lasair.endpoint, token: null });
    expect(client.hasToken).toBe(false);
    for (let call = 0; call < 10; call += 1) await client.lookup(here);
    expect((await failureOf(client.lookup(here))).kind).toBe('rate-limited');
    expect(lasair.calls.at(0)?.token).toBeNull();
  });

  it('says how long to wait when the limit is reached', async () => {
    const lasair = await start({ now: () => 1_000_000 });
    lasair.spend('user-token', 100);
    const client = createSherlockClient({ endpoint: lasair.endpoint, token: 'user-token' });
    const error = await failureOf(client.lookup(here));
    expect(error).toMatchObject({ kind: 'rate-limited', status: 429, retryAfterMs: 3_600_000 });
    expect(error.message).toMatch(/^Lasair answered 429: Request limit exceeded/);
  });

  it.each<[string, Fault, SherlockErrorKind, RegExp]>([
    ['a server error', { kind: 'status', status: 500 }, 'server-error', /^Lasair answered 500$/],
    ['a bad gateway', { kind: 'status', status: 502 }, 'server-error', /^Lasair answered 502$/],
    [
      'a failure behind Lasair',
      { kind: 'status', status: 400, body: '{"error":"Internal Server Error"}' },
      'server-error',
      /400: Internal Server Error/,
    ],
    [
      'an error dressed as an answer',
      { kind: 'garbage', body: '{"error":"no catalogues"}' },
      'server-error',
      /no catalogues/,
    ],
    ['a redirect', { kind: 'status', status: 302 }, 'bad-answer', /^Lasair answered 302$/],
    ['half an answer', { kind: 'garbage', body: '{"classifications": {"q' }, 'bad-answer', /is not JSON/],
    ['another answer', { kind: 'garbage', body: '{"objects": []}' }, 'bad-answer', /no classification/],
    ['a dropped connection', { kind: 'hang-up' }, 'unreachable', /^Cannot reach 127.0.0.1:\d+: /],
  ])('tells %s', async (_name, fault, kind, message) => {
    const lasair = await start();
    lasair.fail(fault);
    const client = createSherlockClient({ endpoint: lasair.endpoint, token: 'user-token' });
    const error = await failureOf(client.lookup(here));
    expect(error.kind).toBe(kind);
    expect(error.message).toMatch(message);
    expect((await client.lookup(here)).class).toBe('VS');
  });

  it('does not wait for ever', async () => {
    const lasair = await start();
    lasair.fail({ kind: 'slow', ms: 5000 });
    const client = createSherlockClient({ endpoint: lasair.endpoint, token: 'user-token', timeoutMs: 100 });
    const error = await failureOf(client.lookup(here));
    expect(error.kind).toBe('timeout');
  });

  it('stops at once when told to, with the reason it was told', async () => {
    const lasair = await start();
    lasair.fail({ kind: 'slow', ms: 5000 });
    const client = createSherlockClient({ endpoint: lasair.endpoint, token: 'user-token' });
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('shutting down')), 50);
    const began = performance.now();
    await expect(client.lookup(here, stop.signal)).rejects.toThrow('shutting down');
    expect(performance.now() - began).toBeLessThan(2000);
  });

  it('says that nothing listens at the address', async () => {
    const lasair = await start();
    await lasair.stop();
    const client = createSherlockClient({ endpoint: lasair.endpoint, token: 'user-token' });
    expect(await failureOf(client.lookup(here))).toMatchObject({ kind: 'unreachable', status: null });
  });
});

describe('the Lasair token', () => {
  it('is asked for when it is missing, and doubted when it is refused', async () => {
    const lasair = await start({ anonymous: false });
    const without = createSherlockClient({ endpoint: lasair.endpoint, token: null });
    expect((await failureOf(without.lookup(here))).message).toMatch(/401: Authentication.*wants a token/);
    const wrong = createSherlockClient({ endpoint: lasair.endpoint, token: 'expired-token' });
    const error = await failureOf(wrong.lookup(here));
    expect(error).toMatchObject({ kind: 'unauthorised', status: 401 });
    expect(error.message).toMatch(/Invalid token.; it does not know the token/);
  });

  it('shows in no error, even when the server repeats it', async () => {
    const token = 'deadbeef00112233';
    const lasair = await start({ tokens: { [token]: 'user' } });
    const client = createSherlockClient({ endpoint: lasair.endpoint, token, timeoutMs: 200 });
    lasair.fail(
      { kind: 'status', status: 500, body: `{"detail":"bad header Token ${token}"}` },
      { kind: 'status', status: 403, body: `{"detail":"no rights for ${token}"}` },
      { kind: 'garbage', body: `Token ${token}` },
      { kind: 'garbage', body: `{"error":"${token}"}` },
      { kind: 'slow', ms: 1000 },
      { kind: 'hang-up' },
    );
    for (let call = 0; call < 6; call += 1) {
      const error = await failureOf(client.lookup(here));
      expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(token);
    }
    expect(() => createSherlockClient({ token: `${token}\n` })).toThrow(/characters that no token has/);
    expect(() => createSherlockClient({ token: `${token}\n` })).not.toThrow(new RegExp(token));
  });
});
