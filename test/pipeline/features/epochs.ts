import { type Alert, type Epoch, NO_CONTEXT } from '../../../src/pipeline/alert.ts';
import { alertWith } from '../../helpers/alerts.ts';

/** A g detection far from any source of the template; `changes` makes it another epoch. */
export const detection = (changes: Partial<Epoch> = {}): Epoch => ({
  jd: 2461000.5,
  fid: 1,
  magpsf: 20,
  sigmapsf: 0.1,
  diffmaglim: 20.8,
  isdiffpos: 't',
  distnr: 8,
  magnr: 19,
  sigmagnr: 0.05,
  ...changes,
});

/** An upper limit as packets have it. */
export const upperLimit = (changes: Partial<Epoch> = {}): Epoch => ({
  ...detection(),
  magpsf: null,
  sigmapsf: null,
  isdiffpos: null,
  distnr: null,
  magnr: null,
  sigmagnr: null,
  ...changes,
});

/** An alert of one g detection, without stored features; `changes` makes it another. */
export const alert = (changes: Partial<Alert> = {}): Alert =>
  alertWith({
    jd: 2461000.5,
    ra: 174.1,
    dec: -26.4,
    magpsf: 20,
    sigmapsf: 0.1,
    context: NO_CONTEXT,
    epochs: [detection()],
    ...changes,
  });
