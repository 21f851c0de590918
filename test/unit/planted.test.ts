/** The search for planted secrets finds them. */
import { expect, it } from 'vitest';
import { Recorder } from '../support/events.ts';
import { Planted, plantIn } from '../support/planted.ts';

it('[PLANT-FORMS] a secret is found in every way in which it may be written, and told without being told', () => {
  const planted = new Planted();
  const secret = planted.plant('a "place"', 'se"cret+/~with\\marks-0123456789');
  const written = [
    secret,
    secret.slice(0, -4),
    JSON.stringify({ a: secret }),
    JSON.stringify({ a: JSON.stringify({ b: secret }) }),
    encodeURIComponent(secret),
    new URLSearchParams({ a: secret }).toString(),
    Buffer.from(secret).toString('hex'),
    Buffer.from(secret).toString('hex').toUpperCase(),
    ...['', 'x', 'xy', 'user:'].flatMap((before) =>
      (['base64', 'base64url'] as const).map((way) => Buffer.from(`${before}${secret} more`).toString(way)),
    ),
  ];
  for (const text of written) {
    const found = planted.search('there', `before ${text} after`);
    expect(found, text).not.toEqual([]);
    expect(JSON.stringify(found)).not.toContain(secret);
    expect(planted.search('there', `before ${text} after`, ['a "place"'])).toEqual([]);
  }
  expect(planted.search('there', 'nothing of it: se"cret')).toEqual([]);
  planted.plant('too short to be looked for', 'short');
  expect(planted.size).toBe(1);
});

it('[PLANT-RUN] what helpers know to be secret is looked for in all that a gateway tells', () => {
  const recorder = new Recorder();
  const key = 'a-key-of-the-whole-run';
  recorder.observer.refused?.({ where: 'http', code: 'a', message: 'before anything was planted' });
  plantIn({ apiKeys: [{ name: 'ann', key }], headers: { Authorization: 'Bearer another-token-of-it' } });
  expect(recorder.leaks()).toEqual([]);
  recorder.observer.serverLog?.({ server: 'a', line: `my header is another-token-of-it` });
  recorder.observer.refused?.({ where: 'http', code: 'a', message: 'x', asked: `GET /${key}` });
  expect(new Set(recorder.leaks().map(({ planted, where }) => `${where}: ${planted}`))).toEqual(
    new Set(['serverLog: a value called Authorization', 'refused: a value called key']),
  );
});
