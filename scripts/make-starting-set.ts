import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parseTableText } from '../src/lib/read-table-text.ts';
import { type StartingObject, startingSetText } from '../src/loop/rounds/starting-set.ts';
import { openDustMap } from '../src/pipeline/enrich/dust/dust-map.ts';
import { alertFeatures } from '../src/pipeline/features/alert-features.ts';
import { readPath } from '../src/pipeline/ingest/read-path.ts';

/**
 * `node bin/finkvra-node.mjs scripts/make-starting-set.ts --packets labelled.avro --labels labelled.csv --out assets/starter/galactic.csv`
 *
 * A starting set from public packets and a table of their labels (candid, objectId, label, class, how): of each
 * object its newest alert, as figures and identifiers. E(B-V) is from the coarse map that comes along.
 */
const { values } = parseArgs({
  options: { packets: { type: 'string' }, labels: { type: 'string' }, out: { type: 'string' } },
});
const { packets, labels, out } = values;
if (packets === undefined || labels === undefined || out === undefined) {
  throw new Error('name --packets, --labels and --out');
}
const labelOf = new Map(
  parseTableText(readFileSync(labels, 'utf8'), labels).rows.map(({ values: row }) => [row.candid ?? '', row]),
);
const dust = await openDustMap({ directory: 'no full maps' });
const newest = new Map<string, { readonly jd: number; readonly object: StartingObject }>();
const source = await readPath([packets], { stamps: false });
for await (const { items } of source.batches()) {
  for (const item of items) {
    if (item.kind !== 'alert') throw new Error(item.reason);
    const { alert } = item;
    const { label, class: type = '', how = '' } = labelOf.get(alert.candid) ?? {};
    if (label !== 'galactic' && label !== 'not_galactic') continue;
    if ((newest.get(alert.objectId)?.jd ?? 0) > alert.jd) continue;
    const { candid, objectId, jd } = alert;
    const features = alertFeatures(alert, { ebv: dust.ebv(alert.ra, alert.dec) });
    newest.set(objectId, { jd, object: { objectId, candid, label, type, source: how, features } });
  }
}
dust.close();
const objects = [...newest.values()].sort((a, b) => a.jd - b.jd).map(({ object }) => object);
writeFileSync(out, startingSetText(objects));
