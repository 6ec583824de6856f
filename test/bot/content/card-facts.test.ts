import { expect, test } from 'vitest';
import { absoluteMagnitude, factsOf, type SherlockSaid } from '../../../src/bot/content/card-facts.ts';
import { type Alert, NO_CONTEXT } from '../../../src/pipeline/alert.ts';
import { alertFeatures } from '../../../src/pipeline/features/alert-features.ts';
import { alertWith, detection } from '../../helpers/alerts.ts';

const JD = 2_460_800.5;

const textsOf = (alert: Alert, sherlock: SherlockSaid | null = null): Record<string, string> =>
  Object.fromEntries(
    factsOf({ alert, features: alertFeatures(alert), sherlock }).map(({ name, text }) => [name, text]),
  );

const fading = alertWith({
  epochs: [
    detection({ jd: JD, isdiffpos: 'f', magpsf: 19.8 }),
    detection({ jd: JD - 10, isdiffpos: 'f', magpsf: 20.2 }),
    detection({ jd: JD - 20, isdiffpos: 'f', magpsf: 20.6 }),
    detection({ jd: JD - 21, fid: 2, isdiffpos: '1', magpsf: 18 }),
    detection({ jd: JD - 22, isdiffpos: null, magpsf: null, sigmapsf: null }),
  ],
  context: { ...NO_CONTEXT, ndethist: 57, jdstarthist: JD - 2.5 * 365.25 },
});

test('says since when and how often something was seen, and on which side of the template', () => {
  expect(textsOf(fading).History).toBe(
    'first seen 2022-11-03 (2.5 years before) · 57 detections since the survey began · ' +
      'plotted g 3, r 1: 1 brighter, 3 fainter than the template, 1 limit',
  );
});

test('the whole history, where it is here, says more: the earliest of both, and what the archive has by band', () => {
  const past = (years: number, fid: number, magpsf: number | null) => ({
    ...detection({ jd: JD - years * 365.25, fid, magpsf }),
  });
  const history = [past(5, 1, null), past(4, 2, 19), past(3, 1, 19), past(2, 1, 20), past(-1, 1, 20)];
  const about = { alert: fading, features: alertFeatures(fading), sherlock: null };
  const said = (points: typeof history | null): string =>
    factsOf({ ...about, archived: points }).find(({ name }) => name === 'History')?.text ?? '';
  expect(said(history)).toContain(
    'first seen 2021-05-05 (4.0 years before) · 57 detections since the survey began, ' +
      '3 in Fink’s archive (g 2, r 1) · plotted',
  );
  // An object that the archive does not know, and one that was not asked for.
  for (const none of [[], null]) expect(said(none)).toBe(textsOf(fading).History);
});

test('what forced photometry adds to the plot is counted', () => {
  const forced = [1, 2, 22].map((age) => ({ jd: JD - age, fid: 1, flux: 100, fluxError: 10, zeroPoint: 25 }));
  expect(textsOf({ ...fading, forced }).History).toContain('1 limit, 3 more by forced photometry');
});

test("names Mangrove's galaxy and what the alert would be there, unless Sherlock has a distance", () => {
  const context = { ...NO_CONTEXT, mangroveName: 'UGC11801', mangroveMpc: 64.84 };
  const alert = alertWith({ context });
  expect(textsOf(alert).Host).toBe('Mangrove galaxy UGC11801: would be M(g) = −14.3 mag at 65 Mpc');
  const host = { name: 'M31', type: 'galaxy', z: null, photoZ: null, distanceMpc: 20, projectedKpc: 1 };
  const said = { class: 'SN', description: '', separationArcsec: 3, host };
  expect(textsOf(alert, said).Host).toContain('at 20 Mpc · Mangrove galaxy UGC11801 at 65 Mpc');
  // What fades is no new source of its own.
  expect(textsOf({ ...fading, context }).Host).toBe('Mangrove galaxy UGC11801 at 65 Mpc');
});

test('a source that is fainter than its template is called so; its figures are of what is plotted', () => {
  expect(textsOf(fading).Now).toBe(
    'g = 19.80 ± 0.12 mag on MJD 60800.00, fainter than its template · ' +
      'the fainter ones: amplitude g 0.40 mag · slope g −0.040 mag/day · real/bogus 0.99',
  );
  // With a source in the template the features are of apparent magnitudes: the plot is not.
  const epochs = [
    detection({ jd: JD, magpsf: 19.8, distnr: 0.2, magnr: 17 }),
    detection({ jd: JD - 4, magpsf: 20.2, distnr: 0.2, magnr: 17 }),
  ];
  expect(textsOf(alertWith({ epochs })).Now).toContain('amplitude g 0.20 mag');
  expect(textsOf(alertWith({ epochs })).Now).not.toContain('fainter');
});

test('names what catalogues know, with the parallax over its error', () => {
  const context = {
    ...NO_CONTEXT,
    tns: 'SN Ia',
    vsx: 'UGSU',
    gcvs: 'UG',
    plx: 2.5,
    plxError: 0.5,
    distpsnr1: 0.4,
    sgscore1: 0.97,
  };
  expect(textsOf(alertWith({ context })).Catalogues).toBe(
    'TNS SN Ia · VSX UGSU · GCVS UG · Pan-STARRS source at 0.4″, star-like (0.97) · ' +
      'Gaia parallax 2.50 ± 0.50 mas (5.0 σ)',
  );
  expect(textsOf(alertWith({ context: NO_CONTEXT })).Catalogues).toBeUndefined();
});

const host = {
  name: 'NGC 4321',
  type: 'galaxy',
  z: 0.0234,
  photoZ: null,
  distanceMpc: 100,
  projectedKpc: 1.12,
};
const supernova: SherlockSaid = { class: 'SN', description: 'A sentence.', separationArcsec: 2.31, host };

test('the host has a name, an offset, a redshift, and the brightness that it would mean', () => {
  expect(absoluteMagnitude(19.8, 100)).toBeCloseTo(-15.2, 10);
  expect(textsOf(alertWith(), supernova).Host).toBe(
    'catalogued source at 2.3″ (1.1 kpc) · Sherlock: supernova candidate, NGC 4321 (galaxy), z = 0.023, ' +
      'would be M(g) = −15.2 mag at 100 Mpc',
  );
});

test('no brightness is implied for what fades, or for a star', () => {
  expect(textsOf(fading, supernova).Host).not.toContain('would be');
  expect(textsOf(alertWith(), { ...supernova, class: 'VS' }).Host).not.toContain('would be');
});

test('where Sherlock found no source its sentence is shown', () => {
  const orphan = { class: 'ORPHAN', description: 'Nothing near.', separationArcsec: null, host: null };
  expect(textsOf(alertWith(), orphan).Host).toMatch(/^Sherlock: .+ – Nothing near\.$/);
});

test('there are at most five lines', () => {
  expect(factsOf({ alert: fading, features: alertFeatures(fading), sherlock: supernova })).toHaveLength(4);
  expect(
    factsOf({ alert: alertWith(), features: alertFeatures(alertWith()), sherlock: supernova }),
  ).toHaveLength(5);
});
