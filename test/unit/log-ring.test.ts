/** The last lines of the log, as they are shown while the gateway runs. */
import { expect, test } from 'vitest';
import { createLogger } from '../../src/log.ts';
import { LogRing } from '../../src/log-ring.ts';

function world(most?: { lines: number; characters: number }) {
  const ring = new LogRing(most);
  const now = () => Date.UTC(2026, 0, 2);
  const secrets = () => ['planted-secret'];
  const log = createLogger({ level: 'debug', format: 'text', sink: () => {}, now, secrets, ring });
  return { ring, log };
}

test('[LOGS-RING] the last lines are kept as they were written, without what is secret', () => {
  const { ring, log } = world();
  log.trace('below the level');
  log.warn({ server: 'a', token: 'x', reason: 'planted-secret, Bearer abcdef123456' }, 'planted-secret!');
  expect(ring.entries()).toEqual([
    {
      ...{ seq: 1, at: Date.UTC(2026, 0, 2), level: 'warn', message: '***!' },
      fields: { server: 'a', token: '***', reason: '***, Bearer ***' },
    },
  ]);
});

test('[LOGS-RING] they are bounded in lines and in characters, and numbered without gaps', () => {
  const few = world({ lines: 10, characters: 1_000_000 });
  for (let n = 0; n < 1_000; n++) few.log.info({ n }, 'x');
  expect(few.ring.entries().map(({ seq }) => seq)).toEqual([
    991, 992, 993, 994, 995, 996, 997, 998, 999, 1_000,
  ]);
  expect(few.ring.entries(998).map(({ fields }) => fields['n'])).toEqual([998, 999]);
  expect(few.ring.last).toBe(1_000);
  const short = world({ lines: 1_000, characters: 10_000 });
  for (let n = 0; n < 100; n++) short.log.info({ line: 'x'.repeat(1_900) });
  expect(short.ring.entries()).toHaveLength(5);
});

test('[LOGS-RING] a line is kept to a length, whoever wrote it', () => {
  const { ring, log } = world();
  log.info({ line: 'x'.repeat(100_000), deep: [{ er: 'y'.repeat(100_000) }] });
  expect(JSON.stringify(ring.entries()).length).toBeLessThan(9_000);
});

test('[LOGS-RING] who listens hears each line from then on, and stops nobody', () => {
  const { ring, log } = world();
  log.info('before');
  const heard: string[] = [];
  ring.listen(() => {
    throw new Error('No.');
  });
  const end = ring.listen(({ message }) => heard.push(message));
  log.info('one');
  log.debug('two');
  end();
  log.info('after');
  expect(heard).toEqual(['one', 'two']);
});
