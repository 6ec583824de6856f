import { expect, it } from 'vitest';
import { detectionFeatures } from '../../../src/pipeline/features/detection-features.ts';
import { detection, upperLimit } from './epochs.ts';

it("counts detections brighter than the template in all bands, 't' and '1' alike, and upper limits", () => {
  expect(
    detectionFeatures([
      detection({ magpsf: 18 }),
      detection({ magpsf: 19, isdiffpos: '1', fid: 2 }),
      detection({ magpsf: 20, fid: 3 }),
      detection({ magpsf: 23 }),
      detection({ magpsf: 15, isdiffpos: 'f' }),
      detection({ magpsf: 15, isdiffpos: '0' }),
      upperLimit(),
      upperLimit({ fid: 2 }),
    ]),
  ).toEqual({ ndets: 4, nnondets: 2, dets_median: 19.5, dets_std: Math.sqrt(3.5) });
});

it('has no brightness where nothing was brighter than the template', () => {
  expect(detectionFeatures([detection({ isdiffpos: 'f' }), upperLimit()])).toEqual({
    ndets: 0,
    nnondets: 1,
    dets_median: null,
    dets_std: null,
  });
});
