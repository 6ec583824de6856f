import type { Access } from '../../access.ts';
import { mentions } from './mention.ts';

/** The private note to somebody who may not do what they tried, with whom to ask. */
export const refusalText = (what: 'label' | 'operate', access: Access): string =>
  what === 'label'
    ? `Labels are given by ${mentions(access.labellers)} here. Ask ${mentions(access.operators)} to be added (the setting LABELLERS).`
    : `Only ${mentions(access.operators)} may do this. Ask one of them, or ask to be added (the setting OPERATORS).`;
