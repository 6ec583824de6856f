import type { DecodedArray, SchemaTree } from 'hyparquet';
import { assembleNested } from 'hyparquet/src/assemble.js';
import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
import type { PacketRecord } from '../packet-to-alert.ts';

/** Columns of a packet and of an archive that are lists; a value that is not a list stays as it is. */
const LISTS = new Set(['prv_candidates', 'mjd', 'mag', 'maglim', 'fid', 'isdiffpos']);

/**
 * Some rows as packets.
 *
 * @param top the wanted columns, as `wantedColumns` gives them
 * @param values the rows' values of each leaf column, by its path joined with '.'
 * @param count how many rows
 */
export const packetsOf = (
  top: readonly SchemaTree[],
  values: ReadonlyMap<string, DecodedArray>,
  count: number,
): PacketRecord[] => {
  const packets = Array.from({ length: count }, (): Record<string, unknown> => ({}));
  const columns = new Map(values);
  for (const node of top) {
    assembleNested(columns, node, DEFAULT_PARSERS);
    const name = node.element.name;
    const column = columns.get(node.path.join('.')) ?? [];
    // A record's fields may be columns of their own.
    const [record = name, field] = node.children.length === 0 ? name.split('.', 2) : [name];
    packets.forEach((packet, index) => {
      const value: unknown = column[index];
      if (field !== undefined) packet[record] = { ...recordOf(packet[record]), [field]: value };
      else packet[name] = LISTS.has(name) ? listOf(value) : value;
    });
  }
  return packets;
};

/**
 * A list as such, whatever its writer calls its levels: `list.element` and `bag.array_element` (hyparquet
 * takes these away where the column is marked as a list), `array`, or a list of records of one record.
 */
function listOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((entry: unknown) => onlyRecordIn(entry) ?? entry);
  const inside = Object.values(recordOf(value));
  return inside.length === 1 && Array.isArray(inside[0]) ? listOf(inside[0]) : value;
}

function onlyRecordIn(value: unknown): unknown {
  const inside = Object.values(recordOf(value));
  return inside.length === 1 && typeof inside[0] === 'object' ? inside[0] : undefined;
}

const recordOf = (value: unknown): object =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
