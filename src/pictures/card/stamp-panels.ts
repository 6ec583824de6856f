import { messageOf } from '../../lib/errors.ts';
import type { Stamps } from '../../pipeline/alert.ts';
import { alertPixel, placeStamp } from './place-stamp.ts';
import { readStamp, type Stamp } from './read-stamp.ts';
import { differenceColour, greyOf, type Rgb, stampPng } from './stamp-colours.ts';
import { differenceStretch, directStretches, type Stretch } from './stretch.ts';

/** A stamp ready to be shown, or the reason why it cannot be. */
export type StampPanel =
  | { readonly png: Buffer; readonly side: number; readonly problem: null }
  | { readonly png: null; readonly problem: string };

export interface StampPanels {
  readonly science: StampPanel;
  readonly template: StampPanel;
  readonly difference: StampPanel;
}

type Read =
  | { readonly stamp: Stamp; readonly problem: null }
  | { readonly stamp: null; readonly problem: string };

/**
 * Reads, places and stretches the three stamps; each that is missing or damaged says so, and the others are
 * drawn all the same.
 *
 * @param negative true if the alert is a negative subtraction (isdiffpos f): ZTF then delivers the template
 *   minus the science image (of 47 such alerts all but one have a positive peak in the difference where the
 *   science image is the fainter one). It is turned round, so that the picture always shows science minus
 *   template and what faded looks faded.
 * @param missing why a stamp is not here
 */
export const stampPanels = (
  stamps: Stamps,
  negative: boolean,
  missing = 'not in the packet',
): StampPanels => {
  const delivered = {
    science: read(stamps.science, missing),
    template: read(stamps.template, missing),
    difference: read(stamps.difference, missing),
  };
  const guide = delivered.difference.stamp ?? delivered.science.stamp ?? delivered.template.stamp;
  const alert = guide && alertPixel(guide);
  const place = (one: Read): Read =>
    one.stamp && alert ? { stamp: placeStamp(one.stamp, alert), problem: null } : one;
  const [science, template] = [place(delivered.science), place(delivered.template)];
  const difference = place(negative ? negated(delivered.difference) : delivered.difference);
  const direct = directStretches(science.stamp?.pixels ?? null, template.stamp?.pixels ?? null);
  return {
    science: panel(science, direct.science, greyOf),
    template: panel(template, direct.template, greyOf),
    difference: panel(
      difference,
      difference.stamp && differenceStretch(difference.stamp.pixels),
      differenceColour,
    ),
  };
};

const read = (bytes: Uint8Array | null, missing: string): Read => {
  if (bytes === null) return { stamp: null, problem: missing };
  try {
    return { stamp: readStamp(bytes), problem: null };
  } catch (error) {
    return { stamp: null, problem: messageOf(error) };
  }
};

const negated = (one: Read): Read =>
  one.stamp === null
    ? one
    : { stamp: { ...one.stamp, pixels: one.stamp.pixels.map((value) => -value) }, problem: null };

const panel = (one: Read, stretch: Stretch | null, colour: (y: number) => Rgb): StampPanel => {
  if (one.stamp === null) return { png: null, problem: one.problem };
  if (stretch === null) return { png: null, problem: 'the stamp has no pixel with data' };
  return { png: stampPng(one.stamp, stretch, colour), side: one.stamp.width, problem: null };
};
