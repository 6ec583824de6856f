import type { Place } from '../../port.ts';

/** Slack takes an address for five uses in half an hour; one is left for a note about the click. */
const MOST_USES = 4;
const GOOD_FOR_MS = 25 * 60_000;
const MOST_KEPT = 1000;

/** The addresses that came with the last clicks on messages. */
export interface ClickUrls {
  /** Somebody clicked on this message. */
  clicked(place: Place, responseUrl: string): void;
  /** Whether `take` would give one. */
  has(place: Place): boolean;
  /** An address to change this message by, counted as used; null where there is none that is still good. */
  take(place: Place): string | null;
  /** The address of this message did not work. */
  spent(place: Place): void;
}

/** @param now in ms */
export const createClickUrls = (now: () => number = () => performance.now()): ClickUrls => {
  const urls = new Map<string, { readonly url: string; readonly until: number; uses: number }>();
  const keyOf = ({ channel, id }: Place): string => `${channel} ${id}`;
  const find = (place: Place) => {
    const found = urls.get(keyOf(place));
    return found === undefined || found.uses >= MOST_USES || now() > found.until ? null : found;
  };
  return {
    clicked: (place, url) => {
      urls.delete(keyOf(place));
      urls.set(keyOf(place), { url, until: now() + GOOD_FOR_MS, uses: 0 });
      const [oldest] = urls.keys();
      if (urls.size > MOST_KEPT && oldest !== undefined) urls.delete(oldest);
    },
    has: (place) => find(place) !== null,
    take: (place) => {
      const found = find(place);
      if (found === null) return null;
      found.uses += 1;
      return found.url;
    },
    spent: (place) => urls.delete(keyOf(place)),
  };
};
