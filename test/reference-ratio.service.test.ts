import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { run } from '../bench/reference-ratio.ts';
import { temporaryFolder } from './helpers/service.ts';
import { hasSharedData, sharedNote } from './shared-data.ts';

/*
 * The reference itself is on no machine of the tests: this stands in for its two modules, with their names, imports
 * and functions, so that what the bench task gives and expects is tried. Its speed says nothing.
 */
const CONSUMER = `
from fink_client.consumer import AlertConsumer
from fink_client.visualisation import extract_field
from lasair import LasairError, lasair_client
import pandas as pd
def process_alerts(alerts):
    return pd.DataFrame([{
        'candid': alert['candid'], 'objectId': alert['objectId'],
        'ra': alert['candidate']['ra'], 'dec': alert['candidate']['dec'], 'drb': alert['candidate']['drb'],
        'mag': extract_field(alert, 'magpsf'), 'isdiffpos': extract_field(alert, 'isdiffpos'),
    } for alert in alerts])
`;
const FEATURES = `
import numpy as np, pandas as pd
from astropy.coordinates import SkyCoord
from dustmaps.config import config
from dustmaps.sfd import SFDQuery
def make_features(clean):
    coordinates = SkyCoord(ra=clean['ra'].values, dec=clean['dec'].values, unit='deg')
    X = clean[['ra', 'dec', 'drb', 'sep_arcsec']].copy()
    X['ndets'] = [int(np.sum(signs == 't')) for signs in clean['isdiffpos']]
    X['ebv'] = SFDQuery()(coordinates)
    if not np.isfinite(X['ebv'].astype(float)).all(): raise ValueError('the dust query gave no number')
    return X, clean[['candid', 'objectId']]
`;

const folder = temporaryFolder();
afterAll(() => folder.remove());

describe.skipIf(!hasSharedData)(`the comparison with the reference${sharedNote}`, () => {
  test('runs its two functions from a checkout given by path, without Kafka, Lasair and dust maps', async () => {
    const utils = join(folder.path, 'finkvra', 'utils');
    mkdirSync(utils, { recursive: true });
    writeFileSync(join(utils, 'consumer.py'), CONSUMER);
    writeFileSync(join(utils, 'features.py'), FEATURES);
    const outcome = await run({ reference: folder.path });
    expect(outcome).toMatchObject({ reference: { rows: 1000 }, unit: 'alerts a second of processor time' });
    expect(outcome).toHaveProperty('ratio', expect.any(Number));
  });

  test('a path that is no checkout is told of', async () => {
    await expect(run({ reference: join(folder.path, 'nowhere') })).rejects.toThrow(
      /is no checkout of HeloiseS\/finkvra: no finkvra\/utils\/consumer.py/,
    );
  });
});
