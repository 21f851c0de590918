import { describe, expect, test } from 'vitest';
import { createLogger, type LoggerOptions } from '../../src/log.ts';
import { observe } from '../../src/log-events.ts';

function logger(more: Partial<LoggerOptions> = {}) {
  const lines: string[] = [];
  const now = () => Date.UTC(2026, 0, 2, 3, 4, 5, 678);
  const log = createLogger({
    level: 'debug',
    format: 'json',
    sink: (line) => void lines.push(line),
    now,
    ...more,
  });
  return { log, lines };
}

describe('a line', () => {
  test('of JSON', () => {
    const { log, lines } = logger();
    log.info({ server: 'a' }, 'hello');
    expect(lines).toEqual([
      '{"level":"info","time":"2026-01-02T03:04:05.678Z","server":"a","msg":"hello"}\n',
    ]);
  });

  test('of text', () => {
    const { log, lines } = logger({ format: 'text' });
    log.warn({ server: 'a', reason: 'too slow', ms: 5 }, 'hello');
    expect(lines).toEqual(['03:04:05.678 warn  hello server=a reason="too slow" ms=5\n']);
  });

  test('below the level is not written', () => {
    const { log, lines } = logger({ level: 'warn' });
    log.info('no');
    expect(lines).toEqual([]);
  });

  test.each(['json', 'text'] as const)(
    '[SEC-LOG-FORGERY] cannot be forged by what is in it (%s)',
    (format) => {
      const { log, lines } = logger({ format });
      log.info({ line: 'x\n03:04 error forged\r\u001b[2J\u2028' }, 'msg\nforged');
      expect(lines).toHaveLength(1);
      expect(lines[0]?.trimEnd()).not.toMatch(/[\n\r\u001b]/);
    },
  );
});

describe('[SEC-LOG-SECRETS] planted secrets', () => {
  const secret = 'planted"secret\\value';
  const planted = 'planted-elsewhere';

  test.each(['json', 'text'] as const)(
    'are hidden by the name of the member, at any depth (%s)',
    (format) => {
      const { log, lines } = logger({ format });
      for (const name of [
        'authorization',
        'Authorization',
        'cookie',
        'set-cookie',
        'x-api-key',
        'apiKey',
        'token',
        'password',
        'client_secret',
      ]) {
        const member = { [name]: planted };
        log.info({ ...member, a: { ...member, b: { ...member, c: [{ ...member, d: member }] } } });
        log.child(member).info('x');
        log.error(Object.assign(new Error('x'), member));
      }
      expect(lines).toHaveLength(27);
      expect(lines.join('')).not.toContain(planted);
    },
  );

  test.each(['json', 'text'] as const)(
    'are hidden wherever they turn up, when they are known (%s)',
    (format) => {
      let secrets = [secret, planted];
      const { log, lines } = logger({ format, secrets: () => secrets });
      log.info({ line: `I use ${secret}`, deep: { er: [[{ x: `${planted}!` }]] } }, `with ${planted}`);
      expect(lines.join('')).not.toMatch(/planted/);
      secrets = ['fresh-secret'];
      log.info('fresh-secret');
      expect(lines[1]).toContain('***');
    },
  );

  test.each([
    'Authorization: Bearer abcdef123456',
    'basic YWJjZGVmMTIzNDU2',
    'key slc_abcdef123456',
    'postgres://me:abcdef123456@db/x',
    'GET /mcp?api_key=abcdef123456&x=1',
    'GET /mcp?token=abcdef123456',
  ])('are hidden when they look like it: %s', (text) => {
    const { log, lines } = logger();
    log.info({ line: text }, text);
    expect(lines[0]).not.toMatch(/abcdef123456|YWJjZGVm/);
    expect(() => JSON.parse(lines[0] ?? '') as unknown).not.toThrow();
  });
});

const session = 'session-0123456789';
const id = new TextEncoder().encode('7');
const ended = { session, era: 'legacy', server: 'a', project: undefined, id } as const;

