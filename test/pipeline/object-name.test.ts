import { expect, test } from 'vitest';
import { readObjectName } from '../../src/pipeline/object-name.ts';

test.each([
  'ZTF25aapafwq',
  'ztf25AAPAFWQ',
  ' ZTF25aapafwq. ',
  '`ZTF25aapafwq`',
  '"ZTF25aapafwq"',
  '“ZTF25aapafwq”,',
  '*ZTF25aapafwq*',
  '(ZTF25aapafwq)',
  'https://lasair-ztf.lsst.ac.uk/objects/ZTF25aapafwq/',
  'https://ztf.fink-portal.org/ZTF25aapafwq',
  '<https://fink-portal.org/ZTF25aapafwq|ZTF25aapafwq>',
  'https://alerce.online/object/ZTF25aapafwq?x=1',
])('%s is ZTF25aapafwq', (text) => {
  expect(readObjectName(text)).toBe('ZTF25aapafwq');
});

test.each([
  ['sim26AACEQDG', 'SIM26aaceqdg'],
  ['ZTF25aapafwq ZTF25aapafwr', 'ZTF25aapafwq ZTF25aapafwr'],
  ['ZTF25aapafwqq', 'ZTF25aapafwqq'],
  ['"nothing".', 'nothing'],
  ['313761043604045880', '313761043604045880'],
  ['', ''],
])('%s is left as %s', (text, name) => {
  expect(readObjectName(text)).toBe(name);
});
