import { expect, test } from 'vitest';
import { secretsIn } from '../../src/config/settings.ts';
import { secretHider } from '../../src/lib/withhold-secrets.ts';

test('secrets go out of a text, also as they stand in an address or in JSON', () => {
  const hide = secretHider(['pass word"1', 'xoxb-12345']);
  expect(hide('token=xoxb-12345&x=1')).toBe('token=•••&x=1');
  expect(hide('http://a:pass%20word%221@host/')).toBe('http://a:•••@host/');
  expect(hide(JSON.stringify({ error: 'not pass word"1' }))).toBe('{"error":"not •••"}');
});

test('a word that holds a secret is another word, and a secret as short as a word is left', () => {
  const hide = secretHider(['secret', 'kafka']);
  expect(hide('secret secrets secret_2 kafka')).toBe('••• secrets secret_2 kafka');
});

test('every setting that holds a secret is known as one, and passwords in addresses too', () => {
  expect(
    secretsIn({
      SLACK_BOT_TOKEN: 'one',
      SLACK_APP_TOKEN: 'two',
      SLACK_SIGNING_SECRET: 'three',
      KAFKA_PASSWORD: 'four',
      LASAIR_TOKEN: 'five',
      MLFLOW_TRACKING_PASSWORD: 'six',
      MLFLOW_TRACKING_TOKEN: 'seven',
      MLFLOW_TRACKING_URI: 'http://somebody:ei%20ght@host/',
      KAFKA_TOPIC: 'no secret',
    }).sort(),
  ).toEqual(['ei ght', 'ei%20ght', 'five', 'four', 'one', 'seven', 'six', 'three', 'two']);
});