describe('what happened', () => {
  test('is one line each, with a session that cannot be taken over', () => {
    const { log, lines } = logger({ format: 'text' });
    const observer = observe(log);
    const who = { address: '1.2.3.4', origin: 'https://app.example', userAgent: 'agent/1 (x)' };
    const opened = { session, server: 'p/a', project: 'p', dialect: 'http-sse', era: 'legacy' } as const;
    observer.sessionOpened?.({ ...opened, principal: 'key1', ...who });
    const client = { name: 'c', version: '1' };
    observer.clientKnown?.({ session, server: 'a', project: undefined, client, version: '2025-06-18' });
    observer.streamOpened?.({ session, server: 'a', dialect: 'http-sse', resumed: false });
    observer.exchangeEnded?.({ ...ended, method: 'tools/call', outcome: 'ok', ms: 1.6 });
    observer.streamClosed?.({ session, server: 'a', reason: 'slow' });
    const counts = { requests: 2, messagesIn: 3, messagesOut: 4, bytesIn: 500 };
    observer.sessionClosed?.({
      session,
      server: 'a',
      project: undefined,
      dialect: 'streamable',
      reason: 'idle',
      ms: 10,
      ...counts,
    });
    observer.linkOpened?.({ server: 'a', ms: 3.2 });
    observer.linkClosed?.({ server: 'a', code: 'exited', message: 'It ended.' });
    observer.refused?.({ where: 'http', code: 'too_large', message: 'Too large.', session });
    observer.serverLog?.({ server: 'a', line: 'hi' });
    expect(lines.map((line) => line.slice(13).trimEnd())).toEqual([
      'info  session opened server=p/a project=p session=session- dialect=http-sse era=legacy principal=key1 address=1.2.3.4 origin=https://app.example userAgent="agent/1 (x)"',
      'info  client known server=a session=session- client=c clientVersion=1 version=2025-06-18',
      'debug stream opened server=a session=session- dialect=http-sse resumed=false',
      'debug request ended server=a session=session- exchange=7 method=tools/call outcome=ok ms=2',
      'debug stream closed server=a session=session- reason=slow',
      'info  session closed server=a session=session- reason=idle ms=10 requests=2 messagesIn=3 messagesOut=4 bytesIn=500',
      'info  server started server=a ms=3',
      'warn  server lost server=a code=exited reason="It ended." hint="Look into its own log; what it wrote to stderr is in the log of the gateway. It is started anew with the next call."',
      'info  refused where=http code=too_large reason="Too large." session=session-',
      'info  server says server=a line=hi',
    ]);
    expect(lines.join('')).not.toContain('0123456789');
  });

  test('says what to do where a server does not start in time', () => {
    const { log, lines } = logger();
    const fault = { where: 'upstream', code: 'start-timeout', message: 'It did not answer.', server: 'a' };
    observe(log).refused?.(fault);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      hint: expect.stringMatching(/first download.*startTimeout.*proxy.*env/) as string,
    });
  });

  test('is louder when it is no normal end', () => {
    const { log, lines } = logger({ format: 'text' });
    const observer = observe(log);
    observer.exchangeEnded?.({ ...ended, method: 'x', outcome: 'timed_out', ms: 1 });
    observer.linkClosed?.({ server: 'a', code: 'closed', message: 'x' });
    expect(lines.map((line) => line.slice(13, 18))).toEqual(['info ', 'debug']);
  });

  test('is cut where it is long', () => {
    const { log, lines } = logger();
    observe(log).serverLog?.({ server: 'a', line: 'x'.repeat(100_000) });
    expect(lines[0]?.length).toBeLessThan(4_400);
  });
});

test('[LIMIT-LOG] refusals beyond 50 a second are counted, and told as a number', () => {
  const { log, lines } = logger();
  let ms = 0;
  const observer = observe(log, { now: () => ms });
  for (let n = 0; n < 200; n++)
    observer.refused?.({ where: 'http', code: 'parse_error', message: `no ${n}` });
  expect(lines).toHaveLength(50);
  ms = 1_500;
  observer.refused?.({ where: 'http', code: 'parse_error', message: 'one more' });
  expect(lines).toHaveLength(52);
  expect(lines[50]).toContain('"count":150');
  expect(lines[51]).toContain('one more');
});

test.each(['json', 'text'] as const)(
  '[SEC-LOG-SAFE] no text from elsewhere breaks a line or stops the log (%s)',
  (format) => {
    const nasty = [
      'x?token=a"b',
      'see "https://api.example/x?key=abc" now',
      'a\\"b',
      '\ud800',
      'k\u0000',
      'Bearer abcdef"ghi',
    ];
    const { log, lines } = logger({ format, secrets: () => ['abcdef', 'nsecret'] });
    const observer = observe(log, { now: () => 0 });
    for (const text of nasty) {
      observer.exchangeEnded?.({ ...ended, method: text, outcome: text, ms: 1 });
      observer.serverLog?.({ server: 'a', line: `${text}\nsecret` });
      observer.refused?.({ where: text, code: text, message: text });
    }
    expect(lines).toHaveLength(nasty.length * 3);
    if (format === 'json') for (const line of lines) expect(() => JSON.parse(line)).not.toThrow();
    expect(lines.join('')).not.toContain('token=a');
    expect(lines.join('')).not.toContain('abcdef');
  },
);
